using Versioning.Tool.Output;

namespace Versioning.Tool.Commands;

/// <summary>What <c>vers audit --verify</c> does: checks the journal, and against what is known of it here.</summary>
internal static class JournalVerification
{
    internal static async Task<int> RunAsync(VersionStore store, string location, IReadOnlyList<JournalHead> expected, ProgressLine? progress, Reply reply, CancellationToken cancellationToken)
    {
        var options = new VerifyJournalOptions { ExpectedHeads = expected, ExpectedPins = LockedPins(location) };
        VerifyReport report = await store.VerifyJournalAsync(options, progress, cancellationToken).ConfigureAwait(false);
        progress?.Dispose();
        reply.Document(json =>
        {
            json.WriteBoolean("sound", report.IsSound);
            json.WriteString("head", report.Head.ToString());
            json.WriteNumber("entries", report.Head.Sequence);
            json.WriteNumber("versions", report.Versions);
            json.WriteNumber("objects", report.Objects);
            json.WriteNumber("bytes", report.Bytes);
            json.WriteNumber("witnesses", report.Witnesses);
            VersionJson.WriteNames(json, "foreignInputs", report.ForeignInputs);
            DamageText.WriteIncoming(json, report);
            DamageText.Write(json, report.Damages);
        });
        DamageText.Tell(reply, report.Damages);
        reply.Line($"{report.Head} · {Human.Count(report.Versions, "version")} · {Human.Count(report.Objects, "object")} · compared with {Human.Count(report.Witnesses, "earlier sight")} · {DamageText.Verdict(report)}");
        if (!reply.IsJson && report.ForeignInputs.Count > 0)
        {
            Reply.Note($"{Human.Count(report.ForeignInputs.Count, "input")} of versions here {(report.ForeignInputs.Count == 1 ? "is" : "are")} of another store: {report.ForeignInputs[0]}{(report.ForeignInputs.Count == 1 ? "" : ", …")}");
        }

        DamageText.NoteIncoming(report);
        return report.IsSound ? 0 : Failure.Integrity;
    }

    /// <summary>What the nearest <c>versions.lock</c> pins, where it is about this store.</summary>
    private static ArtifactPin[] LockedPins(string location)
    {
        try
        {
            return Workspace.FindStoreLocation() is { } named && InFull(named) == InFull(location)
                ? [.. Workspace.Open().Pins.Select(pin => pin.Pin)]
                : [];
        }
        catch (VersioningException e)
        {
            Reply.Note($"{Workspace.LockName} was not compared: {e.Message}");
            return [];
        }
    }

    private static string InFull(string location) => Path.TrimEndingDirectorySeparator(
        location.StartsWith("file:", StringComparison.OrdinalIgnoreCase) && Uri.TryCreate(location, UriKind.Absolute, out Uri? uri) ? uri.LocalPath
        : location.Contains("://", StringComparison.Ordinal) ? location
        : Path.GetFullPath(location));
}
