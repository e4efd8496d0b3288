using NUnit.Framework;
using Versioning.S3;
using Versioning.Storage;
using Versioning.Tests.Conformance;
using Versioning.Tests.S3.Fake;

namespace Versioning.Tests.S3;

/// <summary>Against Ceph's object gateway.</summary>
[TestFixture]
public sealed class S3StoreConformance : ObjectStoreConformance
{
    protected override int RaceRounds => 8;

    protected override ObjectStore Create() => RealBucket.Create().Open("some/prefix");
}

/// <summary>Against the fake, without which its faults would prove nothing.</summary>
[TestFixture]
public sealed class FakeS3Conformance : ObjectStoreConformance
{
    private FakeS3 _server = null!;

    [OneTimeSetUp]
    public async Task Start() => _server = await FakeS3.StartAsync();

    [OneTimeTearDown]
    public async Task Stop() => await _server.DisposeAsync();

    protected override int RaceRounds => 20;

    protected override ObjectStore Create() => _server.Open(_server.CreateBucket().Name);
}
