namespace Versioning.Commits;

/// <summary>Bytes that were read, and beside them, once needed, room of the same length for what they compress to.</summary>
internal sealed class Slab(SlabPool pool, byte[] content) : IDisposable
{
    private readonly Lock _lock = new();
    private byte[]? _compressed;
    private bool _returned;

    internal byte[] Content => content;

    /// <summary>Where the compressed form of the bytes at the same place goes. Thread safe.</summary>
    internal Memory<byte> Compressed(int start, int length)
    {
        lock (_lock)
        {
            _compressed ??= pool.TakeSecond();
        }

        return _compressed.AsMemory(start, length);
    }

    public void Dispose()
    {
        if (!_returned)
        {
            _returned = true;
            pool.Return(content, _compressed);
        }
    }
}
