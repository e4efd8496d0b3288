using Microsoft.Win32.SafeHandles;
using Versioning.Chunking;
using Versioning.Compression;
using Versioning.Files;
using Versioning.Trees;

namespace Versioning.Commits;

/// <summary>Reads files that fit into a slab, each in one go: what was hashed is what was read. Thread safe.</summary>
/// <param name="encoder">Encodes their chunks.</param>
/// <param name="reuse">What of the manifest that is built on may be used again.</param>
/// <param name="now">Nanoseconds since 1970.</param>
internal sealed class SmallFileReader(PieceEncoder encoder, ReusableParts reuse, Func<long> now)
{
    /// <summary>Files up to this length are read whole, in bytes.</summary>
    internal const int MaxLength = SlabPool.Length;

    internal const int MaxAttempts = 4;

    internal async Task ReadAsync(IReadOnlyList<BatchedFile> files, CancellationToken cancellationToken)
    {
        long startedAt = now();
        foreach (BatchedFile file in files)
        {
            if (file.Source is { } source)
            {
                cancellationToken.ThrowIfCancellationRequested();
                Memory<byte> place = file.Slab!.Content.AsMemory(file.Start, (int)source.Stamp.Size);
                if (source.TryRead(place.Span))
                {
                    await EncodeAsync(file, file.Slab, place, source.Stamp, startedAt, cancellationToken).ConfigureAwait(false);
                }
                else if (ReadAnew(source, cancellationToken) is { } anew)
                {
                    await EncodeAsync(file, null, anew.Content, anew.Stamp, anew.StartedAt, cancellationToken).ConfigureAwait(false);
                }
                else
                {
                    file.HasGrown = true;
                }
            }
        }
    }

    internal static VersioningException Changing(SourceFile file) => new(
        "file_changed",
        $"'{file}' went on changing while it was read.",
        "Commit again when nothing writes to it any more; nothing was published.");

    /// <summary>The file is not what the walk saw any more: read it as it is now, until it holds still. Null: it is too long for that.</summary>
    private (byte[] Content, FileStamp Stamp, long StartedAt)? ReadAnew(SourceFile file, CancellationToken cancellationToken)
    {
        for (int attempt = 1; attempt < MaxAttempts; attempt++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            using SafeFileHandle handle = file.Open();
            long startedAt = now();
            FileStamp stamp = SourceTree.Stamp(handle);
            if (stamp.Size > MaxLength)
            {
                return null;
            }

            byte[] content = new byte[stamp.Size];
            if (FileReading.Fill(handle, content, 0) == content.Length && SourceTree.Stamp(handle) == stamp)
            {
                return (content, stamp, startedAt);
            }
        }

        throw Changing(file);
    }

    private async ValueTask EncodeAsync(BatchedFile file, Slab? slab, ReadOnlyMemory<byte> content, FileStamp stamp, long startedAt, CancellationToken cancellationToken)
    {
        Digest sha = Digest.Of(content.Span);
        file.Identity = new FileIdentity(sha, stamp, startedAt);
        if (content.IsEmpty || await reuse.FileAsync(file.Old, content.Length, sha, cancellationToken).ConfigureAwait(false))
        {
            file.Entry = content.IsEmpty
                ? new ManifestEntry(file.Source!.Path, file.Source.Kind, 0, sha, null, null, null)
                : file.Old! with { Kind = file.Source!.Kind };
            return;
        }

        ChunkEncoding encoding = encoder.Choose(content);
        CutPoints cuts = CutPoints.For(content.Span, content.Length);
        var pieces = new List<FilePiece>(1);
        for (int at = 0; at < content.Length;)
        {
            int length = cuts.Next(content.Span[at..], at);
            bool isWhole = length == content.Length;
            pieces.Add(await encoder.EncodeAsync(slab, file.Start + at, content.Slice(at, length), isWhole ? sha : null, encoding, cancellationToken).ConfigureAwait(false));
            at += length;
        }

        file.Pieces = [.. pieces];
    }
}
