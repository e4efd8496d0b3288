using NUnit.Framework;
using Versioning.Storage;
using Versioning.Tests.Storage;

namespace Versioning.Tests.Conformance;

[TestFixture]
public sealed class LocalDiskStoreConformance : ObjectStoreConformance
{
    private TemporaryDirectory _directory = null!;

    [TearDown]
    public void RemoveDirectory() => _directory.Dispose();

    protected override ObjectStore Create()
    {
        _directory = TemporaryDirectory.Fast();
        return new LocalDiskStore(Path.Join(_directory.Path, "new", "store"));
    }
}
