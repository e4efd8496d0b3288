using Versioning.Journal;
using Versioning.Packs;
using Versioning.Trees;

namespace Versioning.Signing;

/// <summary>Whether what keys signed of a version is its statement. Folding has checked the signatures themselves.</summary>
internal sealed class SignatureCheck(JournalLog journal, PackReader packs)
{
    /// <returns>The statement.</returns>
    /// <exception cref="IntegrityException">A key signed something else.</exception>
    internal async Task<Statement> RunAsync(string artifact, PublishedVersion version, CancellationToken cancellationToken)
    {
        var statement = new Statement(artifact, version.Digest, new ManifestReader(packs, version.Content, version.Root));
        if (version.Signatures.IsEmpty)
        {
            return statement;
        }

        Digest digest = await statement.DigestAsync(cancellationToken).ConfigureAwait(false);
        foreach (SignatureMark mark in version.Signatures)
        {
            SignOperation sign = await ReadAsync(artifact, version, mark, cancellationToken).ConfigureAwait(false);
            if (sign.Statement != digest)
            {
                throw new IntegrityException("signature_wrong", $"What the key {mark.Key} signed as {artifact}@{version.Number} in entry {mark.Sequence} is {sign.Statement}, and the version's statement is {digest}.", "It was made by other software, or of something else: sign the version with another key, and ask whose key that is.");
            }
        }

        return statement;
    }

    /// <summary>The operation that signed it.</summary>
    internal async Task<SignOperation> ReadAsync(string artifact, PublishedVersion version, SignatureMark mark, CancellationToken cancellationToken)
    {
        (JournalEntry entry, _) = await journal.ReadAsync(mark.Sequence, cancellationToken).ConfigureAwait(false);
        return entry.Signature?.Key == mark.Key && entry.Operations.OfType<SignOperation>().FirstOrDefault(sign => sign.Artifact == artifact && sign.Number == version.Number) is { } found
            ? found
            : throw new IntegrityException("journal_broken", $"Journal entry {mark.Sequence} does not sign {artifact}@{version.Number} with the key {mark.Key}.", "Run 'vers verify'.");
    }
}
