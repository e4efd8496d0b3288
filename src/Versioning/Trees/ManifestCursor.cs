using Versioning.Packs;

namespace Versioning.Trees;

/// <summary>Walks a manifest in order and can step over a whole subtree without reading it.</summary>
internal sealed class ManifestCursor(ManifestReader reader, Digest digest, ChunkRef place)
{
    // The item at the top is the next thing: an entry, or a subtree that was not read yet.
    private readonly Stack<Item> _items = new([new Item(null, new ManifestChild([], digest, 0, 0, place), null)]);

    internal bool AtEnd => _items.Count == 0;

    /// <summary>The next entry, or null where a subtree comes next.</summary>
    internal ManifestEntry? Entry => _items.Peek().Entry;

    /// <summary>The digest of the subtree that comes next; only where <see cref="Entry"/> is null.</summary>
    internal Digest Subtree => _items.Peek().Child.Digest;

    /// <summary>The level of the subtree that comes next, or <see cref="int.MaxValue"/> for the root, whose level is not known yet.</summary>
    internal int Level => _items.Peek() is { Entry: null } item ? item.Level ?? int.MaxValue : -1;

    /// <summary>Steps over the entry or subtree.</summary>
    internal void Skip() => _items.Pop();

    /// <summary>Reads the subtree that comes next; its children come next then.</summary>
    internal async Task DescendAsync(CancellationToken cancellationToken)
    {
        Item item = _items.Pop();
        ManifestNode node = await reader.NodeAsync(item.Child.Digest, item.Child.Place, item.Level, cancellationToken).ConfigureAwait(false);
        for (int i = node.Children.Length - 1; i >= 0; i--)
        {
            _items.Push(new Item(null, node.Children[i], node.Level - 1));
        }

        for (int i = node.Entries.Length - 1; i >= 0; i--)
        {
            _items.Push(new Item(node.Entries[i], default, null));
        }
    }

    private readonly record struct Item(ManifestEntry? Entry, ManifestChild Child, int? Level);
}
