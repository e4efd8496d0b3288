using Versioning.Commits;
using Versioning.Pipelines.Running;
using Versioning.Runs;

namespace Versioning.Pipelines.Executing;

/// <summary>Runs what is stale; what failed by itself only when it depends on something else than then.</summary>
internal sealed class PipelineWatch(VersionStore store, PipelineOptions options)
{
    private readonly HashSet<Digest> _failed = [];
    private bool _wasSound;

    /// <param name="open">Reads the pipeline anew: it may have been edited.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <returns>What became of the stages; null: there was nothing new.</returns>
    internal async Task<IReadOnlyList<StageResult>?> LookAsync(Func<Pipeline> open, CancellationToken cancellationToken)
    {
        try
        {
            IReadOnlyList<StageResult>? results = await LookAsync(open(), cancellationToken).ConfigureAwait(false);
            _wasSound = true;
            return results;
        }
        catch (Exception e) when (e is StoreUnavailableException { IsTransient: true } or ConflictException { Code: PlaceNotes.BusyCode or CommandMarks.RunningCode })
        {
            // It may be there again at the next look, or they may have gone.
            return null;
        }
        catch (Exception e) when (_wasSound && e is (VersioningException or IOException or UnauthorizedAccessException))
        {
            // A file that is being saved is half there for a moment, or not at all. What is still wrong at the next look, is.
            _wasSound = false;
            return null;
        }
    }

    private async Task<IReadOnlyList<StageResult>?> LookAsync(Pipeline pipeline, CancellationToken cancellationToken)
    {
        IReadOnlyList<StageStatus> statuses = await pipeline.CheckAsync(store, options, cancellationToken).ConfigureAwait(false);

        // What waits for another stage has no key yet, and comes with that one.
        if (!statuses.Any(status => !status.IsUpToDate && status.Key is { } key && !_failed.Contains(key)))
        {
            return null;
        }

        IReadOnlyList<StageResult> results = await pipeline.RunAsync(store, options, cancellationToken).ConfigureAwait(false);
        _failed.UnionWith(results.Where(result => result.Outcome == StageOutcome.Failed && !IsOfOthers(result.Error)).Select(result => result.Key).OfType<Digest>());
        return results;
    }

    /// <summary>Whether a stage may succeed at the next look though nothing that it depends on has changed: the store, another one or a file was in its way.</summary>
    private static bool IsOfOthers(Exception? error) =>
        error is StoreUnavailableException or ConflictException { Code: RunStart.ClaimedCode or RunEnd.LostCode or CommitOperation.ContendedCode or Places.InTheWayCode };
}
