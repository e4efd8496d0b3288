using Versioning.Trees;

namespace Versioning.Fetching;

/// <summary>Collects a file in memory and hands it on when it is whole.</summary>
internal sealed class MemorySink(ManifestEntry entry, Func<FileContent, CancellationToken, ValueTask> deliver) : FileSink(entry)
{
    // Made when there is something to put in: a file is planned long before it is read.
    private byte[]? _content;

    private protected override void Write(long offset, ReadOnlySpan<byte> content) => content.CopyTo(Content().AsSpan((int)offset));

    private protected override ValueTask CompleteAsync(CancellationToken cancellationToken) => deliver(new FileContent(Entry.ToFile(), _content!), cancellationToken);

    private byte[] Content()
    {
        if (Volatile.Read(ref _content) is { } content)
        {
            return content;
        }

        byte[] made = GC.AllocateUninitializedArray<byte>((int)Entry.Size);
        return Interlocked.CompareExchange(ref _content, made, null) ?? made;
    }
}
