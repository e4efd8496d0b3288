using Versioning.Trees;

namespace Versioning.Fetching;

/// <summary>Collects a file in memory and hands it on when it is whole.</summary>
internal sealed class MemorySink(ManifestEntry entry, Func<FileContent, CancellationToken, ValueTask> deliver) : FileSink(entry)
{
    private readonly byte[] _content = GC.AllocateUninitializedArray<byte>((int)entry.Size);

    private protected override void Write(long offset, ReadOnlySpan<byte> content) => content.CopyTo(_content.AsSpan((int)offset));

    private protected override ValueTask CompleteAsync(CancellationToken cancellationToken) => deliver(new FileContent(Entry.ToFile(), _content), cancellationToken);
}
