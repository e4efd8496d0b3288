using System.Diagnostics;
using System.IO.Compression;
using System.Runtime.InteropServices;
using Versioning.Tests.Architecture;

namespace Versioning.EndToEnd.Tests;

/// <summary>The tool as packages in a feed that is a folder: packed, installed, run.</summary>
/// <remarks>Everything is built in the test's folder; the checkout stays as it is.</remarks>
public sealed class ToolPackageTests
{
    private Vers _vers = null!;

    [SetUp]
    public void MakeFolder() => _vers = new Vers();

    [TearDown]
    public void Remove() => _vers.Dispose();

    /// <summary>A machine that no native package is for.</summary>
    [Test]
    public async Task On_another_platform_the_package_for_any_is_installed_and_runs()
    {
        await PackAsync("-p:PackPlatforms=any", "-p:ToolPackageRuntimeIdentifiers=\"freebsd-x64;any\"");
        Assert.That(Packages(), Is.EqualTo(["Versioning.Tool", "Versioning.Tool.any"]));
        using (ZipArchive package = await ZipFile.OpenReadAsync(Directory.GetFiles(_vers.At("feed"), "Versioning.Tool.any.*").Single()))
        {
            string[] names = [.. package.Entries.Select(entry => entry.Name)];
            Assert.That(names, Does.Contain("vers.dll").And.Contain("README.md"));
            Assert.That(names, Has.None.EndsWith(".pdb").And.None.EqualTo("Versioning.xml"));
        }

        await InstallAndRunAsync();
    }

    [Test]
    public async Task On_this_platform_the_native_package_is_installed_and_runs()
    {
        if (Environment.GetEnvironmentVariable("VERSIONING_TEST_NATIVE") is not { Length: > 0 })
        {
            Assert.Ignore("Compiling to native code takes a minute: VERSIONING_TEST_NATIVE=1 asks for it.");
        }

        if (OperatingSystem.IsLinux() && !(Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Any(folder => File.Exists(Path.Combine(folder, "clang"))))
        {
            Assert.Ignore("There is no clang here.");
        }

        await PackAsync();
        string here = RuntimeInformation.RuntimeIdentifier;
        Assert.That(Packages(), Is.EquivalentTo(["Versioning.Tool", "Versioning.Tool.any", "Versioning.Tool.linux-musl-x64", "Versioning.Tool.linux-musl-arm64", $"Versioning.Tool.{here}"]));
        await InstallAndRunAsync();
        Assert.That(Directory.GetFiles(_vers.At("tools"), "vers.dll", SearchOption.AllDirectories), Is.Empty);
    }

    private async Task InstallAndRunAsync()
    {
        string folder = _vers.At("tools");
        await OkAsync("dotnet", "tool", "install", "Versioning.Tool", "--tool-path", folder, "--source", _vers.At("feed"), "--no-cache");
        string tool = Path.Combine(folder, OperatingSystem.IsWindows() ? "vers.exe" : "vers");
        Assert.That((await OkAsync(tool, "--version")).Text, Does.StartWith("0.1.0"));
        Run tour = await OkAsync(tool, "quickstart", "--json");
        Assert.That(tour.Json.GetProperty("prediction").GetProperty("species").GetString(), Is.EqualTo("versicolor"));
    }

    private string[] Packages() =>
        [.. Directory.GetFiles(_vers.At("feed")).Select(file => Path.GetFileName(file).Replace(".0.1.0.nupkg", "", StringComparison.Ordinal)).Order(StringComparer.Ordinal)];

    private async Task PackAsync(params string[] more)
    {
        // A feed of its own for the tool; what it is built from comes from the machine's sources, or is here already.
        string project = Path.Combine(Repository.Root, "src", "Versioning.Tool");
        await OkAsync("dotnet", ["pack", project, "-c", "Release", "-o", _vers.At("feed"), "--artifacts-path", _vers.At("build"), "-p:RunAnalyzers=false", "-v", "quiet", .. more]);
    }

    private async Task<Run> OkAsync(string program, params string[] arguments)
    {
        using Process process = _vers.Start(program, arguments);
        Run run = await Vers.FinishAsync(process);
        Assert.That(run.Exit, Is.Zero, $"{program} {string.Join(' ', arguments)}\n{run.Text}{run.Error}");
        return run;
    }
}
