using System.Runtime.CompilerServices;
using Versioning.Packs;

namespace Versioning.Trees;

/// <summary>A chunk and where in its file it begins.</summary>
internal readonly record struct PlacedChunk(long Offset, FileChunk Chunk);

/// <summary>Reads the chunks of one file from any offset on; of a long list only the pages that it needs.</summary>
internal static class ChunkListReader
{
    internal static async IAsyncEnumerable<PlacedChunk> ChunksAsync(PackReader packs, ManifestEntry file, long from, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        if (file.Place is not { } place)
        {
            yield break;
        }

        if (file.ChunkList is not { } list)
        {
            if (file.Size > PackFormat.MaxChunkLength)
            {
                throw Wrong(file);
            }

            yield return new PlacedChunk(0, new FileChunk(file.Sha256, (int)file.Size, place));
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

            ChunkListPage page = ChunkListPage.Decode(await packs.ReadChunkAsync(next.Child.Place, cancellationToken).ConfigureAwait(false), next.Child.Digest);
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
