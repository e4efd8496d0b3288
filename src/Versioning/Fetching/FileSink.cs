using Versioning.Files;
using Versioning.Trees;

namespace Versioning.Fetching;

/// <summary>Where the verified bytes of one file go; chunks may come in any order and side by side.</summary>
internal abstract class FileSink(ManifestEntry entry)
{
    private long _left = entry.Size;

    internal ManifestEntry Entry => entry;

    /// <summary>Takes a verified chunk.</summary>
    /// <returns>Whether it was the last one.</returns>
    internal bool Accept(long offset, ReadOnlySpan<byte> content)
    {
        Write(offset, content);
        return Interlocked.Add(ref _left, -content.Length) == 0;
    }

    /// <summary>All bytes are there: the file may appear.</summary>
    internal abstract ValueTask CompleteAsync(CancellationToken cancellationToken);

    /// <summary>The fetch failed: nothing of the file may be left.</summary>
    internal abstract void Abandon();

    private protected abstract void Write(long offset, ReadOnlySpan<byte> content);
}

/// <summary>Collects a file in memory.</summary>
internal sealed class MemorySink(ManifestEntry entry, Func<FileContent, CancellationToken, ValueTask> deliver) : FileSink(entry)
{
    private readonly byte[] _content = GC.AllocateUninitializedArray<byte>((int)entry.Size);

    internal override ValueTask CompleteAsync(CancellationToken cancellationToken) => deliver(new FileContent(Entry.ToFile(), _content), cancellationToken);

    internal override void Abandon()
    {
    }

    private protected override void Write(long offset, ReadOnlySpan<byte> content) => content.CopyTo(_content.AsSpan((int)offset));
}

/// <summary>Writes a file into a folder; it gets its name when it is whole.</summary>
internal sealed class DiskSink(ManifestEntry entry, TargetFolder target, bool replace, Action<FileSink> done) : FileSink(entry)
{
    private readonly Lock _lock = new();
    private PendingFile? _file;

    internal override ValueTask CompleteAsync(CancellationToken cancellationToken)
    {
        Open().Commit(replace);
        done(this);
        return ValueTask.CompletedTask;
    }

    internal override void Abandon() => _file?.Dispose();

    private protected override void Write(long offset, ReadOnlySpan<byte> content) =>
        RandomAccess.Write(Open().Handle, content, offset);

    private PendingFile Open()
    {
        lock (_lock)
        {
            return _file ??= target.Create(Entry.Path, Entry.Size, Entry.Kind);
        }
    }
}
