using System.Runtime.CompilerServices;
using Microsoft.Extensions.Primitives;

namespace Versioning;

/// <summary>How a reference is watched.</summary>
public sealed class WatchOptions
{
    /// <summary>How long to wait between two looks, about. A look costs one small request. Default: 30 seconds.</summary>
    public TimeSpan Interval { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// Bring a version into this machine's cache, verified, before it is announced, so that
    /// <see cref="VersionStore.FetchAsync(ArtifactReference, IReadOnlyList{string}?, IProgress{TransferProgress}?, CancellationToken)"/> has
    /// it at hand. The version before stays there until then. Default: false.
    /// </summary>
    public bool Fetch { get; init; }

    /// <summary>With <see cref="Fetch"/>: globs of the paths that are wanted. Default: all.</summary>
    public IReadOnlyList<string> Include { get; init; } = [];
}

/// <summary>
/// Tells what a reference names, now and whenever that changes: as an enumeration that goes on until it is cancelled, and
/// as change tokens. What came and went between two looks is not told of.
/// </summary>
/// <remarks>
/// While the store can't be reached, the version stays as it is, and looks become rarer. What would never pass by itself
/// (no store, no right to read it) ends an enumeration that has announced nothing yet.
/// </remarks>
public sealed class VersionWatch : IAsyncEnumerable<ArtifactVersion>, IAsyncDisposable
{
    private readonly VersionStore _store;
    private readonly WatchOptions _options;
    private readonly CancellationToken _storeEnds;
    private readonly CancellationTokenSource _stop = new();
    private readonly Lock _lock = new();

    private CancellationTokenSource _changed = new();
    private Task? _telling;
    private ArtifactPin? _live;
    private bool _isReported;
    private int _running;

    internal VersionWatch(VersionStore store, ArtifactReference reference, WatchOptions options, CancellationToken storeEnds) =>
        (_store, Reference, _options, _storeEnds) = (store, reference, options, storeEnds);

    /// <summary>What is watched.</summary>
    public ArtifactReference Reference { get; }

    /// <summary>The version that was announced last; null: none yet.</summary>
    public ArtifactVersion? Current { get; private set; }

    /// <summary>Why the last look failed; null: it did not.</summary>
    public Exception? Failure { get; private set; }

    /// <summary>The version in use: the one that was reported last, or, where nobody ever reported, <see cref="Current"/>; null: none yet.</summary>
    public ArtifactPin? Live => Volatile.Read(ref _isReported) ? Volatile.Read(ref _live) : Current?.Pin;

    /// <summary>Why the version that was announced last is not in use, as it was reported; null: it is, or nobody said otherwise.</summary>
    public Exception? Refusal { get; private set; }

    /// <summary>
    /// Says which version is in use, for who asks about health, and for <see cref="VersionStore.FetchLastLiveAsync"/>, which this
    /// machine answers without the store. Whoever announces versions to others need not say anything.
    /// </summary>
    public void ReportLive(LocalVersion version)
    {
        ArgumentNullException.ThrowIfNull(version);
        Refusal = null;
        Volatile.Write(ref _live, version.Pin);
        Volatile.Write(ref _isReported, true);
        _store.LiveNoteOf(Reference).Write(version.Version);
    }

    /// <summary>Says that the version that was announced last is not used, and why; the one that was reported before stays.</summary>
    public void ReportRefusal(Exception reason)
    {
        ArgumentNullException.ThrowIfNull(reason);
        Refusal = reason;
        Volatile.Write(ref _isReported, true);
    }

    /// <summary>
    /// A token that tells when <see cref="Current"/> is set the next time, for <see cref="ChangeToken"/>. From the first
    /// call on it is looked in the background, until this is disposed.
    /// </summary>
    public IChangeToken GetChangeToken()
    {
        lock (_lock)
        {
            ObjectDisposedException.ThrowIf(IsEnded, this);
            _telling ??= Task.Run(TellAsync);
            return new CancellationChangeToken(_changed.Token);
        }
    }

    /// <summary>Announces the version that the reference names, as soon as it names one, and then each other one.</summary>
    /// <param name="cancellationToken">Ends the enumeration with an <see cref="OperationCanceledException"/>.</param>
    public IAsyncEnumerator<ArtifactVersion> GetAsyncEnumerator(CancellationToken cancellationToken = default) =>
        RunAsync(endsOnFailure: true, cancellationToken).GetAsyncEnumerator(CancellationToken.None);

    /// <summary>Ends everything that watches. Enumerations end without an exception.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync().ConfigureAwait(false);
        if (_telling is { } telling)
        {
            await telling.ConfigureAwait(false);
        }
    }

    private bool IsEnded => _stop.IsCancellationRequested || _storeEnds.IsCancellationRequested;

    private async Task TellAsync()
    {
        await foreach (ArtifactVersion _ in RunAsync(endsOnFailure: false, CancellationToken.None).ConfigureAwait(false))
        {
            CancellationTokenSource changed;
            lock (_lock)
            {
                (changed, _changed) = (_changed, new CancellationTokenSource());
            }

            try
            {
                await changed.CancelAsync().ConfigureAwait(false);
            }
            catch (AggregateException e)
            {
                Log.ListenerFailed(_store.Settings.Logger, e, Reference.ToString());
            }

            changed.Dispose();
        }
    }

    private async IAsyncEnumerable<ArtifactVersion> RunAsync(bool endsOnFailure, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var ends = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, _stop.Token, _storeEnds);
        var looks = new WatchLooks(_store, Reference, _options);
        Note(running: 1);
        try
        {
            while (true)
            {
                ArtifactVersion? found = null;
                try
                {
                    found = await looks.LookAsync(ends.Token).ConfigureAwait(false);
                    Failure = null;
                }
                catch (Exception) when (IsEnded && !cancellationToken.IsCancellationRequested)
                {
                    yield break;
                }
                catch (Exception e) when (!ends.IsCancellationRequested && looks.Passes(e, endsOnFailure))
                {
                    Failure = e;
                }

                if (found is not null)
                {
                    Current = found;
                    Log.Live(_store.Settings.Logger, Reference.ToString(), found.ToString());
                    yield return found;
                    looks.LetGo();
                }

                try
                {
                    await Task.Delay(looks.Pause(Failure), _store.Settings.Time, ends.Token).ConfigureAwait(false);
                }
                catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
                {
                    yield break;
                }
            }
        }
        finally
        {
            looks.Dispose();
            Note(running: -1);
        }
    }

    /// <summary>The store knows what watches it.</summary>
    private void Note(int running)
    {
        lock (_lock)
        {
            _running += running;
            _store.Note(this, isRunning: _running > 0);
        }
    }
}
