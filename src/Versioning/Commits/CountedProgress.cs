using Versioning.Files;

namespace Versioning.Commits;

/// <summary>
/// Adds totals to what is reported: a commit that goes on for seconds is worth walking the source a second time, side
/// by side, so that whoever waits can be told for how long.
/// </summary>
internal sealed class CountedProgress(IProgress<TransferProgress> inner, string path, PathFilter filter, TimeProvider time) : IProgress<TransferProgress>, IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    private readonly long _started = time.GetTimestamp();
    private readonly CancellationTokenSource _stop = new();
    private Task<(long Bytes, long Files)>? _counting;

    /// <inheritdoc/>
    public void Report(TransferProgress value)
    {
        // Reports come one after another.
        if (_counting is null && time.GetElapsedTime(_started) > Patience)
        {
            _counting = Task.Run(Count);
        }

        inner.Report(_counting is { IsCompletedSuccessfully: true } counted
            ? value with { TotalBytes = Math.Max(value.Bytes, counted.Result.Bytes), TotalFiles = Math.Max(value.Files, counted.Result.Files) }
            : value);
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync().ConfigureAwait(false);
        if (_counting is { } counting)
        {
            // The commit itself names what can't be read.
            await counting.ContinueWith(static _ => { }, TaskScheduler.Default).ConfigureAwait(false);
        }

        _stop.Dispose();
    }

    private (long Bytes, long Files) Count()
    {
        using SourceTree source = SourceTree.Open(path, filter);
        long bytes = 0, files = 0;
        foreach (SourceFile file in source.Enumerate(_stop.Token))
        {
            bytes += file.LinkTarget?.Length ?? file.Stamp.Size;
            files++;
        }

        return (bytes, files);
    }
}
