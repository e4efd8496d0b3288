using System.Globalization;
using System.Text.Json;

namespace Versioning.Pipelines.Planning;

/// <summary>Compares what a stage depends on with what its last successful run depended on.</summary>
internal sealed class StaleReasons(VersionStore store)
{
    // A combination of a matrix is looked for that far back.
    private const int MaxRuns = 100;
    private const int MaxDocument = 64 * 1024 * 1024;

    internal async Task<IReadOnlyList<StaleReason>> FindAsync(StageInstance instance, ReadOnlyMemory<byte> document, IReadOnlyList<StageInputVersion> inputs, CancellationToken cancellationToken)
    {
        ArtifactVersion? last = await LastAsync(instance, cancellationToken).ConfigureAwait(false);
        if (last is null)
        {
            return [new StaleReason(StaleReasonKind.NeverRun, instance.Stage.Name)];
        }

        if (await ReadAsync(last, cancellationToken).ConfigureAwait(false) is not { } before)
        {
            // A program alone that was called so.
            return [new StaleReason(StaleReasonKind.DefinitionChanged, $"{last.Artifact}@{last.Number} was none of this stage")];
        }

        using (before)
        using (var now = JsonDocument.Parse(document))
        {
            StaleReason[] reasons = [.. Compare(before.RootElement, now.RootElement, last, inputs)];

            // It depended on the same, and then on something else, and the run of it is gone.
            return reasons.Length > 0 ? reasons : [new StaleReason(StaleReasonKind.NeverRun, instance.Stage.Name)];
        }
    }

    private static IEnumerable<StaleReason> Compare(JsonElement before, JsonElement now, ArtifactVersion last, IReadOnlyList<StageInputVersion> inputs)
    {
        foreach ((string name, string? old, string? current) in Differences(Members(before, "definition"), Members(now, "definition")))
        {
            yield return new StaleReason(StaleReasonKind.DefinitionChanged, name, old, current);
        }

        foreach ((string name, _, _) in Differences(Items(before, "inputs", "name"), Items(now, "inputs", "name")))
        {
            ArtifactPin? after = inputs.FirstOrDefault(input => input.Input.Name == name)?.Version.Pin;
            string artifact = after?.Artifact ?? name;
            ArtifactPin? old = last.Inputs.FirstOrDefault(pin => pin.Artifact == artifact);
            yield return new StaleReason(StaleReasonKind.DataMoved, name, Number(old), Number(after));
        }

        foreach ((string name, string? old, string? current) in Differences(Members(before, "parameters"), Members(now, "parameters")))
        {
            yield return new StaleReason(StaleReasonKind.ParameterChanged, name, Value(old), Value(current));
        }

        foreach ((string name, string? old, string? current) in Differences(Items(before, "files", "path"), Items(now, "files", "path")))
        {
            yield return new StaleReason(StaleReasonKind.CodeChanged, name, old, current);
        }
    }

    private static string? Number(ArtifactPin? pin) => pin?.Number.ToString(CultureInfo.InvariantCulture);

    private static string? Value(string? json)
    {
        if (json is null)
        {
            return null;
        }

        using var document = JsonDocument.Parse(json);
        return document.RootElement.GetString();
    }

    private static Dictionary<string, string> Members(JsonElement document, string name) =>
        document.TryGetProperty(name, out JsonElement members) && members.ValueKind == JsonValueKind.Object
            ? members.EnumerateObject().DistinctBy(member => member.Name).ToDictionary(member => member.Name, member => member.Value.GetRawText(), StringComparer.Ordinal)
            : [];

    private static Dictionary<string, string> Items(JsonElement document, string name, string key) =>
        document.TryGetProperty(name, out JsonElement items) && items.ValueKind == JsonValueKind.Array
            ? items.EnumerateArray()
                .Where(item => item.ValueKind == JsonValueKind.Object && item.TryGetProperty(key, out JsonElement at) && at.ValueKind == JsonValueKind.String)
                .DistinctBy(item => item.GetProperty(key).GetString()!)
                .ToDictionary(item => item.GetProperty(key).GetString()!, item => item.GetRawText(), StringComparer.Ordinal)
            : [];

    private static IEnumerable<(string Name, string? Before, string? After)> Differences(Dictionary<string, string> before, Dictionary<string, string> after) =>
        from name in before.Keys.Union(after.Keys).Order(StringComparer.Ordinal)
        let old = before.GetValueOrDefault(name)
        let current = after.GetValueOrDefault(name)
        where old != current
        select (name, old, current);

    /// <summary>The last run that succeeded; where the stage has a matrix, with the same combination.</summary>
    private async Task<ArtifactVersion?> LastAsync(StageInstance instance, CancellationToken cancellationToken)
    {
        int seen = 0;
        await foreach (ArtifactVersion run in store.ListRunsAsync(instance.Stage.Name, cancellationToken).ConfigureAwait(false))
        {
            if (run.Run!.Outcome == RunOutcome.Succeeded && instance.Combination.All(chosen => run.Parameters.TryGetValue(chosen.Key, out string? value) && value == chosen.Value))
            {
                return run;
            }

            if (++seen >= MaxRuns)
            {
                break;
            }
        }

        return null;
    }

    private async Task<JsonDocument?> ReadAsync(ArtifactVersion run, CancellationToken cancellationToken)
    {
        try
        {
            Stream file = await store.OpenReadAsync(run, StageDocument.FileName, cancellationToken).ConfigureAwait(false);
            await using (file.ConfigureAwait(false))
            {
                return file.Length <= MaxDocument ? await JsonDocument.ParseAsync(file, default, cancellationToken).ConfigureAwait(false) : null;
            }
        }
        catch (Exception e) when (e is NotFoundException or JsonException)
        {
            return null;
        }
    }
}
