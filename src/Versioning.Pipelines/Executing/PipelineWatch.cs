namespace Versioning.Pipelines.Executing;

/// <summary>Runs what is stale; what failed only when it depends on something else than then.</summary>
internal sealed class PipelineWatch(VersionStore store, PipelineOptions options)
{
    private readonly HashSet<Digest> _failed = [];

    /// <returns>What became of the stages; null: there was nothing new.</returns>
    internal async Task<IReadOnlyList<StageResult>?> LookAsync(Pipeline pipeline, CancellationToken cancellationToken)
    {
        try
        {
            IReadOnlyList<StageStatus> statuses = await pipeline.CheckAsync(store, options, cancellationToken).ConfigureAwait(false);

            // What waits for another stage has no key yet, and comes with that one.
            if (!statuses.Any(status => !status.IsUpToDate && status.Key is { } key && !_failed.Contains(key)))
            {
                return null;
            }

            IReadOnlyList<StageResult> results = await pipeline.RunAsync(store, options, cancellationToken).ConfigureAwait(false);
            _failed.UnionWith(results.Where(result => result.Outcome == StageOutcome.Failed).Select(result => result.Key).OfType<Digest>());
            return results;
        }
        catch (StoreUnavailableException e) when (e.IsTransient)
        {
            // It may be there again at the next look.
            return null;
        }
    }
}
