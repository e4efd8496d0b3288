namespace Versioning.ML;

/// <summary>Watches a reference for a model from its start to its end, whatever happens to the store.</summary>
internal sealed class ReferenceFollower(VersionStore store, VersionWatch watch, VersionedModelOptions options, LiveModel model) : IDisposable
{
    /// <summary>A watch that ended, as it does where there is no store or no right to read it, begins again after so many looks.</summary>
    private const int PauseInLooks = 10;

    private CancellationTokenSource _round = new();

    /// <summary>Has the watch tell once more what the reference names, as if it had told nothing.</summary>
    internal void BeginAnew() => Interlocked.Exchange(ref _round, new CancellationTokenSource()).Cancel();

    public void Dispose() => _round.Dispose();

    internal async Task RunAsync(CancellationToken cancellationToken)
    {
        try
        {
            await BringFirstAsync(cancellationToken).ConfigureAwait(false);
            while (await WatchAsync(cancellationToken).ConfigureAwait(false) is { } pause)
            {
                await Task.Delay(pause, options.Clock, cancellationToken).ConfigureAwait(false);
            }
        }
        catch (Exception) when (cancellationToken.IsCancellationRequested)
        {
            // The application ends, and what was under way with it.
        }
    }

    /// <summary>The watch waits for a store that can't be reached. Who has the last version here does not have to.</summary>
    private async Task BringFirstAsync(CancellationToken cancellationToken)
    {
        try
        {
            (await store.FetchAsync(watch.Reference, options.Include, progress: null, cancellationToken).ConfigureAwait(false)).Dispose();
        }
        catch (StoreUnavailableException e)
        {
            await model.TakeFailureAsync(e, mayPass: true, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (e is VersioningException or IOException or UnauthorizedAccessException)
        {
            // The watch meets it again, and knows what is worth waiting for.
        }
    }

    /// <returns>After which pause to watch again; null: never.</returns>
    private async Task<TimeSpan?> WatchAsync(CancellationToken cancellationToken)
    {
        using var ends = CancellationTokenSource.CreateLinkedTokenSource(Volatile.Read(ref _round).Token, cancellationToken);
        try
        {
            await foreach (ArtifactVersion version in watch.WithCancellation(ends.Token).ConfigureAwait(false))
            {
                await model.TakeNoteAsync(version, ends.Token).ConfigureAwait(false);
            }

            await model.TakeFailureAsync(new ObjectDisposedException(nameof(VersionStore)), mayPass: false, cancellationToken).ConfigureAwait(false);
            return null;
        }
        catch (OperationCanceledException) when (ends.IsCancellationRequested)
        {
            cancellationToken.ThrowIfCancellationRequested();
            return TimeSpan.Zero;
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            if (!await model.TakeFailureAsync(e, mayPass: e is StoreUnavailableException { IsTransient: true }, cancellationToken).ConfigureAwait(false))
            {
                return null;
            }

            TimeSpan pause = options.Interval * PauseInLooks;
            Log.WatchEnded(options.Log, e, watch.Reference.ToString(), model.Live?.ToShortText() ?? "nothing", pause);
            return pause;
        }
    }
}
