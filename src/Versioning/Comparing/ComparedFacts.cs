using System.Globalization;
using Versioning.Journal;
using Facts = System.Collections.Generic.IEnumerable<System.Collections.Generic.KeyValuePair<string, string?>>;

namespace Versioning.Comparing;

/// <summary>What one version records, as names and texts in groups.</summary>
internal static class ComparedFacts
{
    internal const string Metrics = "metrics";

    /// <summary>The groups in their order, whether names keep the order that they are told in, and what tells them.</summary>
    internal static readonly (string Group, bool FixedOrder, Func<ComparedVersion, Facts> Read)[] Groups =
    [
        (Metrics, false, v => v.Version.Metrics.Select(metric => Fact(metric.Key, metric.Value.ToString("R", CultureInfo.InvariantCulture)))),
        ("params", false, v => v.Version.Parameters!),
        ("inputs", false, v => ByArtifact(v.Version.Inputs)),
        ("code", true, v => v.Version.Code is { } code ? Code(code, v.Patch) : []),
        ("environment", false, v => v.Run is { } run ? run.Environment! : []),
        ("run", true, v => v.Run is { } run ? Run(run) : []),
        ("outputs", false, v => ByArtifact(v.Run?.Outputs ?? [])),
        ("meta", false, v => v.Version.Metadata!),
        ("version", true, v => Version(v.Version)),
    ];

    private static Facts Code(CodeCommit code, Digest? patch) =>
        [Fact("commit", code.Commit), Fact("branch", code.Branch), Fact("dirty", code.IsDirty ? "true" : "false"), Fact("patch", patch?.ToString()), Fact("url", code.Url)];

    private static Facts Run(RunDetails run) =>
    [
        Fact("outcome", RunText.Of(run.Outcome)),
        Fact("exitCode", run.ExitCode?.ToString(CultureInfo.InvariantCulture)),
        Fact("seconds", (run.Ended - run.Started).TotalSeconds.ToString("R", CultureInfo.InvariantCulture)),
        Fact("command", run.Command.Count == 0 ? null : string.Join(' ', run.Command.Select(Argument))),
        Fact("definition", run.Definition?.ToString()),
        Fact("key", run.Key?.ToString()),
    ];

    private static Facts Version(ArtifactVersion version) =>
    [
        Fact("kind", KindText.Of(version.Kind)),
        Fact("files", version.FileCount.ToString(CultureInfo.InvariantCulture)),
        Fact("bytes", version.ByteCount.ToString(CultureInfo.InvariantCulture)),
        Fact("content", version.Content.ToString()),
        Fact("madeBy", version.MadeBy?.ToString()),
        Fact("author", version.Author),
        Fact("message", version.Message.Length == 0 ? null : version.Message),
    ];

    private static Facts ByArtifact(IEnumerable<ArtifactPin> pins) =>
        pins.GroupBy(pin => pin.Artifact, StringComparer.Ordinal).Select(pins => Fact(pins.Key, string.Join(' ', pins.OrderBy(pin => pin.Number))));

    /// <summary>One argument of a command; what would read like several is quoted, so that different commands never look the same.</summary>
    private static string Argument(string text) =>
        text.Length > 0 && !text.Any(c => char.IsWhiteSpace(c) || c is '"' or '\\')
            ? text
            : $"\"{text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)}\"";

    private static KeyValuePair<string, string?> Fact(string name, string? value) => KeyValuePair.Create(name, value);
}
