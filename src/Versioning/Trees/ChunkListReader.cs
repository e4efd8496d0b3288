using System.Runtime.CompilerServices;
using Versioning.Packs;

namespace Versioning.Trees;

/// <summary>A chunk and where in its file it begins.</summary>
internal readonly record struct PlacedChunk(long Offset, FileChunk Chunk);

/// <summary>Reads the chunks of one file from any offset on; of a long list only the pages that it needs.</summary>
internal static class ChunkListReader
{
    /// <summary>The chunk of a file that has no list, or null.</summary>
    internal static PlacedChunk? OnlyChunk(ManifestEntry file)
    {
        if (file.Place is not { } place || file.ChunkList is not null)
        {
            return null;
        }

        return file.Size <= PackFormat.MaxChunkLength ? new PlacedChunk(0, new FileChunk(file.Sha256, (int)file.Size, place)) : throw Wrong(file);
    }

    internal static async IAsyncEnumerable<PlacedChunk> ChunksAsync(PackReader packs, ManifestEntry file, long from, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        if (OnlyChunk(file) is { } only)
        {
            yield return only;
            yield break;
        }

        if (file is not { Place: { } place, ChunkList: { } list })
        {
            yield break;
        }

        var pending = new Stack<(ChunkListChild Child, int? Level)>();
        pending.Push((new ChunkListChild(list, file.Size, place), null));
        long offset = 0;
        while (pending.TryPop(out (ChunkListChild Child, int? Level) next))
        {
            if (next.Level is not null && offset + next.Child.Bytes <= from)
            {
                offset += next.Child.Bytes;
                continue;
            }

            ChunkListPage page = await packs.ReadAsync(next.Child.Place, stored => ChunkListPage.Decode(stored, next.Child.Digest), cancellationToken, walks: false).ConfigureAwait(false);
            long sum = page.Chunks.Sum(c => (long)c.Length) + page.Children.Sum(c => c.Bytes);
            if (sum != next.Child.Bytes || (next.Level is { } level && level != page.Level))
            {
                throw Wrong(file);
            }

            for (int i = page.Children.Length - 1; i >= 0; i--)
            {
                pending.Push((page.Children[i], page.Level - 1));
            }

            foreach (FileChunk chunk in page.Chunks)
            {
                if (offset + chunk.Length > from)
                {
                    yield return new PlacedChunk(offset, chunk);
                }

                offset += chunk.Length;
            }
        }
    }

    private static IntegrityException Wrong(ManifestEntry file) =>
        new("node_damaged", $"The chunk list of '{file.Name}' does not add up to its size of {file.Size} bytes.", "Run 'vers verify'.");
}
