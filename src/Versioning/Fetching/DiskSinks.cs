using System.Buffers;
using System.Runtime.CompilerServices;
using Microsoft.Win32.SafeHandles;
using Versioning.Files;
using Versioning.Trees;

namespace Versioning.Fetching;

/// <summary>What is known of the files that give way.</summary>
/// <param name="Known">What the file cache says of the path of an entry, by its index.</param>
/// <param name="List">Where the chunks of such a file lie.</param>
internal sealed record OldContent(Func<int, KnownDigest?> Known, OldChunkList List);

/// <summary>Writes files into a folder; each gets its name when it is whole. Dispose ends those that did not come so far: long ones are gone on with next time.</summary>
/// <param name="target">The folder.</param>
/// <param name="replace">Whether what differs gives way.</param>
/// <param name="reuses">Whether what gives way is worth reading.</param>
/// <param name="concurrency">How many pieces of one file are read side by side.</param>
/// <param name="notes">Told of what was written.</param>
/// <param name="timeOf">The time of the last write that a file gets; null: now, about.</param>
/// <param name="finished">Told of each file that has its name.</param>
/// <param name="old">What is known of what gives way; null: nothing.</param>
internal sealed class DiskSinks(
    TargetFolder target, bool replace, bool reuses, int concurrency, TargetNotes notes, Func<ManifestEntry, long>? timeOf = null, Action<ManifestEntry>? finished = null, OldContent? old = null) : IDisposable
{
    /// <summary>Files from this length on are gone on with after an interruption, in bytes.</summary>
    internal const long ResumeFrom = 8 * 1024 * 1024;

    private readonly Lock _lock = new();
    private readonly HashSet<PendingFile> _pending = [];

    /// <summary>When the last long file got its name, in nanoseconds since 1970; 0: none did.</summary>
    internal long LastLongFile { get; private set; }

    /// <summary>Takes a file.</summary>
    /// <param name="entry">The file.</param>
    /// <param name="index">Which of the fetch's entries it is.</param>
    internal FileSink Create(ManifestEntry entry, int index) => new DiskSink(this, entry, index);

    /// <summary>Makes what has no content of its own in the store: an empty file, a link.</summary>
    internal void CreateWithoutContent(ManifestEntry entry, int index)
    {
        if (entry.LinkTarget is { } link)
        {
            target.CreateLink(entry.Path, link, replace);
        }
        else
        {
            WriteWhole(entry, index, []);
        }
    }

    public void Dispose()
    {
        foreach (PendingFile file in _pending)
        {
            file.Dispose();
        }
    }

    private sealed class DiskSink(DiskSinks all, ManifestEntry entry, int index) : FileSink(entry)
    {
        private PendingFile? _file;

        internal override IAsyncEnumerable<PlacedChunk> MissingAsync(IAsyncEnumerable<PlacedChunk> chunks, Action<int>? progress, CancellationToken cancellationToken) =>
            Entry.Size < ResumeFrom ? chunks : ReusedAsync(chunks, progress, cancellationToken);

        private async IAsyncEnumerable<PlacedChunk> ReusedAsync(IAsyncEnumerable<PlacedChunk> chunks, Action<int>? progress, [EnumeratorCancellation] CancellationToken cancellationToken)
        {
            bool isResumed = Open().IsResumed;
            using SafeFileHandle? gone = all.OpenOld(Entry);
            if (!isResumed && gone is not null && all.Known(index) is { } known && await all.OldListAsync(Entry.Path, known.Sha256, cancellationToken).ConfigureAwait(false) is { } before)
            {
                chunks = new KnownChunks(this, Open(), gone, known.Stamp, all.Concurrency, progress).MissingAsync(chunks, before, cancellationToken);
            }
            else if (isResumed || gone is not null)
            {
                OldFile? old = gone is null ? null : new OldFile(gone, all.Concurrency);
                chunks = new ChunkReuse(this, isResumed ? Has : null, old, all.Concurrency, progress).MissingAsync(chunks, cancellationToken);
            }

            await foreach (PlacedChunk missing in chunks.WithCancellation(cancellationToken).ConfigureAwait(false))
            {
                yield return missing;
            }
        }

        private bool Has(PlacedChunk placed)
        {
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
                all.WriteWhole(Entry, index, content);
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
                long written = all.TimeOf(Entry);
                file.Commit(all.Replace, written);
                all.Finish(file, Entry, index, written);
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

    private int Concurrency => concurrency;

    /// <summary>What of a path that gives way is known.</summary>
    private KnownDigest? Known(int index) => old?.Known(index);

    private ValueTask<IAsyncEnumerable<PlacedChunk>?> OldListAsync(byte[] path, Digest sha256, CancellationToken cancellationToken) =>
        old!.List(path, sha256, cancellationToken);

    private SafeFileHandle? OpenOld(ManifestEntry entry) => reuses ? target.TryOpenRead(entry.Path) : null;

    private void WriteWhole(ManifestEntry entry, int index, ReadOnlySpan<byte> content)
    {
        long written = TimeOf(entry);
        target.WriteWhole(entry.Path, content, entry.Kind, replace, written);
        notes.Written(index, written);
        finished?.Invoke(entry);
    }

    private long TimeOf(ManifestEntry entry) => timeOf?.Invoke(entry) ?? TargetCache.TimeOfWrite();

    private PendingFile Begin(ManifestEntry entry)
    {
        PendingFile file = entry.Size < ResumeFrom
            ? target.Create(entry.Path, entry.Size, entry.Kind)
            : target.Resume(entry.Path, entry.Size, entry.Kind, entry.Sha256);
        _pending.Add(file);
        return file;
    }

    private void Finish(PendingFile file, ManifestEntry entry, int index, long written)
    {
        notes.Written(index, written);
        finished?.Invoke(entry);
        lock (_lock)
        {
            _pending.Remove(file);
            LastLongFile = entry.Size < ResumeFrom ? LastLongFile : FileStamp.Now(TimeProvider.System);
        }
    }
}
