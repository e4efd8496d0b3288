using System.Buffers;
using Versioning.Files;
using Versioning.Trees;

namespace Versioning.Fetching;

/// <summary>Writes files into a folder; each gets its name when it is whole. Dispose ends those that did not come so far: long ones are gone on with next time.</summary>
internal sealed class DiskSinks(TargetFolder target, bool replace) : IDisposable
{
    /// <summary>Files from this length on are gone on with after an interruption, in bytes.</summary>
    private const long ResumeFrom = 8 * 1024 * 1024;

    private readonly Lock _lock = new();
    private readonly HashSet<PendingFile> _pending = [];

    internal FileSink Create(ManifestEntry entry) => new DiskSink(this, entry);

    /// <summary>Makes what has no content of its own in the store: an empty file, a link.</summary>
    internal void CreateWithoutContent(ManifestEntry entry)
    {
        if (entry.LinkTarget is { } link)
        {
            target.CreateLink(entry.Path, link, replace);
        }
        else
        {
            target.WriteWhole(entry.Path, [], entry.Kind, replace);
        }
    }

    public void Dispose()
    {
        foreach (PendingFile file in _pending)
        {
            file.Dispose();
        }
    }

    private sealed class DiskSink(DiskSinks all, ManifestEntry entry) : FileSink(entry)
    {
        private PendingFile? _file;

        internal override bool Has(PlacedChunk placed)
        {
            if (Entry.Size < ResumeFrom || !Open().IsResumed)
            {
                return false;
            }

            byte[] buffer = ArrayPool<byte>.Shared.Rent(placed.Chunk.Length);
            try
            {
                Span<byte> there = buffer.AsSpan(0, placed.Chunk.Length);

                // Zeros are what was not written so far: most are not worth a hash.
                return FileReading.Fill(Open().Handle, there, placed.Offset) == there.Length && there.ContainsAnyExcept((byte)0) && Digest.Of(there) == placed.Chunk.Digest;
            }
            finally
            {
                ArrayPool<byte>.Shared.Return(buffer);
            }
        }

        private protected override void Write(long offset, ReadOnlySpan<byte> content)
        {
            if (content.Length == Entry.Size)
            {
                all.WriteWhole(Entry, content);
            }
            else if (Open() is { } file && content.ContainsAnyExcept((byte)0))
            {
                file.Write(content, offset);
            }
        }

        private protected override ValueTask CompleteAsync(CancellationToken cancellationToken)
        {
            if (_file is { } file)
            {
                file.Commit(all.Replace);
                all.Forget(file);
            }

            return ValueTask.CompletedTask;
        }

        private PendingFile Open()
        {
            if (Volatile.Read(ref _file) is { } open)
            {
                return open;
            }

            lock (all._lock)
            {
                return _file ??= all.Begin(Entry);
            }
        }
    }

    private bool Replace => replace;

    private void WriteWhole(ManifestEntry entry, ReadOnlySpan<byte> content) => target.WriteWhole(entry.Path, content, entry.Kind, replace);

    private PendingFile Begin(ManifestEntry entry)
    {
        PendingFile file = entry.Size < ResumeFrom
            ? target.Create(entry.Path, entry.Size, entry.Kind)
            : target.Resume(entry.Path, entry.Size, entry.Kind, entry.Sha256);
        _pending.Add(file);
        return file;
    }

    private void Forget(PendingFile file)
    {
        lock (_lock)
        {
            _pending.Remove(file);
        }
    }
}
