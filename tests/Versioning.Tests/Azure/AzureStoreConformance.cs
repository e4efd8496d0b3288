using NUnit.Framework;
using Versioning.Azure;
using Versioning.Storage;
using Versioning.Tests.Conformance;

namespace Versioning.Tests.Azure;

[TestFixture]
public sealed class AzureStoreConformance : ObjectStoreConformance
{
    protected override int RaceRounds => 4;

    protected override ObjectStore Create()
    {
        var container = AzureContainer.Create();
        return container.Open(container.Options(pageSize: 1000), "some/prefix");
    }
}

[TestFixture]
public sealed class AzureStoreOfACallersClientConformance : ObjectStoreConformance
{
    protected override int RaceRounds => 4;

    protected override ObjectStore Create() => new AzureObjectStore(AzureContainer.Create().Client());
}
