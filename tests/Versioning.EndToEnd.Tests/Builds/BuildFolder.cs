using System.Diagnostics;

namespace Versioning.EndToEnd.Tests.Builds;

/// <summary>A folder of projects that use the packed package, as a user's checkout has them.</summary>
internal sealed class BuildFolder : IDisposable
{
    internal BuildFolder()
    {
        // The machine's own sources, and this one.
        Vers.Write("nuget.config", $"""
            <configuration>
              <packageSources>
                <add key="feed" value="{PackedFeed.Folder}/feed" />
              </packageSources>
            </configuration>
            """);
        string machine = Environment.GetEnvironmentVariable("NUGET_PACKAGES") ?? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".nuget", "packages");
        Vers.Write("Directory.Build.props", $"""
            <Project>
              <PropertyGroup>
                <RestorePackagesPath>{PackedFeed.Folder}/packages</RestorePackagesPath>
                <RestoreFallbackFolders>{machine}</RestoreFallbackFolders>
                <NuGetAudit>false</NuGetAudit>
                <UseSharedCompilation>false</UseSharedCompilation>
                <UseAppHost>false</UseAppHost>
              </PropertyGroup>
            </Project>
            """);

        // Restores side by side put packages into one folder; without one place for their locks they would not know of each other.
        Vers.Variables["NUGET_SCRATCH"] = Path.Combine(PackedFeed.Folder, "scratch");
    }

    internal Vers Vers { get; } = new();

    /// <summary>A library that has the package and some items.</summary>
    internal void Library(string path, string items, string frameworks = "net10.0")
    {
        string property = frameworks.Contains(';', StringComparison.Ordinal) ? "TargetFrameworks" : "TargetFramework";
        Vers.Write(path, $"""
            <Project Sdk="Microsoft.NET.Sdk">
              <PropertyGroup>
                <{property}>{frameworks}</{property}>
              </PropertyGroup>
              <ItemGroup>
                <PackageReference Include="Versioning.MSBuild" Version="0.1.0" />
                {items}
              </ItemGroup>
            </Project>
            """);
    }

    /// <summary>A project that has items and nothing to compile.</summary>
    internal void DataProject(string path, string items) => Vers.Write(path, $"""
        <Project>
          <Import Project="Sdk.props" Sdk="Microsoft.NET.Sdk" />
          <PropertyGroup>
            <TargetFramework>net10.0</TargetFramework>
            <SkipCopyBuildProduct>true</SkipCopyBuildProduct>
          </PropertyGroup>
          <ItemGroup>
            <PackageReference Include="Versioning.MSBuild" Version="0.1.0" />
            {items}
          </ItemGroup>
          <Import Project="Sdk.targets" Sdk="Microsoft.NET.Sdk" />
          <Target Name="CoreCompile" />
        </Project>
        """);

    internal async Task<Run> DotnetAsync(string directory, (string Name, string Value)? variable, params string[] arguments)
    {
        using Process process = Vers.Start("dotnet", arguments, directory, variable);
        return await Vers.FinishAsync(process);
    }

    internal async Task<string> OkAsync(string directory, params string[] arguments)
    {
        Run run = await DotnetAsync(directory, null, arguments);
        Assert.That(run.Exit, Is.Zero, $"dotnet {string.Join(' ', arguments)}\n{run.Text}{run.Error}");
        return run.Text;
    }

    /// <summary>Builds, without a restore of packages; no process of it stays.</summary>
    internal Task<string> BuildAsync(string directory, params string[] arguments) => OkAsync(directory, ["build", "--no-restore", "-nodeReuse:false", .. arguments]);

    /// <summary>A build that must fail.</summary>
    internal async Task<string> FailAsync(string directory, (string Name, string Value)? variable, params string[] arguments)
    {
        Run run = await DotnetAsync(directory, variable, ["build", "--no-restore", "-nodeReuse:false", .. arguments]);
        Assert.That(run.Exit, Is.Not.Zero, run.Text);
        return run.Text;
    }

    internal string Read(string path) => File.ReadAllText(Vers.At(path));

    internal bool Has(string path) => File.Exists(Vers.At(path));

    public void Dispose() => Vers.Dispose();
}
