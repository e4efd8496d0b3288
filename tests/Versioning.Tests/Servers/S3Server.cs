namespace Versioning.Tests.Servers;

/// <summary>Ceph's object gateway: the S3 server of this run.</summary>
internal static class S3Server
{
    private static readonly Lazy<(TestServer? Server, string? Reason)> Started = new(() => TestServer.Start(
        "Ceph's radosgw",
        new[] { "radosgw", "radosgw-admin", "ceph-mon", "ceph-osd" }.All(TestServer.HasCommand) ? null : "apt-get install --no-install-recommends radosgw ceph-mon ceph-osd",
        "radosgw.sh",
        Path.Join(Path.GetTempPath(), $"versioning-radosgw-{Guid.NewGuid():N}"),
        $"{TestServer.FreePorts(61)}"));

    /// <summary>The server, or the end of the test with the reason.</summary>
    internal static TestServer Require() => TestServer.Require(Started.Value);

    /// <summary>Ends it where it was started.</summary>
    internal static void Stop()
    {
        if (Started.IsValueCreated)
        {
            Started.Value.Server?.Dispose();
        }
    }
}
