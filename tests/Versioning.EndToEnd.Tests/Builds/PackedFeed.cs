using System.Diagnostics;
using Versioning.Tests.Architecture;
using Versioning.Tests.Storage;

namespace Versioning.EndToEnd.Tests.Builds;

/// <summary>The packages as they were built with the tests, packed once for all tests of builds.</summary>
[SetUpFixture]
public sealed class PackedFeed
{
    internal static string Folder { get; private set; } = "";

    [OneTimeSetUp]
    public Task Pack()
    {
        Folder = TemporaryPlace.Create("vers-feed");
        return PackAsync("Versioning.MSBuild");
    }

    /// <summary>Packs another one, for whoever needs it.</summary>
    internal static async Task PackAsync(string name)
    {
        string project = Path.Combine(Repository.Root, "src", name, $"{name}.csproj");
        string configuration = new DirectoryInfo(AppContext.BaseDirectory).Parent!.Name;
        using Process process = Process.Start(new ProcessStartInfo("dotnet", ["pack", project, "-c", configuration, "--no-build", "-nodeReuse:false", "-o", Path.Combine(Folder, "feed")]) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        Run run = await Vers.FinishAsync(process);
        Assert.That(run.Exit, Is.Zero, run.Text);
    }

    [OneTimeTearDown]
    public void Remove() => Directory.Delete(Folder, recursive: true);
}
