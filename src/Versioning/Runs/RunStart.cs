using Versioning.Commits;
using Versioning.Journal;
using Versioning.Packs;
using Versioning.Storage;

namespace Versioning.Runs;

/// <summary>The entry that starts a run, and claims its key; where one holder of it is declared lost, the same entry says that.</summary>
internal sealed class RunStart(CommitTarget target, string name, StartRunOptions options, VersionFacts facts, IReadOnlyList<string> command)
{
    internal const string KnownCode = "run_known", ClaimedCode = "run_claimed";

    /// <summary>The run's random id.</summary>
    internal UInt128 Id { get; } = PackId.New().Value;

    internal async Task RunAsync(CancellationToken cancellationToken)
    {
        target.Objects.RequireWritable();
        var plan = new RunPlan(command, Environment.MachineName, facts.Code, facts.Inputs, facts.Parameters);
        var start = new RunOperation(name, Id, options.Key, plan.Encode());
        if (options.TakeOver is not { } holder)
        {
            await target.Journal.AppendAsync(facts.Author, async now =>
            {
                await RequireFreeAsync(now, except: null, cancellationToken).ConfigureAwait(false);
                return [start];
            }, cancellationToken).ConfigureAwait(false);
            return;
        }

        var lost = new LostRun(target, holder, facts.Author, options.Message);
        await lost.RunAsync(
            async now =>
            {
                await RequireFreeAsync(now, except: lost.Id, cancellationToken).ConfigureAwait(false);
                return [start];
            },
            cancellationToken).ConfigureAwait(false);
    }

    private async Task RequireFreeAsync(StoreState now, UInt128? except, CancellationToken cancellationToken)
    {
        if (options is { UnlessKnown: true, Key: { } wanted } && now.Runs.Keys.TryGetValue(wanted, out RunNumber known))
        {
            throw new ConflictException(KnownCode, $"{known.Name}@{known.Number} has the same key and succeeded.");
        }

        if (options.Key is { } key && now.Runs.Holder(key) is { } holder && holder.Key != except)
        {
            OpenRunInfo open = await OpenRuns.DescribeAsync(target.Journal, holder.Key, holder.Value, isAlive: null, cancellationToken).ConfigureAwait(false);
            throw new ConflictException(
                ClaimedCode,
                $"{open.Name} with the same key was started by {open.Author} on {open.Machine} as {open.Id} and has not ended.",
                "Wait for it. Where you know that it does not run any more, take it over by its id: it can't publish anything then.");
        }
    }
}
