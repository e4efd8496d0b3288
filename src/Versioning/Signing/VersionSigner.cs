using Versioning.Journal;
using Versioning.Packs;
using Versioning.Trees;

namespace Versioning.Signing;

/// <summary>Signs versions with the key of this process, where that is wanted or the store demands it.</summary>
/// <param name="packs">Reads manifests.</param>
/// <param name="key">The key; null: none was given.</param>
internal sealed class VersionSigner(PackReader packs, SigningKey? key)
{
    private (Digest Version, Digest Statement, ReadOnlyMemory<byte> Signature)? _last;

    /// <summary>Refuses to begin what would be refused at the end.</summary>
    /// <exception cref="ConflictException">The versions of the artifact have to be signed, and can't be.</exception>
    internal void Check(StoreState now, string artifact, bool? wanted) => _ = IsWanted(now, artifact, wanted);

    /// <summary>What signs a version in the same entry that publishes it; null where it is not to be signed.</summary>
    /// <param name="now">The state that it is for.</param>
    /// <param name="pin">The version.</param>
    /// <param name="content">The digest of its manifest.</param>
    /// <param name="root">Where that lies.</param>
    /// <param name="wanted">Whether it is wanted; null: where the store demands it.</param>
    /// <param name="cancellationToken">Ends it.</param>
    internal async Task<SignOperation?> SignAsync(StoreState now, ArtifactPin pin, Digest content, ChunkRef root, bool? wanted, CancellationToken cancellationToken)
    {
        if (!IsWanted(now, pin.Artifact, wanted))
        {
            return null;
        }

        // Its number is not part of what is signed: whoever lost a race does not go through the manifest again.
        if (_last?.Version != pin.Digest)
        {
            Digest statement = await new Statement(pin.Artifact, pin.Digest, new ManifestReader(packs, content, root)).DigestAsync(cancellationToken).ConfigureAwait(false);
            _last = (pin.Digest, statement, await key!.SignAsync(statement, cancellationToken).ConfigureAwait(false));
        }

        return new SignOperation(pin.Artifact, pin.Number, _last.Value.Statement, _last.Value.Signature);
    }

    /// <summary>The same for a version that is there; null where the key has signed it.</summary>
    internal async Task<SignOperation?> SignAsync(StoreState now, string artifact, PublishedVersion version, bool? wanted, CancellationToken cancellationToken) =>
        key is not null && version.Signatures.Any(mark => mark.Key == key.Id) ? null
        : !version.Signatures.IsEmpty && wanted is null ? null
        : await SignAsync(now, new ArtifactPin(artifact, version.Number, version.Digest), version.Content, version.Root, wanted, cancellationToken).ConfigureAwait(false);

    private bool IsWanted(StoreState now, string artifact, bool? wanted)
    {
        bool demanded = now.Trust.Demand(artifact);
        if (!demanded && wanted != true)
        {
            return false;
        }

        if (key is null || wanted == false)
        {
            throw new ConflictException("not_signed", demanded ? $"Versions of '{artifact}' have to be signed here." : $"'{artifact}' is to be signed, and no key was given.", Trust.GiveKey);
        }

        Trust.RequireTrusted(now, key);
        return true;
    }
}
