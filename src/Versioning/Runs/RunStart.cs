using Versioning.Commits;
using Versioning.Journal;
using Versioning.Storage;

namespace Versioning.Runs;

/// <summary>The entry that starts a run, and claims its key; where one holder of it is declared lost, the same entry says that.</summary>
internal sealed class RunStart(CommitTarget target, string name, StartRunOptions options, VersionFacts facts, IReadOnlyList<string> command)
{
    internal const string KnownCode = "run_known", ClaimedCode = "run_claimed";

    /// <param name="patch">What was not committed of the code; kept before the run starts, so that what can't be kept does not start.</param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    /// <returns>The run's random id, and its folder, which is held since before the run was started.</returns>
    internal async Task<(UInt128 Id, RunFolder Folder)> RunAsync(ReadOnlyMemory<byte> patch, CancellationToken cancellationToken)
    {
        target.Objects.RequireWritable();
        (UInt128 id, RunFolder folder) = RunFolder.Begin(target.Settings.CacheRoot, target.StoreId());
        try
        {
            if (!patch.IsEmpty)
            {
                folder.Write(RunFolder.PatchName, patch.Span);
            }

            await AppendAsync(id, cancellationToken).ConfigureAwait(false);
            return (id, folder);
        }
        catch (ConflictException)
        {
            // It was refused, so there is no such run.
            folder.Remove();
            throw;
        }
        catch
        {
            // There may be one: the folder stays, as that of one who is gone.
            folder.Dispose();
            throw;
        }
    }

    private async Task AppendAsync(UInt128 id, CancellationToken cancellationToken)
    {
        var plan = new RunPlan(command, Environment.MachineName, facts.Code, facts.Inputs, facts.Parameters);
        var start = new RunOperation(name, id, options.Key, plan.Encode());
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
