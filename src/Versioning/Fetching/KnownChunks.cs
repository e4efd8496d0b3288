using System.Runtime.CompilerServices;
using Microsoft.Win32.SafeHandles;
using Versioning.Chunking;
using Versioning.Files;
using Versioning.Trees;

namespace Versioning.Fetching;

/// <summary>Where the chunks of a path lie in its file of an earlier version, or null where no version has one of that content.</summary>
internal delegate ValueTask<IAsyncEnumerable<PlacedChunk>?> OldChunkList(byte[] path, Digest sha256, CancellationToken cancellationToken);

/// <summary>
/// Takes what a long file needs from the file that it replaces where that is known: the file cache says what it holds, as it
/// does of a file that stays, and an earlier version's chunk list says where. So nothing is read and hashed: the system copies,
/// or shares, what both have.
/// </summary>
/// <param name="sink">The file.</param>
/// <param name="file">The new file.</param>
/// <param name="old">The file that gives way.</param>
/// <param name="stamp">What it has to look like, before and after.</param>
/// <param name="concurrency">How many pieces are copied side by side.</param>
/// <param name="progress">Told of bytes that need not be read from the store.</param>
internal sealed class KnownChunks(FileSink sink, PendingFile file, SafeFileHandle old, FileStamp stamp, int concurrency, Action<int>? progress)
{
    /// <summary>The digest of what a long hole is cut into.</summary>
    private static readonly Digest Zeros = Digest.Of(new byte[Chunker.MaxLength]);

    private const int MaxChunks = 2_000_000;
    private const int PieceLength = 32 * 1024 * 1024;

    /// <summary>The chunks that have to be read from the store.</summary>
    /// <param name="wanted">All of the new file.</param>
    /// <param name="before">All of the old one.</param>
    /// <param name="cancellationToken">Ends it.</param>
    internal async IAsyncEnumerable<PlacedChunk> MissingAsync(
        IAsyncEnumerable<PlacedChunk> wanted, IAsyncEnumerable<PlacedChunk> before, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var places = new Dictionary<Digest, long>();
        await foreach (PlacedChunk chunk in before.Take(MaxChunks).WithCancellation(cancellationToken).ConfigureAwait(false))
        {
            places.TryAdd(chunk.Chunk.Digest, chunk.Offset);
        }

        var missing = new List<PlacedChunk>();
        var taken = new List<PlacedChunk>();
        var pieces = new List<Piece>();
        await foreach (PlacedChunk chunk in wanted.WithCancellation(cancellationToken).ConfigureAwait(false))
        {
            if (!places.TryGetValue(chunk.Chunk.Digest, out long at) && chunk.Chunk.Digest != Zeros)
            {
                missing.Add(chunk);
                continue;
            }

            taken.Add(chunk);
            int length = chunk.Chunk.Length;
            if (chunk.Chunk.Digest == Zeros)
            {
                // The new file has its length, and reads as zeros where nothing was written.
                continue;
            }

            if (pieces.Count > 0 && pieces[^1] is var last && last.At + last.Length == at && last.Offset + last.Length == chunk.Offset && last.Length + length <= PieceLength)
            {
                pieces[^1] = last with { Length = last.Length + length };
            }
            else
            {
                pieces.Add(new Piece(at, chunk.Offset, length));
            }
        }

        if (await TryCopyAsync(pieces, cancellationToken).ConfigureAwait(false))
        {
            foreach (PlacedChunk chunk in taken)
            {
                await sink.PassAsync(chunk.Chunk.Length, cancellationToken).ConfigureAwait(false);
                progress?.Invoke(chunk.Chunk.Length);
            }
        }
        else
        {
            missing = [.. missing, .. taken];
            missing.Sort((left, right) => left.Offset.CompareTo(right.Offset));
        }

        foreach (PlacedChunk chunk in missing)
        {
            yield return chunk;
        }
    }

    /// <returns>False where the old file is not, or did not stay, what it has to be.</returns>
    private async Task<bool> TryCopyAsync(List<Piece> pieces, CancellationToken cancellationToken)
    {
        if (SourceTree.Stamp(old) != stamp)
        {
            return false;
        }

        try
        {
            var options = new ParallelOptions { MaxDegreeOfParallelism = concurrency, CancellationToken = cancellationToken };
            await Parallel.ForEachAsync(pieces, options, (piece, _) =>
            {
                file.Copy(old, piece.At, piece.Offset, piece.Length);
                return ValueTask.CompletedTask;
            }).ConfigureAwait(false);
        }
        catch (EndOfStreamException)
        {
            return false;
        }

        return SourceTree.Stamp(old) == stamp;
    }

    private readonly record struct Piece(long At, long Offset, int Length);
}
