using System.Text.Json;
using Versioning.Workspaces;

namespace Versioning.Pipelines.Defining;

/// <summary>All stages of a workspace, each after those whose outputs it reads.</summary>
internal sealed class PipelineDefinition
{
    private readonly Dictionary<string, StageDefinition> _makers;

    private PipelineDefinition(WorkspaceFile workspace, IReadOnlyList<StageDefinition> stages)
    {
        File = workspace.FullPath;
        NoCode = [.. stages.SelectMany(stage => stage.Outputs.Select(output => output.Path)), .. stages.SelectMany(stage => stage.Inputs).Select(input => input.Path).OfType<string>(), .. workspace.Pins.Select(pin => pin.Path).OfType<string>(), .. workspace.StoreFolder is { } store ? [store] : Array.Empty<string>()];
        _makers = stages.SelectMany(stage => stage.Outputs.Select(output => (output.Artifact, stage))).ToDictionary(made => made.Artifact, made => made.stage, StringComparer.Ordinal);
        Stages = Sort(stages);
    }

    /// <summary>The full path of <c>versions.json</c>.</summary>
    internal string File { get; }

    internal string Root => Path.GetDirectoryName(File)!;

    /// <summary>What the tool or the stages put into the workspace, relative to it: outputs, inputs, pins, the store.</summary>
    internal IReadOnlyList<string> NoCode { get; }

    internal IReadOnlyList<StageDefinition> Stages { get; }

    /// <exception cref="VersioningException">It is not what it should be.</exception>
    internal static PipelineDefinition Read(WorkspaceFile workspace)
    {
        string file = workspace.FullPath;
        if (workspace.Stages is not { } text)
        {
            throw new NotFoundException("no_stages", $"'{file}' declares no stages.", "Declare them in 'stages' (see docs/pipelines.md); a program alone goes after '--': vers run train -- python train.py");
        }

        using var document = JsonDocument.Parse(text, WorkspaceFile.Options);
        StageDefinition[] stages = [.. document.RootElement.EnumerateObject().Select(stage => StageReader.Read(file, stage.Name, stage.Value))];
        Check(workspace, stages);
        return new PipelineDefinition(workspace, stages);
    }

    /// <summary>The stage that makes what an input asks for; null: none does.</summary>
    internal StageDefinition? MakerOf(StageInput input) => input is { IsPin: false, Version: null } ? _makers.GetValueOrDefault(input.Name) : null;

    /// <summary>The stages that a stage reads outputs of.</summary>
    internal IEnumerable<StageDefinition> Before(StageDefinition stage) => stage.Inputs.Select(MakerOf).OfType<StageDefinition>().Distinct();

    /// <summary>Stages and all that they need, in order; none named: all.</summary>
    /// <exception cref="NotFoundException">There is no such stage.</exception>
    internal IReadOnlyList<StageDefinition> Needed(IReadOnlyList<string> names)
    {
        var needed = new HashSet<StageDefinition>(ReferenceEqualityComparer.Instance);
        var waiting = new Stack<StageDefinition>(names.Count == 0 ? Stages : names.Select(Find));
        while (waiting.TryPop(out StageDefinition? stage))
        {
            if (needed.Add(stage))
            {
                foreach (StageDefinition before in Before(stage))
                {
                    waiting.Push(before);
                }
            }
        }

        return [.. Stages.Where(needed.Contains)];
    }

    internal StageDefinition Find(string name) =>
        Stages.FirstOrDefault(stage => stage.Name == name)
        ?? throw new NotFoundException("stage_not_found", $"There is no stage '{name}' in '{File}'.", $"It has {string.Join(", ", Stages.Select(stage => stage.Name))}. A program alone goes after '--': vers run {name} -- program");

    private static void Check(WorkspaceFile workspace, StageDefinition[] stages)
    {
        string file = workspace.FullPath;
        foreach (IGrouping<string, StageDefinition> same in stages.GroupBy(stage => stage.Name, StringComparer.Ordinal).Where(group => group.Count() > 1))
        {
            throw DefinitionReader.Wrong(file, $"stage '{same.Key}' stands there twice");
        }

        (StageDefinition Stage, StageOutput Output)[] outputs = [.. stages.SelectMany(stage => stage.Outputs.Select(output => (stage, output)))];
        foreach (var same in outputs.GroupBy(made => made.Output.Artifact, StringComparer.Ordinal).Where(group => group.Count() > 1))
        {
            throw DefinitionReader.Wrong(file, $"stages {string.Join(" and ", same.Select(made => $"'{made.Stage.Name}'"))} both make '{same.Key}'");
        }

        (string What, string Path)[] places =
        [
            .. outputs.Select(made => ($"output '{made.Output.Artifact}' of stage '{made.Stage.Name}'", made.Output.Path)),
            .. stages.SelectMany(stage => stage.Inputs.Where(input => input.Path is not null).Select(input => (Stage: stage, Input: input)))
                .DistinctBy(read => (read.Input.Name, read.Input.Version, read.Input.Path, string.Join('\n', read.Input.Include)))
                .Select(read => ($"input '{read.Input.Name}' of stage '{read.Stage.Name}'", read.Input.Path!)),
            .. workspace.Pins.Where(pin => pin.Path is not null).Select(pin => ($"pin '{pin.Name}'", pin.Path!)),
            .. workspace.StoreFolder is { } store ? [("the store", store)] : Array.Empty<(string, string)>(),
        ];
        places = [.. places.OrderBy(place => place.Path + "/", StringComparer.OrdinalIgnoreCase)];
        foreach ((var outer, var inner) in places.Zip(places.Skip(1)))
        {
            if ((inner.Path + "/").StartsWith(outer.Path + "/", StringComparison.OrdinalIgnoreCase))
            {
                throw DefinitionReader.Wrong(file, $"{outer.What} and {inner.What} lie in the same place or one in the other: '{outer.Path}' and '{inner.Path}'");
            }
        }

        // They are read before anything is run or restored, when what lies there is that of another time.
        foreach ((StageDefinition stage, string parameters) in stages.SelectMany(stage => stage.Parameters.Select(parameter => parameter.File).OfType<string>().Distinct(), (stage, path) => (stage, path)))
        {
            if (places.FirstOrDefault(place => (parameters + "/").StartsWith(place.Path + "/", StringComparison.OrdinalIgnoreCase)) is { Path: { } holder })
            {
                throw DefinitionReader.Wrong(file, $"stage '{stage.Name}': the parameter file '{parameters}' lies in '{holder}', which holds versions");
            }
        }
    }

    private StageDefinition[] Sort(IReadOnlyList<StageDefinition> stages)
    {
        var sorted = new List<StageDefinition>();
        var open = new List<StageDefinition>();
        foreach (StageDefinition stage in stages)
        {
            Visit(stage);
        }

        return [.. sorted];

        void Visit(StageDefinition stage)
        {
            if (sorted.Contains(stage, ReferenceEqualityComparer.Instance))
            {
                return;
            }

            int at = open.IndexOf(stage);
            if (at >= 0)
            {
                throw DefinitionReader.Wrong(File, $"stages wait for each other: {string.Join(" needs ", open.Skip(at).Append(stage).Select(member => $"'{member.Name}'"))}");
            }

            open.Add(stage);
            foreach (StageDefinition before in Before(stage))
            {
                if (before.Matrix.Count > 0)
                {
                    throw DefinitionReader.Wrong(File, $"stage '{stage.Name}' reads what '{before.Name}' makes, which makes one version for each combination of its matrix; say which one by 'version'");
                }

                Visit(before);
            }

            open.RemoveAt(open.Count - 1);
            sorted.Add(stage);
        }
    }
}
