using Versioning.Commits;
using Versioning.Journal;

namespace Versioning.Runs;

/// <summary>Ends a run that nobody has heard of any more, with what its start said of it and what it left on this machine.</summary>
internal sealed class LostRun(CommitTarget target, string id, string author, string message)
{
    /// <summary>The id, once it was found.</summary>
    internal UInt128? Id { get; private set; }

    /// <param name="also">More for the same entry; null: nothing.</param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    internal async Task<ArtifactPin> RunAsync(Func<StoreState, Task<IReadOnlyList<JournalOperation>>>? also, CancellationToken cancellationToken)
    {
        (UInt128 found, OpenRun open) = OpenRuns.Find(await target.Journal.FoldAsync(cancellationToken).ConfigureAwait(false), id);
        Id = found;
        (RunPlan plan, JournalEntry entry) = await OpenRuns.ReadAsync(target.Journal, found, open, cancellationToken).ConfigureAwait(false);
        DateTimeOffset now = target.Settings.Time.GetUtcNow();
        string why = message.Length > 0 ? message : $"Started by {entry.Author} on {plan.Machine}, and not heard of any more.";
        var facts = new VersionFacts(author, why, plan.Code, plan.Inputs, plan.Parameters, [], []);
        var record = new RunRecord(found, null, open.Key, plan.Command, [], entry.Time, now, RunOutcome.Lost, null, []);
        RunFolder folder = RunFolder.At(target.Settings.CacheRoot, target.StoreId(), RunText.Of(found));
        RunFolder left = folder.Snapshot();
        try
        {
            ArtifactPin run = await new RunEnd(target, found, open.Name, left, []).RunAsync(facts, record, also, cancellationToken).ConfigureAwait(false);
            folder.Remove();
            return run;
        }
        finally
        {
            left.Remove();
        }
    }
}
