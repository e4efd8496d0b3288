using NUnit.Framework;
using Versioning.Tests.Servers;

namespace Versioning.Tests;

/// <summary>Ends the servers that tests started.</summary>
[SetUpFixture]
public sealed class ServersOfTheRun
{
    [OneTimeTearDown]
    public void Stop()
    {
        S3Server.Stop();
        AzureServer.Stop();
    }
}
