using Versioning.Journal;
using Versioning.Packs;
using Versioning.Trees;

namespace Versioning.Commits;

/// <summary>Whether what a manifest refers to can be referred to again, in the state that a commit works on. Thread safe.</summary>
internal sealed class ReusableParts(PackReader packs, StoreState state)
{
    /// <summary>Whether a path's old entry holds just this content, and can be used.</summary>
    internal async ValueTask<bool> FileAsync(ManifestEntry? old, long size, Digest sha, CancellationToken cancellationToken) =>
        old is { Kind: not FileKind.Link } && old.Size == size && old.Sha256 == sha
        && await EntryAsync(old, cancellationToken).ConfigureAwait(false);

    internal async ValueTask<bool> EntryAsync(ManifestEntry entry, CancellationToken cancellationToken) =>
        state.NothingMoved || await ReferenceWalk.AllAsync(packs, entry, state.IsValid, cancellationToken).ConfigureAwait(false);

    /// <summary>Whether a node can be used; says nothing of what is below it.</summary>
    internal bool Node(ManifestChild child) => state.IsValid(child.Place);

    /// <summary>Whether a node and everything below it can be used.</summary>
    internal async ValueTask<bool> SubtreeAsync(ManifestChild child, CancellationToken cancellationToken) =>
        state.NothingMoved || await ReferenceWalk.AllAsync(packs, child.Digest, child.Place, state.IsValid, cancellationToken).ConfigureAwait(false);
}
