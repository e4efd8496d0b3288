using System.Collections.Concurrent;

namespace Versioning.Commits;

/// <summary>
/// The buffers that hold what was read and is not stored yet: all of one length, a bounded number in use, used again
/// and again. Taken in order by one producer, given back by the consumer in the same order, so neither waits for ever.
/// </summary>
internal sealed class SlabPool(int limit) : IDisposable
{
    /// <summary>Bytes of a slab.</summary>
    internal const int Length = 2 * 1024 * 1024;

    private readonly SemaphoreSlim _free = new(limit);
    private readonly ConcurrentStack<byte[]> _idle = [];

    /// <summary>Waits for a slab to read into.</summary>
    internal async ValueTask<Slab> TakeAsync(CancellationToken cancellationToken)
    {
        await _free.WaitAsync(cancellationToken).ConfigureAwait(false);
        return new Slab(this, Any());
    }

    /// <summary>One more for whoever holds one already, so at most twice the limit are in use.</summary>
    internal byte[] TakeSecond() => Any();

    internal void Return(byte[] slab, byte[]? second)
    {
        _idle.Push(slab);
        if (second is not null)
        {
            _idle.Push(second);
        }

        _free.Release();
    }

    public void Dispose() => _free.Dispose();

    private byte[] Any() => _idle.TryPop(out byte[]? slab) ? slab : GC.AllocateUninitializedArray<byte>(Length);
}
