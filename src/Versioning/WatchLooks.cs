namespace Versioning;

/// <summary>The looks of one enumeration of a watch, with the versions that it holds in this machine's cache.</summary>
internal sealed class WatchLooks(VersionStore store, ArtifactReference reference, WatchOptions options) : IDisposable
{
    private const double Jitter = 0.1;
    private const int MaxDoublings = 6;

    private static readonly TimeSpan LongestPause = TimeSpan.FromMinutes(5);

    private ArtifactVersion? _current;
    private LocalVersion? _held, _before;
    private int _failures;

    /// <summary>What the reference names; null: nothing else than at the last look.</summary>
    internal async Task<ArtifactVersion?> LookAsync(CancellationToken cancellationToken)
    {
        ArtifactVersion? found = await store.LookAsync(reference, _current?.Pin, cancellationToken).ConfigureAwait(false);
        if (found is not null && options.Fetch)
        {
            LocalVersion local = await store.FetchAsync(found, options.Include, progress: null, cancellationToken).ConfigureAwait(false);
            LetGo();
            (_before, _held) = (_held, local);
        }

        _current = found ?? _current;
        _failures = 0;
        return found;
    }

    /// <summary>Lets the version before go: whoever was told of the new one has it by now.</summary>
    internal void LetGo()
    {
        _before?.Dispose();
        _before = null;
    }

    /// <summary>Whether to go on after a failure.</summary>
    internal bool Passes(Exception failure, bool endsOnFailure)
    {
        bool isExpected = failure is VersioningException or IOException or UnauthorizedAccessException or OperationCanceledException;
        bool mayPass = failure is StoreUnavailableException { IsTransient: true } or NotFoundException { Code: "artifact_not_found" or "version_not_found" or "version_retired" };
        if (!isExpected || (endsOnFailure && _current is null && !mayPass))
        {
            return false;
        }

        _failures++;
        Log.LookFailed(store.Settings.Logger, failure, reference.ToString(), _current?.ToString() ?? "nothing", _failures, Base(_failures));
        return true;
    }

    /// <summary>How long until the next look: processes that began together do not look together.</summary>
    internal TimeSpan Pause(Exception? failure) => Base(failure is null ? 0 : _failures) * (1 - Jitter + (2 * Jitter * Random.Shared.NextDouble()));

    public void Dispose()
    {
        LetGo();
        _held?.Dispose();
    }

    private TimeSpan Base(int failures)
    {
        TimeSpan most = options.Interval > LongestPause ? options.Interval : LongestPause, pause = options.Interval * (1 << Math.Min(failures, MaxDoublings));
        return pause < most ? pause : most;
    }
}
