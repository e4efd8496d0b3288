using Versioning.Journal;

namespace Versioning.Gates;

/// <summary>A version that conditions are asked of.</summary>
/// <param name="Record">What it records.</param>
/// <param name="IsSigned">Whether a key signed it while the store trusted that, or does in the same entry.</param>
internal sealed record GateSubject(VersionRecord Record, bool IsSigned)
{
    /// <summary>A version that records nothing: what can be asked of it can be asked of any.</summary>
    internal static GateSubject Blank { get; } = new(new VersionRecord("", default, default, 0, 0, default, "", "", "", null, [], [], [], []), IsSigned: false);
}

/// <summary>What conditions can ask of a version, and of others of its artifact by their names.</summary>
/// <param name="candidate">The version that is to get the name.</param>
/// <param name="others">Others by name; null: the name is that of an alias that names nothing yet.</param>
/// <param name="reproductions">Whether they can be or were reproduced, by the name that a condition asks with.</param>
internal sealed class GateFacts(GateSubject candidate, IReadOnlyDictionary<string, GateSubject?> others, IReadOnlyDictionary<string, GateValue> reproductions)
{
    internal const string Known = "Known are metric.<name>, param.<name>, meta.<name> (a name that is no word in quotes: metric[\"loss.test\"]), files, bytes, kind, author, signed, reproducible, reproduced, and the same of what a tag or an alias of the artifact names, such as production.metric.f1.";

    /// <summary>The value of a name: absent where the version has none, null where it can't be one.</summary>
    internal GateValue? Look(IReadOnlyList<string> path)
    {
        if (Of(candidate, path, 0) is { } own)
        {
            return own;
        }

        return others.TryGetValue(path[0], out GateSubject? other)
            ? Of(other ?? candidate, path, 1) is not { } value ? null : other is null ? GateValue.Unset : value
            : null;
    }

    private GateValue? Of(GateSubject version, IReadOnlyList<string> path, int from)
    {
        VersionRecord record = version.Record;
        string? name = path.Count == from + 2 ? path[from + 1] : null;
        return (path.Count - from, from < path.Count ? path[from] : "") switch
        {
            (2, "metric") => record.Metrics.Where(m => m.Key == name).Select(m => GateValue.Of(m.Value)).FirstOrDefault(),
            (2, "param") => record.Parameters.Where(p => p.Key == name).Select(p => GateValue.Of(p.Value)).FirstOrDefault(),
            (2, "meta") => record.Metadata.Where(p => p.Key == name).Select(p => GateValue.Of(p.Value)).FirstOrDefault(),
            (1, "files") => GateValue.Of(record.FileCount),
            (1, "bytes") => GateValue.Of(record.ByteCount),
            (1, "author") => GateValue.Of(record.Author),
            (1, "signed") => GateValue.Of(version.IsSigned),
            (1, "kind") => GateValue.Of(KindText.Of(record.Kind)),
            (1, ReproductionRecord.Reproducible or ReproductionRecord.Reproduced) => reproductions.GetValueOrDefault(string.Join('.', path)),
            _ => null,
        };
    }
}
