using Versioning.Pipelines.Defining;
using Versioning.Runs;

namespace Versioning.Pipelines.Planning;

/// <summary>A stage with one combination of its parameters.</summary>
/// <param name="Stage">The stage.</param>
/// <param name="Parameters">All its parameters, in ascending order of names.</param>
/// <param name="Combination">Those of the matrix.</param>
internal sealed record StageInstance(StageDefinition Stage, IReadOnlyDictionary<string, string> Parameters, IReadOnlyDictionary<string, string> Combination)
{
    private const int MaxCombinations = 1000;

    /// <summary>The combinations of a stage, in the order of its matrix.</summary>
    /// <param name="stage">The stage.</param>
    /// <param name="root">The workspace.</param>
    /// <param name="overrides">Values in place of the declared ones; those of other stages are left alone.</param>
    internal static IReadOnlyList<StageInstance> Of(StageDefinition stage, string root, IReadOnlyDictionary<string, string> overrides)
    {
        var common = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (StageParameter parameter in stage.Parameters.Where(parameter => parameter.File is null))
        {
            common[parameter.Name] = parameter.Value!;
        }

        foreach (IGrouping<string, string> file in stage.Parameters.Where(parameter => parameter.File is not null).GroupBy(parameter => parameter.File!, parameter => parameter.Name, StringComparer.Ordinal))
        {
            foreach ((string name, string value) in ParameterFile.Read(root, file.Key, [.. file]))
            {
                common[name] = value;
            }
        }

        foreach ((string name, string value) in overrides.Where(given => common.ContainsKey(given.Key)))
        {
            StageParameter declared = stage.Parameters.First(parameter => parameter.Name == name);
            if (declared.File is not null && value != common[name] && !Placeholders.IsTold(stage.Command, name))
            {
                throw new VersioningException("invalid_option", $"Parameter '{name}' of stage '{stage.Name}' is read from '{declared.File}' by its command, which would not see another value.", $"Change it in that file, or put ${{{name}}} into the command.");
            }

            common[name] = value;
        }

        IReadOnlyList<IReadOnlyDictionary<string, string>> combinations = Combine(stage, overrides);
        StageInstance[] instances = [.. combinations.Select(combination => new StageInstance(stage, Merge(common, combination), combination))];
        foreach ((string name, string value) in instances.SelectMany(instance => instance.Parameters))
        {
            Check(stage, name, value);
        }

        return instances;
    }

    /// <summary>Refuses now what a run would not record, before it is shown as what has changed.</summary>
    private static void Check(StageDefinition stage, string name, string value)
    {
        RunParameters.Check(name, value);
        if (value.Contains('\0', StringComparison.Ordinal))
        {
            throw new VersioningException("invalid_parameters", $"Parameter '{name}' of stage '{stage.Name}' has a null character, which no argument can hold.");
        }
    }

    private static List<IReadOnlyDictionary<string, string>> Combine(StageDefinition stage, IReadOnlyDictionary<string, string> overrides)
    {
        List<IReadOnlyDictionary<string, string>> combinations = [new Dictionary<string, string>()];
        foreach (MatrixAxis axis in stage.Matrix)
        {
            IReadOnlyList<string> values = overrides.TryGetValue(axis.Name, out string? only) ? [only] : axis.Values;
            if ((long)combinations.Count * values.Count > MaxCombinations)
            {
                throw new VersioningException("invalid_pipeline", $"The matrix of stage '{stage.Name}' has more than {MaxCombinations} combinations.", "Narrow it down with --param, or in versions.json.");
            }

            combinations = [.. combinations.SelectMany(_ => values, (before, value) => Merge(before, [KeyValuePair.Create(axis.Name, value)]))];
        }

        return combinations;
    }

    private static SortedDictionary<string, string> Merge(IEnumerable<KeyValuePair<string, string>> first, IEnumerable<KeyValuePair<string, string>> second)
    {
        var all = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach ((string name, string value) in first.Concat(second))
        {
            all[name] = value;
        }

        return all;
    }
}
