namespace Versioning.Mirroring;

/// <summary>What a run has created so far. Thread safe.</summary>
internal sealed class MirrorCount(IProgress<TransferProgress>? progress)
{
    private long _objects, _bytes, _entries;

    internal long Objects => Interlocked.Read(ref _objects);

    internal long Bytes => Interlocked.Read(ref _bytes);

    internal long Entries => Interlocked.Read(ref _entries);

    internal void Add(long length)
    {
        long objects = Interlocked.Increment(ref _objects);
        progress?.Report(new TransferProgress(Interlocked.Add(ref _bytes, length), null, objects, null));
    }

    internal void AddEntry(long length)
    {
        Interlocked.Increment(ref _entries);
        Add(length);
    }
}
