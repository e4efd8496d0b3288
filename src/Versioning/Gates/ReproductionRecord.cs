using Versioning.Capture;
using Versioning.Journal;

namespace Versioning.Gates;

/// <summary>What records say of whether a version can be made again, and whether it was: nothing is run, and no file is read.</summary>
internal sealed class ReproductionRecord(JournalLog journal, StoreState state)
{
    /// <summary>What conditions ask for.</summary>
    internal const string Reproducible = "reproducible", Reproduced = "reproduced";

    /// <summary>The runs that reproductions are, and what stands in their metadata: the versions that were made again, and how they compare.</summary>
    internal const string RunName = "runs/reproduce", ReproducedName = "reproduced", VerdictName = "verdict";

    /// <param name="fact"><see cref="Reproducible"/> or <see cref="Reproduced"/>.</param>
    /// <param name="record">The record of the version.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    internal async Task<GateValue> LookAsync(string fact, VersionRecord record, CancellationToken cancellationToken)
    {
        Digest digest = VersionRecord.DigestOf(record.Encode().Span);
        PublishedVersion? version = state.Find(record.Artifact)?.Versions.FindLast(published => published.Digest == digest);
        string? why = version is null ? "it is only being published; move the alias when it is"
            : fact == Reproduced ? await WhyNotReproducedAsync(new ArtifactPin(record.Artifact, version.Number, digest), cancellationToken).ConfigureAwait(false)
            : await WhyNotReproducibleAsync(record, version, cancellationToken).ConfigureAwait(false);
        return why is null ? GateValue.Of(true) : GateValue.False(why);
    }

    private async Task<string?> WhyNotReproducibleAsync(VersionRecord record, PublishedVersion version, CancellationToken cancellationToken)
    {
        if (record.Run is null)
        {
            (_, ArtifactPin? made) = await journal.ReadMadeAsync(record.Artifact, version, cancellationToken).ConfigureAwait(false);
            if (made is null)
            {
                return "no recorded run made it";
            }

            if (state.Find(made.Artifact)?.Live(made.Number) is not { } run)
            {
                return $"its run, {made.Artifact}@{made.Number}, was retired";
            }

            record = await journal.ReadRecordAsync(made.Artifact, run, cancellationToken).ConfigureAwait(false);
        }

        return record.Run is not { Outcome: RunOutcome.Succeeded } ended ? "its run did not succeed"
            : ended.Command.Count == 0 ? "its run has no command"
            : ended.Command.Any(argument => argument.Contains(Secrets.Masked, StringComparison.Ordinal)) ? "an argument of its command was a credential and not recorded"
            : record.Code is null ? "its run has no code"
            : ended.Environment.Any(fact => fact.Key == RunEnvironment.LeftOutName) ? "the recorded changes of its code are not all that there were"
            : record.Inputs.FirstOrDefault(input => state.Find(input.Artifact)?.Live(input.Number)?.Digest != input.Digest) is { } gone ? $"its input {gone.Artifact}@{gone.Number} is not in this store"
            : null;
    }

    private async Task<string?> WhyNotReproducedAsync(ArtifactPin pin, CancellationToken cancellationToken)
    {
        // A state that was read from an old checkpoint does not know what runs read; their records do.
        var key = new VersionKey(pin.Artifact, pin.Number);
        IEnumerable<PublishedVersion> runs = (state.Find(RunName)?.Versions ?? []).Where(run => !run.Retired && (!state.IsLinked || run.Inputs.Contains(key))).Reverse();
        foreach (PublishedVersion run in runs)
        {
            VersionRecord record = await journal.ReadRecordAsync(RunName, run, cancellationToken).ConfigureAwait(false);
            bool names = record.Metadata.Any(pair => pair.Key == ReproducedName && pair.Value.Split(' ').Contains(pin.ToString()));
            if (names && record.Run!.Outcome == RunOutcome.Succeeded)
            {
                return null;
            }
        }

        return $"no run of {RunName} that succeeded has made it again";
    }
}
