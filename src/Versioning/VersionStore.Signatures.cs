using Versioning.Commits;
using Versioning.Journal;
using Versioning.Keys;
using Versioning.Signing;

namespace Versioning;

/// <content>Signatures: whom a store trusts, what has to be signed, and versions signed for those who know this store and those who do not.</content>
public sealed partial class VersionStore
{
    /// <summary>
    /// Trusts a key from now on. The first of a store is that of <see cref="VersionStoreOptions.Signer"/>; every other one is
    /// trusted by somebody whose key is.
    /// </summary>
    /// <param name="publicKeyPem">The key.</param>
    /// <param name="name">Whose it is, in 1 to 200 characters; no other trusted key has it.</param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    /// <returns>False where it is trusted under that name already.</returns>
    /// <exception cref="ConflictException">The signer's key is not trusted, the name is taken, or the key was revoked, which is for ever.</exception>
    public async Task<bool> TrustKeyAsync(string publicKeyPem, string name, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(publicKeyPem);
        ArgumentNullException.ThrowIfNull(name);
        if (!TrustState.IsName(name))
        {
            throw new VersioningException("invalid_name", $"'{name}' can't be the name of a key.", "Give 1 to 200 characters, such as an address: release@example.org");
        }

        var operation = new KeyOperation(KeyText.ReadPublic(publicKeyPem, "The key"), name);
        AppendedEntry? entry = await _journal.AppendAsync(Authors.Of(_options), state => Task.FromResult(Changes.Trust(state, operation, _options.Signer)), cancellationToken, mayTrustFirst: true).ConfigureAwait(false);
        return entry is not null;
    }

    /// <summary>Trusts a key no more: what it signed before stays signed, and nothing that it signs from now on counts.</summary>
    /// <param name="key">Its id or its name.</param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    /// <exception cref="NotFoundException">No such key is trusted.</exception>
    /// <exception cref="ConflictException">The signer's key is not trusted, or it is the last one.</exception>
    public async Task<TrustedKey> RevokeKeyAsync(string key, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(key);
        Digest id = default;
        await _journal.AppendAsync(
            Authors.Of(_options),
            state =>
            {
                KeyOperation revoke = Changes.Revoke(state, key, _options.Signer);
                id = revoke.Id;
                return Task.FromResult<IReadOnlyList<JournalOperation>?>([revoke]);
            },
            cancellationToken).ConfigureAwait(false);
        return Describe(_journal.State.Trust.Find(id)!);
    }

    /// <summary>The keys that the store trusts or did, in the order in which that began.</summary>
    public async Task<IReadOnlyList<TrustedKey>> ListKeysAsync(CancellationToken cancellationToken = default) =>
        [.. (await _journal.FoldAsync(cancellationToken).ConfigureAwait(false)).Trust.Keys.Select(Describe)];

    /// <summary>
    /// Says whether versions have to be signed: then nobody publishes one that is not, and nobody reads one, older ones too.
    /// </summary>
    /// <param name="artifacts">An artifact, the beginning of names up to a <c>/</c> such as <c>models/</c>, or <c>/</c> for all.</param>
    /// <param name="isDemanded">Whether they have to be.</param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    /// <returns>False where that is so already.</returns>
    /// <exception cref="ConflictException">The signer's key is not trusted.</exception>
    public async Task<bool> DemandSignaturesAsync(string artifacts, bool isDemanded = true, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(artifacts);
        if (!TrustState.IsDemand(artifacts))
        {
            throw new VersioningException("invalid_name", $"'{artifacts}' is neither an artifact nor the beginning of names.", "Such as models/churn, models/ or, for all, /");
        }

        AppendedEntry? entry = await _journal.AppendAsync(Authors.Of(_options), state => Task.FromResult(Changes.Demand(state, artifacts, isDemanded, _options.Signer)), cancellationToken).ConfigureAwait(false);
        return entry is not null;
    }

    /// <summary>What has to be signed: artifacts and, ending in <c>/</c>, beginnings of names.</summary>
    public async Task<IReadOnlyList<string>> ListSignatureDemandsAsync(CancellationToken cancellationToken = default) =>
        [.. (await _journal.FoldAsync(cancellationToken).ConfigureAwait(false)).Trust.Demands];

    /// <summary>Signs a version with <see cref="VersionStoreOptions.Signer"/>; goes through all its paths. Nothing happens where that key has signed it.</summary>
    /// <exception cref="ConflictException">The store does not trust the key.</exception>
    public async Task<ArtifactVersion> SignAsync(ArtifactReference reference, CancellationToken cancellationToken = default)
    {
        var signer = new VersionSigner(_packs, _options.Signer);
        Trust.RequireTrusted(await _journal.FoldAsync(cancellationToken).ConfigureAwait(false), _options.Signer);
        var pin = new ArtifactPin("", 0, default);
        await _journal.AppendAsync(
            Authors.Of(_options),
            async state =>
            {
                (string artifact, PublishedVersion version) = References.Resolve(state, reference);
                pin = new ArtifactPin(artifact, version.Number, version.Digest);
                Trust.RequireTrusted(state, _options.Signer);
                return await signer.SignAsync(state, artifact, version, wanted: true, cancellationToken).ConfigureAwait(false) is { } sign ? [sign] : null;
            },
            cancellationToken).ConfigureAwait(false);
        return await ResolveAsync(pin, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>
    /// Checks that what the keys signed is this version: all its paths are gone through. That the signatures are those of the
    /// keys, and the keys trusted, is checked whenever the journal is read.
    /// </summary>
    /// <returns>The signatures; none: it is not signed.</returns>
    /// <exception cref="IntegrityException">One is of something else.</exception>
    public async Task<IReadOnlyList<VersionSignature>> VerifySignaturesAsync(ArtifactReference reference, CancellationToken cancellationToken = default)
    {
        StoreState state = await _journal.FoldAsync(cancellationToken).ConfigureAwait(false);
        (string artifact, PublishedVersion version) = References.Resolve(state, reference);
        await new SignatureCheck(_journal, PacksOf(artifact, version)).RunAsync(artifact, version, cancellationToken).ConfigureAwait(false);
        return [.. version.Signatures.Select(mark => VersionDescription.Describe(mark, state.Trust))];
    }

    /// <summary>
    /// Writes the newest signature of a version as a Sigstore bundle, a JSON document that lists its files: with it, the public key and the
    /// files others verify the version without this store, by <c>model_signing verify key</c> for instance.
    /// </summary>
    /// <param name="reference">The version.</param>
    /// <param name="output">Where it is written.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <returns>The signature.</returns>
    /// <exception cref="NotFoundException">It is not signed.</exception>
    /// <exception cref="IntegrityException">What was signed is not this version; nothing was written.</exception>
    public async Task<VersionSignature> ExportSignatureAsync(ArtifactReference reference, Stream output, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(output);
        StoreState state = await _journal.FoldAsync(cancellationToken).ConfigureAwait(false);
        (string artifact, PublishedVersion version) = References.Resolve(state, reference);
        SignatureMark mark = version.Signatures.IsEmpty
            ? throw new NotFoundException("not_signed", $"{artifact}@{version.Number} is not signed.", $"Sign it: vers sign {artifact}@{version.Number}#{version.Digest}")
            : version.Signatures[^1];
        var check = new SignatureCheck(_journal, PacksOf(artifact, version));
        Statement statement = await check.RunAsync(artifact, version, cancellationToken).ConfigureAwait(false);
        SignOperation sign = await check.ReadAsync(artifact, version, mark, cancellationToken).ConfigureAwait(false);
        await Bundle.WriteAsync(statement, state.Trust.Find(mark.Key)!.Key, sign.Signature, output, cancellationToken).ConfigureAwait(false);
        return VersionDescription.Describe(mark, state.Trust);
    }

    private static TrustedKey Describe(KnownKey key) => new(key.Id, key.Name, P256.ToPem(key.Key.Span), key.Since, key.Revoked);
}
