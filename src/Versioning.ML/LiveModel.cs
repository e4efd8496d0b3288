using System.Runtime.ExceptionServices;

namespace Versioning.ML;

/// <summary>Decides which version answers for a reference. One change at a time; requests do not wait for any.</summary>
internal sealed class LiveModel : IAsyncDisposable
{
    private readonly VersionStore _store;
    private readonly VersionedModelOptions _options;
    private readonly VersionWatch _watch;
    private readonly LiveVersions _versions;
    private readonly ReferenceFollower _follower;
    private readonly SemaphoreSlim _turn = new(1, 1);
    private readonly CancellationTokenSource _stop = new();
    private readonly Lock _lock = new();

    private TaskCompletionSource _isLive = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Task? _following;
    private ArtifactPin? _named;

    internal LiveModel(VersionStore store, ArtifactReference reference, VersionedModelOptions options, ModelSlot slot)
    {
        (_store, _options) = (store, options);
        _watch = store.Watch(reference, new WatchOptions { Interval = options.Interval, Fetch = true, Include = options.Include });
        _versions = new LiveVersions(_watch, slot, options);
        _follower = new ReferenceFollower(store, _watch, options, this);
    }

    internal ArtifactReference Reference => _watch.Reference;

    internal ArtifactPin? Live => _versions.Live;

    internal ArtifactPin? Before => _versions.Before;

    internal ArtifactPin? RolledBackFrom { get; private set; }

    internal Exception? Failure => _watch.Refusal ?? _watch.Failure;

    /// <summary>Ends when a version answers, and fails where that needs someone's help.</summary>
    internal Task IsLive => Live is null ? Volatile.Read(ref _isLive).Task : Task.CompletedTask;

    /// <summary>Begins to follow the reference, the first time and where that has ended.</summary>
    internal Task StartAsync(CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            ObjectDisposedException.ThrowIf(_stop.IsCancellationRequested, this);
            if (_following is null or { IsCompleted: true })
            {
                _isLive = _isLive.Task.IsCompleted ? new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously) : _isLive;
                _following = Task.Run(() => _follower.RunAsync(_stop.Token), CancellationToken.None);
            }
        }

        return _options.StartsWithoutModel ? Task.CompletedTask : IsLive.WaitAsync(cancellationToken);
    }

    /// <summary>Looks now, and uses what the reference names, even if it was refused before.</summary>
    /// <param name="resume">Also if it is the version that was rolled back from.</param>
    /// <param name="cancellationToken">Ends it; everything stays as it was.</param>
    internal async Task<ArtifactPin?> RefreshAsync(bool resume, CancellationToken cancellationToken)
    {
        ObjectDisposedException.ThrowIf(_stop.IsCancellationRequested, this);
        return await InTurnAsync(
            async token =>
            {
                ArtifactVersion named = await _store.ResolveAsync(Reference, token).ConfigureAwait(false);
                if (named.Pin != RolledBackFrom || resume)
                {
                    if (named.Pin != _named)
                    {
                        // The watch has not told of it, and would not tell of a change back.
                        _follower.BeginAnew();
                    }

                    if (await UseAsync(named, token).ConfigureAwait(false) is { } refusal)
                    {
                        ExceptionDispatchInfo.Throw(refusal);
                    }
                }

                return Live;
            },
            cancellationToken).ConfigureAwait(false);
    }

    internal async Task<ArtifactPin> RollBackAsync(CancellationToken cancellationToken)
    {
        ObjectDisposedException.ThrowIf(_stop.IsCancellationRequested, this);
        ArtifactPin? from = Live;
        return await InTurnAsync(
            async token =>
            {
                ArtifactPin to = await _versions.RollBackAsync(from, token).ConfigureAwait(false);
                RolledBackFrom = from;
                Log.RolledBack(_options.Log, Reference.ToString(), from!.ToShortText(), to.ToShortText());
                return to;
            },
            cancellationToken).ConfigureAwait(false);
    }

    /// <summary>The reference names another version, or the first.</summary>
    /// <returns>Whether that one is live now.</returns>
    internal Task<bool> TakeNoteAsync(ArtifactVersion version, CancellationToken cancellationToken) => InTurnAsync(
        async token =>
        {
            if (version.Pin == _named || version.Pin == RolledBackFrom)
            {
                _named = version.Pin;
                return version.Pin == Live;
            }

            if (await UseAsync(version, token).ConfigureAwait(false) is { } refusal && Live is null && !await UseLastLiveAsync(refusal, token).ConfigureAwait(false))
            {
                FailStart(refusal);
            }

            return version.Pin == Live;
        },
        cancellationToken);

    /// <summary>The reference can't be followed.</summary>
    /// <param name="failure">Why.</param>
    /// <param name="mayPass">Whether it may pass by itself.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <returns>Whether to try it again.</returns>
    internal Task<bool> TakeFailureAsync(Exception failure, bool mayPass, CancellationToken cancellationToken) => InTurnAsync(
        async token => Live is not null || await UseLastLiveAsync(failure, token).ConfigureAwait(false) || mayPass || !FailStart(failure),
        cancellationToken);

    public async ValueTask DisposeAsync()
    {
        lock (_lock)
        {
            if (_stop.IsCancellationRequested)
            {
                return;
            }

            _stop.Cancel();
        }

        await (_following ?? Task.CompletedTask).ConfigureAwait(false);
        await _turn.WaitAsync(CancellationToken.None).ConfigureAwait(false);
        _versions.Close();
        await _watch.DisposeAsync().ConfigureAwait(false);
        _isLive.TrySetCanceled(_stop.Token);
        _follower.Dispose();
        _turn.Release();
    }

    /// <returns>Why the version is not used; null: it is.</returns>
    private async Task<VersioningException?> UseAsync(ArtifactVersion version, CancellationToken cancellationToken)
    {
        if (version.Pin == Live)
        {
            (_named, RolledBackFrom) = (version.Pin, null);
            _versions.Report(isNamed: true);
            return null;
        }

        // What can't be fetched was not refused: it is tried again.
        var pin = new PinnedVersion(version.Artifact, Reference, version.Pin, version.Content, version.FileCount, version.ByteCount);
        LocalVersion files = await _store.FetchAsync(pin, _options.Include, progress: null, cancellationToken).ConfigureAwait(false);
        (_named, RolledBackFrom) = (version.Pin, null);
        try
        {
            await _versions.SwapAsync(files, LiveVersions.ByReference, cancellationToken).ConfigureAwait(false);
            return null;
        }
        catch (VersioningException e)
        {
            _watch.ReportRefusal(e);
            Log.Refused(_options.Log, e, Reference.ToString(), version.Pin.ToShortText(), Live?.ToShortText() ?? "nothing");
            return e;
        }
    }

    /// <summary>Serves what this machine served last, if it is another version than the one that just failed.</summary>
    private async Task<bool> UseLastLiveAsync(Exception because, CancellationToken cancellationToken)
    {
        try
        {
            if (await _store.FetchLastLiveAsync(Reference, _options.Include, cancellationToken).ConfigureAwait(false) is not { } last)
            {
                return false;
            }

            if (last.Pin == _named)
            {
                await last.DisposeAsync().ConfigureAwait(false);
                return false;
            }

            await _versions.SwapAsync(last, "last_live", cancellationToken).ConfigureAwait(false);
            Log.LastLive(_options.Log, because, Reference.ToString(), last.Pin.ToShortText());
            return true;
        }
        catch (Exception e) when (e is VersioningException or IOException or UnauthorizedAccessException)
        {
            // The failure that led here says more.
            return false;
        }
    }

    /// <returns>Whether someone waits for a first version, who now learns that there is none.</returns>
    private bool FailStart(Exception e) => !_options.StartsWithoutModel && Volatile.Read(ref _isLive).TrySetException(new VersioningException(
        (e as VersioningException)?.Code ?? "model_not_live",
        $"'{Reference}' of the store at {_store.Location} has no version that can be used: {e.Message}",
        (e as VersioningException)?.Hint,
        e));

    private async Task<T> InTurnAsync<T>(Func<CancellationToken, Task<T>> change, CancellationToken cancellationToken)
    {
        using var ends = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, _stop.Token);
        await _turn.WaitAsync(ends.Token).ConfigureAwait(false);
        try
        {
            return await change(ends.Token).ConfigureAwait(false);
        }
        finally
        {
            if (Live is not null)
            {
                Volatile.Read(ref _isLive).TrySetResult();
            }

            _turn.Release();
        }
    }
}
