using Versioning.Benchmarks.Comparing;
using Versioning.Benchmarks.Comparing.Tools;
using Versioning.Benchmarks.Measuring;
using Versioning.Benchmarks.Workloads;

namespace Versioning.Benchmarks;

/// <summary>What pins add to a build that has nothing to do: beside the same console application without any.</summary>
internal static class BuildsVerb
{
    public const string Plain = "no-pins";
    public const string Few = "b-few";
    public const string Many = "b-many";
    public const string Usage = "builds --work DIR [--vers PATH] [--rounds 9] [--seed N] [--out FILE.tsv]";

    private static readonly Dictionary<string, int> Files = new() { [Few] = 3, [Many] = 1000 };

    public static int Run(Arguments arguments)
    {
        string work = Directory.CreateDirectory(Path.GetFullPath(arguments.Required("--work"))).FullName;
        ulong seed = arguments.Number("--seed", 1UL);
        VersBuild build = VersBuild.Find(arguments.Text("--vers"), work);
        string run = Directory.CreateDirectory(Path.Combine(work, $"builds-{Environment.ProcessId}")).FullName;
        ResultLog log = new(arguments.Text("--out") is { } path ? Path.GetFullPath(path) : null);
        Conditions conditions = new(FileSystem.Of(work), 1, seed, build.Version);
        Shell shell = new(run, new Dictionary<string, string> { ["VERSIONING_CACHE"] = Path.Combine(run, "cache") }, Path.Combine(work, "builds.log"), TimeSpan.FromMinutes(10));
        try
        {
            string vers = Vers.Command(build.Path);
            Require($"dotnet pack '{Checkout.Root}/src/Versioning.MSBuild' -c Release -o feed && {vers} init");
            File.WriteAllText(Path.Combine(run, "nuget.config"), """<configuration><packageSources><add key="feed" value="feed" /></packageSources></configuration>""");
            MakeProject(Plain, "");
            foreach ((string name, int count) in Files)
            {
                TinyFiles.Write(Path.Combine(run, "data", name), seed, count);
                Require($"{vers} commit datasets/{name} data/{name} -q && {vers} pin datasets/{name}");
                MakeProject(name, $"""<PackageReference Include="Versioning.MSBuild" Version="0.1.0" /><VersionedData Include="datasets/{name}" />""");
            }

            for (int round = 1; round <= arguments.Number("--rounds", 9); round++)
            {
                // Each beside a build without pins of its own, and who begins changes from round to round.
                foreach (string name in Files.Keys)
                {
                    (string Tool, string Project)[] steps = [(Vers.Compressed, name), (Plain, Plain)];
                    foreach ((string tool, string project) in round % 2 == 0 ? steps.Reverse() : steps)
                    {
                        Measurement cost = shell.Measure($"cd {project} && dotnet build --no-restore");
                        log.Add(new Result(conditions, round, name, tool, Operation.Build) { Measurement = cost, Note = cost.ExitCode == 0 ? "" : $"exit code {cost.ExitCode}" });
                    }
                }
            }

            return log.Close();
        }
        finally
        {
            Directory.Delete(run, recursive: true);
        }

        void MakeProject(string name, string items)
        {
            string folder = Directory.CreateDirectory(Path.Combine(run, name)).FullName;
            File.WriteAllText(Path.Combine(folder, "Program.cs"), "System.Console.WriteLine();");
            File.WriteAllText(Path.Combine(folder, $"{name}.csproj"), $"""
                <Project Sdk="Microsoft.NET.Sdk">
                  <PropertyGroup>
                    <OutputType>Exe</OutputType>
                    <TargetFramework>net10.0</TargetFramework>
                    <RestorePackagesPath>../packages</RestorePackagesPath>
                  </PropertyGroup>
                  <ItemGroup>{items}</ItemGroup>
                </Project>
                """);
            Require($"cd {name} && dotnet build && dotnet build --no-restore");
        }

        void Require(string command)
        {
            if (shell.Run(command) != 0)
            {
                throw new UsageException($"A step failed: see {work}/builds.log.");
            }
        }
    }
}
