using Versioning.Capture;
using Versioning.Gates;

namespace Versioning.Pipelines.Reproducing;

/// <summary>Makes a run again in a folder of its own, and compares.</summary>
internal sealed class ReproduceOperation(VersionStore store, RecordedRun recorded, ReproduceOptions options)
{
    internal async Task<ReproductionReport> RunAsync(CancellationToken cancellationToken)
    {
        CodeFolder folder = CodeFolder.Make(options);
        ReproductionReport? report = null;
        try
        {
            report = await RunInAsync(folder, cancellationToken).ConfigureAwait(false);
            return report;
        }
        finally
        {
            bool isKept = options.Keep || report is { IsReproduced: false };
            if ((isKept || !folder.Remove()) && report is not null)
            {
                report.Folder = folder.Path;
            }
        }
    }

    private async Task<ReproductionReport> RunInAsync(CodeFolder folder, CancellationToken cancellationToken)
    {
        List<string> notes = [.. recorded.Notes];
        if (recorded.Version.Code is { } code && !folder.IsForeign)
        {
            notes.AddRange(await folder.CheckOutAsync(code, recorded.Patch, options.Repository, cancellationToken).ConfigureAwait(false));
        }

        if (folder.IsForeign)
        {
            notes.Add($"The code is what lay in '{folder.Path}'.");
        }

        string working = Inside(folder, recorded.Stage.Folder, "the working directory");
        Directory.CreateDirectory(working);
        OutputPlaces places = OutputPlaces.Find(recorded, folder.Path, working, options);
        if (folder.IsForeign)
        {
            places.RequireFree();
        }

        foreach (string there in recorded.Stage.Folders)
        {
            Directory.CreateDirectory(Inside(folder, there, "a folder"));
        }

        using var inputs = new RestoredInputs();
        foreach ((ArtifactPin pin, InputPlace place) in new InputPlaces(recorded, folder, working, options.InputPaths).Find())
        {
            await inputs.AddAsync(store, pin, place, cancellationToken).ConfigureAwait(false);
        }

        string[] variables = [.. recorded.Details.Environment.Keys.Where(name => name.StartsWith("env:", StringComparison.Ordinal) && !name.AsSpan().ContainsAny("*?[]!")).Select(name => name[4..])];
        IReadOnlyList<ReproducedFact> environment = [.. Environment(working, variables)];
        if (options.SameEnvironment && environment.Count > 0)
        {
            throw new ConflictException("environment_differs", $"The environment is not that of {recorded.Name}: {string.Join("; ", environment.Select(fact => $"{fact.Name} was {fact.Recorded ?? "not known"} and is {fact.Now ?? "not known"}"))}.", "Make it the same, or leave --same-environment out.");
        }

        await using Run? run = options.Record ? await StartAsync(folder, working, variables, cancellationToken).ConfigureAwait(false) : null;
        return await new Reproduction(store, recorded with { Command = [.. recorded.Command.Select(inputs.Told)] }, options, run).RunAsync(working, places, environment, notes, cancellationToken).ConfigureAwait(false);
    }

    private static string Inside(CodeFolder folder, string path, string what)
    {
        string full = RecordedPath.Full(folder.Path, path, what, null);
        RecordedPath.RequireNoLinks(folder.Path, full, what);
        return full;
    }

    private IEnumerable<ReproducedFact> Environment(string working, IEnumerable<string> variables)
    {
        Dictionary<string, string> was = recorded.Details.Environment.Where(fact => fact.Key != RunEnvironment.LeftOutName).ToDictionary(StringComparer.Ordinal);
        return RunEnvironment.Compare(was, RunEnvironment.Take(working, variables)).Select(fact => new ReproducedFact(fact.Name, fact.Recorded, fact.Now));
    }

    private Task<Run> StartAsync(CodeFolder folder, string working, string[] variables, CancellationToken cancellationToken)
    {
        IEnumerable<ArtifactPin> inputs = [recorded.Version.Pin, .. recorded.Details.Outputs, .. recorded.Version.Inputs];
        var start = new StartRunOptions
        {
            Message = $"{recorded.Name} made again",
            Inputs = [.. inputs.Distinct().Select(pin => new ArtifactReference(pin.ToString()))],
            Parameters = recorded.Version.Parameters.ToDictionary(StringComparer.Ordinal),
            Command = [.. recorded.Details.Command],
            Folder = working,
            RecordCode = recorded.Version.Code is not null || folder.IsForeign,
            EnvironmentVariables = variables,
        };
        return store.StartRunAsync(ReproductionRecord.RunName, start, cancellationToken);
    }
}
