using Versioning.Trees;

namespace Versioning.Commits;

/// <summary>A leaf of the manifest that is built on, while the source is compared with it: it may yet stay as it is.</summary>
/// <param name="subtree">The leaf, with its entries.</param>
/// <param name="usable">Whether the node itself may be referred to.</param>
internal sealed class OpenLeaf(ManifestSubtree subtree, bool usable)
{
    private readonly ManifestEntry[] _entries = subtree.Entries!;
    private readonly List<FileIdentity> _identities = [];
    private bool _whole = usable;
    private int _next;

    internal ManifestSubtree Subtree => subtree;

    /// <summary>The entry that was not compared yet, or null.</summary>
    internal ManifestEntry? Next => _next < _entries.Length ? _entries[_next] : null;

    internal bool IsAtStart => _next == 0;

    /// <summary>Whether every entry stays.</summary>
    internal bool IsWhole => _whole && _next == _entries.Length;

    /// <summary>The files of the source that were kept.</summary>
    internal IReadOnlyList<KnownFile> Kept =>
        [.. _identities.Select((identity, i) => new KnownFile(_entries[i].Path, identity)).Where(f => f.Identity.HashedAt != 0)];

    /// <summary>Keeps the next entry; false where the leaf is spoilt, so that the entry has to go in by itself.</summary>
    internal bool TryKeep(FileIdentity identity)
    {
        if (_whole)
        {
            _identities.Add(identity);
            _next++;
        }

        return _whole;
    }

    /// <summary>Steps over the next entry of a spoilt leaf.</summary>
    internal void Skip() => _next++;

    /// <summary>Gives up the leaf; what was kept so far is returned, once.</summary>
    internal (ManifestEntry Entry, FileIdentity Identity)[] Spoil()
    {
        _whole = false;
        (ManifestEntry, FileIdentity)[] kept = [.. _identities.Select((identity, i) => (_entries[i], identity))];
        _identities.Clear();
        return kept;
    }
}
