using NUnit.Framework;
using Versioning.Storage;
using Versioning.Tests.Faults;

namespace Versioning.Tests.Conformance;

[TestFixture]
public sealed class MemoryStoreConformance : ObjectStoreConformance
{
    protected override ObjectStore Create() => new MemoryStore();
}

[TestFixture]
public sealed class FaultyStoreConformance : ObjectStoreConformance
{
    protected override ObjectStore Create() => new FaultyStore(new MemoryStore(), (_, _, _) => FaultAction.None);
}

[TestFixture]
public sealed class CountingStoreConformance : ObjectStoreConformance
{
    protected override ObjectStore Create() => new CountingStore(new MemoryStore());
}

[TestFixture]
public sealed class RecordingStoreConformance : ObjectStoreConformance
{
    protected override ObjectStore Create() => new RecordingStore(new MemoryStore());
}
