namespace Versioning.Tests.Servers;

/// <summary>Azurite: the Azure Blob server of this run.</summary>
internal static class AzureServer
{
    private static readonly Lazy<(TestServer? Server, string? Reason)> Started = new(() => TestServer.Start(
        "Azurite",
        TestServer.HasCommand("node") && Directory.Exists(Path.Join(TestServer.Scripts, "node_modules", "azurite")) ? null : "it needs Node.js, then 'npm ci' in tests/servers",
        "azurite.sh",
        $"{TestServer.FreePorts(0)}"));

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
