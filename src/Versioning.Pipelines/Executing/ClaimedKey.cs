using Versioning.Runs;

namespace Versioning.Pipelines.Executing;

/// <summary>Starts a run whose key somebody else may hold: waits for them, or takes over from those who are gone.</summary>
internal sealed class ClaimedKey(VersionStore store, PipelineOptions options)
{
    private static readonly TimeSpan FirstWait = TimeSpan.FromMilliseconds(200), LongestWait = TimeSpan.FromSeconds(5);

    /// <summary>Starts the run.</summary>
    /// <param name="name">The stage.</param>
    /// <param name="start">What is known of it, for the id of a run to take over from, or null.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The run; null: somebody else has run the same meanwhile.</returns>
    internal async Task<Run?> StartAsync(string name, Func<string?, StartRunOptions> start, CancellationToken cancellationToken)
    {
        string? from = null;
        while (true)
        {
            StartRunOptions wanted = start(from);
            try
            {
                return await store.StartRunAsync(name, wanted, cancellationToken).ConfigureAwait(false);
            }
            catch (ConflictException e) when (e.Code == RunStart.KnownCode)
            {
                return null;
            }
            catch (Exception e) when (from is not null && e is NotFoundException { Code: "run_not_open" } or ConflictException { Code: RunEnd.LostCode })
            {
                // It ended by itself, or somebody else was faster to take it over.
                from = null;
            }
            catch (ConflictException e) when (e.Code == RunStart.ClaimedCode)
            {
                OpenRunInfo? holder = await HolderAsync(wanted.Key!.Value, cancellationToken).ConfigureAwait(false);
                if (holder is null)
                {
                    from = null;
                }
                else if (options.TakeOver || holder.IsAlive == false)
                {
                    from = holder.Id;
                }
                else if (!options.Wait)
                {
                    throw;
                }
                else
                {
                    options.Waiting?.Report(holder);
                    await WaitAsync(holder, cancellationToken).ConfigureAwait(false);
                }
            }
        }
    }

    private async Task<OpenRunInfo?> HolderAsync(Digest key, CancellationToken cancellationToken) =>
        await store.ListOpenRunsAsync(cancellationToken).FirstOrDefaultAsync(run => run.Key == key, cancellationToken).ConfigureAwait(false);

    /// <summary>Until it has ended, or is known to have died: how long it takes decides nothing.</summary>
    private async Task WaitAsync(OpenRunInfo holder, CancellationToken cancellationToken)
    {
        for (TimeSpan pause = FirstWait; ; pause = pause < LongestWait ? 2 * pause : LongestWait)
        {
            await Task.Delay(pause, store.Settings.Time, cancellationToken).ConfigureAwait(false);
            OpenRunInfo? now = await store.ListOpenRunsAsync(cancellationToken).FirstOrDefaultAsync(run => run.Id == holder.Id, cancellationToken).ConfigureAwait(false);
            if (now is null or { IsAlive: false })
            {
                return;
            }
        }
    }
}
