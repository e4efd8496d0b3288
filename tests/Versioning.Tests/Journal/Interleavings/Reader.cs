using Versioning.Journal;
using Versioning.Packs;

namespace Versioning.Tests.Journal.Interleavings;

/// <summary>Reads a version whole. It may find the version retired, but never anything else than its bytes.</summary>
internal class Reader(string name, long number) : Actor(name)
{
    protected override async Task<long?> ActAsync()
    {
        StoreState state = await Journal.FoldAsync();
        if (state.Find(StoreBuilder.Artifact)?.Live(number) is not { } version)
        {
            throw new NotFoundException("version_not_found", "There is no such version, or it was retired.");
        }

        try
        {
            await ReadTreeAsync(version.Root);
        }
        catch (IntegrityException) when (Journal.State.Find(StoreBuilder.Artifact)?.Live(number) is null)
        {
            throw new NotFoundException("version_retired", "It was retired.");
        }

        return null;
    }

    /// <summary>Reads a chunk as the product does.</summary>
    protected virtual async Task<string> ReadAsync(ChunkRef reference)
    {
        _packs ??= new PackReader(Store, r => Journal.State.Resolve(r), _ => Keeps(Rule.FoldAgain) ? Journal.FoldAsync() : Task.CompletedTask);
        return System.Text.Encoding.UTF8.GetString((await _packs.ReadChunkAsync(reference, CancellationToken.None)).Span);
    }

    private PackReader? _packs;

    private async Task ReadTreeAsync(ChunkRef reference)
    {
        string text = await ReadAsync(reference);
        if (text != Execution.Library[reference])
        {
            Execution.Witness.Report($"{Name} got wrong bytes for chunk {reference.Ordinal} of pack {reference.Pack}");
            return;
        }

        foreach (ChunkRef child in Library.Children(text))
        {
            await ReadTreeAsync(child);
        }
    }
}
