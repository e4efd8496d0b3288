using Versioning.Journal;
using Versioning.Packs;
using Versioning.Trees;

namespace Versioning.Commits;

/// <summary>Whether every reference of a manifest is valid, those inside reused nodes too. Walks it again only where something moved or went.</summary>
internal sealed class ReferenceCheck(PackReader packs)
{
    private StoreState? _checked;

    internal async Task<bool> IsValidAsync(StoreState state, ManifestRoot root, CancellationToken cancellationToken)
    {
        bool sameAsChecked = _checked is { } before && ReferenceEquals(before.Gone, state.Gone) && ReferenceEquals(before.Moved, state.Moved);
        if (state.NothingMoved || sameAsChecked)
        {
            return true;
        }

        bool valid = await ReferenceWalk.AllAsync(packs, root.Digest, root.Place, state.IsValid, cancellationToken).ConfigureAwait(false);
        _checked = valid ? state : null;
        return valid;
    }
}
