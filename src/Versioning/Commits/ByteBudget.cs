namespace Versioning.Commits;

/// <summary>Bounds the bytes that are in memory at once. Taken in order by one producer, given back by the consumer.</summary>
internal sealed class ByteBudget(long limit) : IDisposable
{
    private readonly SemaphoreSlim _changed = new(0);
    private long _used;

    /// <summary>Waits until the bytes fit; something larger than the whole budget gets it alone.</summary>
    internal async ValueTask TakeAsync(long bytes, CancellationToken cancellationToken)
    {
        while (Interlocked.Read(ref _used) is var used && used > 0 && used + bytes > limit)
        {
            await _changed.WaitAsync(cancellationToken).ConfigureAwait(false);
        }

        Interlocked.Add(ref _used, bytes);
    }

    internal void Return(long bytes)
    {
        Interlocked.Add(ref _used, -bytes);
        _changed.Release();
    }

    public void Dispose() => _changed.Dispose();
}
