using System.Buffers;
using System.Runtime.CompilerServices;
using Versioning.Trees;

namespace Versioning.Fetching;

/// <summary>
/// Takes what a long file needs from what lies on the disk: from an unfinished try, and from the file that it replaces,
/// of which most chunks are still in their place, or moved as far as their neighbours. Each is hashed where it was read.
/// </summary>
/// <param name="sink">The file.</param>
/// <param name="has">Whether a chunk is in the unfinished file already; null: there was none.</param>
/// <param name="old">The file that gives way; null: none.</param>
/// <param name="concurrency">How many pieces are read side by side.</param>
/// <param name="progress">Told of bytes that need not be read from the store.</param>
internal sealed class ChunkReuse(FileSink sink, Func<PlacedChunk, bool>? has, OldFile? old, int concurrency, Action<int>? progress)
{
    /// <summary>Bytes of the file that are gone through together.</summary>
    private const long WindowLength = 16 * 1024 * 1024;

    /// <summary>Bytes that one worker reads, hashes and writes while they are in its cache.</summary>
    private const int PieceLength = 1024 * 1024;

    /// <summary>A longer run without a match was not only changed: something moved.</summary>
    private const long MaxChanged = 4 * 1024 * 1024;

    /// <summary>How often a window may be gone through anew because something moved.</summary>
    private const int MaxMoves = 4;

    /// <summary>Where nothing is found, every window is read first, then each eighth at least.</summary>
    private const int MaxPassed = 7;

    private int _passes, _toPass;

    /// <summary>The chunks that have to be read from the store; all others were taken.</summary>
    internal async IAsyncEnumerable<PlacedChunk> MissingAsync(IAsyncEnumerable<PlacedChunk> chunks, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var missing = new List<PlacedChunk>();
        var window = new List<PlacedChunk>();
        await foreach (PlacedChunk chunk in chunks.WithCancellation(cancellationToken).ConfigureAwait(false))
        {
            window.Add(chunk);
            if (Length(window) >= WindowLength)
            {
                window = await TakeAsync(window, missing, isLast: false, cancellationToken).ConfigureAwait(false);
                foreach (PlacedChunk absent in missing)
                {
                    yield return absent;
                }

                missing.Clear();
            }
        }

        await TakeAsync(window, missing, isLast: true, cancellationToken).ConfigureAwait(false);
        foreach (PlacedChunk absent in missing)
        {
            yield return absent;
        }
    }

    private static long Length(List<PlacedChunk> chunks) => chunks.Count == 0 ? 0 : chunks[^1].Offset + chunks[^1].Chunk.Length - chunks[0].Offset;

    /// <returns>Chunks at the end of which only the next ones can say whether they were changed or moved.</returns>
    private async Task<List<PlacedChunk>> TakeAsync(List<PlacedChunk> window, List<PlacedChunk> missing, bool isLast, CancellationToken cancellationToken)
    {
        bool reads = _toPass == 0, any = false;
        for (int moves = 0; window.Count > 0 && moves <= MaxMoves; moves++)
        {
            bool[] found = await CopyAsync(window, reads, cancellationToken).ConfigureAwait(false);
            int behind = Array.LastIndexOf(found, true) + 1;
            if (moves > 0 && behind == 0)
            {
                // Not where it was a moment ago: someone writes to the old file.
                break;
            }

            any |= behind > 0;
            missing.AddRange(window.Take(behind).Where((_, i) => !found[i]));
            window.RemoveRange(0, behind);
            if (window.Count == 0 || old is null)
            {
                break;
            }

            if (!isLast && behind > 0 && Length(window) < MaxChanged)
            {
                Pass(any);
                return window;
            }

            if (old.Resynchronise(window, reads, cancellationToken) is not { } moved)
            {
                break;
            }

            missing.AddRange(window.Take(moved));
            window.RemoveRange(0, moved);
        }

        Pass(any);
        missing.AddRange(window);
        return [];
    }

    private void Pass(bool any)
    {
        _passes = any ? 0 : _toPass > 0 ? _passes : Math.Min((2 * _passes) + 1, MaxPassed);
        _toPass = any ? 0 : _toPass > 0 ? _toPass - 1 : _passes;
    }

    /// <returns>Which of the chunks were found and taken.</returns>
    private async Task<bool[]> CopyAsync(List<PlacedChunk> window, bool guess, CancellationToken cancellationToken)
    {
        bool[] found = new bool[window.Count];
        var options = new ParallelOptions { MaxDegreeOfParallelism = concurrency, CancellationToken = cancellationToken };
        if (has is not null)
        {
            await Parallel.ForAsync(0, window.Count, options, async (i, token) =>
            {
                if (has(window[i]))
                {
                    await sink.PassAsync(window[i].Chunk.Length, token).ConfigureAwait(false);
                    progress?.Invoke(window[i].Chunk.Length);
                    found[i] = true;
                }
            }).ConfigureAwait(false);
        }

        if (old is not null)
        {
            await Parallel.ForEachAsync(Pieces(window, found, guess), options, (piece, token) => CopyAsync(window, piece, found, token)).ConfigureAwait(false);
            old.Found(window.Where((_, i) => found[i]).Sum(c => (long)c.Chunk.Length));
        }

        return found;
    }

    /// <summary>Runs of chunks that are not there yet and lie side by side in the old file too.</summary>
    private List<Piece> Pieces(List<PlacedChunk> window, bool[] found, bool guess)
    {
        var pieces = new List<Piece>();
        for (int i = 0; i < window.Count; i++)
        {
            if (found[i] || old!.PlaceOf(window[i], guess) is not { } at)
            {
                continue;
            }

            int length = window[i].Chunk.Length;
            if (pieces.Count > 0 && pieces[^1] is var last && last.First + last.Count == i && last.At + last.Length == at && last.Length + length <= PieceLength)
            {
                pieces[^1] = last with { Count = last.Count + 1, Length = last.Length + length };
            }
            else
            {
                pieces.Add(new Piece(i, 1, at, length));
            }
        }

        return pieces;
    }

    private async ValueTask CopyAsync(List<PlacedChunk> window, Piece piece, bool[] found, CancellationToken cancellationToken)
    {
        byte[] buffer = ArrayPool<byte>.Shared.Rent(piece.Length);
        try
        {
            int read = old!.Read(piece.At, buffer.AsSpan(0, piece.Length));
            int start = 0, end = 0;
            for (int i = piece.First; i < piece.First + piece.Count; i++)
            {
                FileChunk chunk = window[i].Chunk;
                found[i] = end + chunk.Length <= read && Digest.Of(buffer.AsSpan(end, chunk.Length)) == chunk.Digest;
                if (!found[i])
                {
                    await AcceptAsync(i, start, end).ConfigureAwait(false);
                    start = end + chunk.Length;
                }

                end += chunk.Length;
            }

            await AcceptAsync(piece.First + piece.Count, start, end).ConfigureAwait(false);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }

        // What was checked goes into the file from where it was checked: nobody can change it in between.
        async ValueTask AcceptAsync(int next, int start, int end)
        {
            if (end > start)
            {
                long offset = window[next - 1].Offset + window[next - 1].Chunk.Length - (end - start);
                await sink.AcceptAsync(offset, buffer.AsMemory(start, end - start), cancellationToken).ConfigureAwait(false);
                progress?.Invoke(end - start);
            }
        }
    }

    /// <summary>Neighbouring chunks of the window, and where they lie in the old file.</summary>
    private readonly record struct Piece(int First, int Count, long At, int Length);
}
