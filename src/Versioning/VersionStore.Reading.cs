using Versioning.Journal;
using Versioning.Signing;

namespace Versioning;

/// <content>From references to versions: to read their files, which may have to be signed for that, or to see what they are.</content>
public sealed partial class VersionStore
{
    /// <summary>The version of a reference, to read its files: signed where that is demanded.</summary>
    private async Task<(string Artifact, PublishedVersion Version)> FindAsync(ArtifactReference reference, CancellationToken cancellationToken)
    {
        StoreState known = await _journal.KnownAsync(cancellationToken).ConfigureAwait(false);
        if (References.ResolvePin(known, reference) is { } pinned && (!pinned.Version.Signatures.IsEmpty || !known.Trust.Demand(pinned.Artifact)))
        {
            return pinned;
        }

        return Readable(await _journal.FoldAsync(cancellationToken).ConfigureAwait(false), reference);
    }

    /// <summary>The version of a reference, to see what it names: signed or not.</summary>
    private async Task<(string Artifact, PublishedVersion Version)> SeeAsync(ArtifactReference reference, CancellationToken cancellationToken) =>
        References.ResolvePin(await _journal.KnownAsync(cancellationToken).ConfigureAwait(false), reference)
            ?? References.Resolve(await _journal.FoldAsync(cancellationToken).ConfigureAwait(false), reference);

    /// <summary>The version that a reference names now, where it may be read: what is pinned.</summary>
    internal async Task<ArtifactVersion> ResolveToReadAsync(ArtifactReference reference, CancellationToken cancellationToken)
    {
        (string artifact, PublishedVersion version) = Readable(await _journal.FoldAsync(cancellationToken).ConfigureAwait(false), reference);
        return await DescribeAsync(artifact, _journal.State.Find(artifact)!, version, cancellationToken).ConfigureAwait(false);
    }

    private static (string Artifact, PublishedVersion Version) Readable(StoreState state, ArtifactReference reference)
    {
        (string artifact, PublishedVersion version) = References.Resolve(state, reference);
        Trust.RequireSigned(state, artifact, version, References.SelectorOf(reference));
        return (artifact, version);
    }
}
