using Versioning.Journal;
using Versioning.Packs;
using Versioning.Signing;
using Versioning.Storage;
using Versioning.Trees;

namespace Versioning.Verifying;

/// <summary>Checks what is said of a version: its record, the counts in it, its signatures.</summary>
internal sealed class RecordCheck(JournalLog journal, DamageList damages, JournalWitnesses? witnesses, KnownPins pins)
{
    /// <exception cref="NotFoundException">The version was retired meanwhile.</exception>
    internal async Task RunAsync(PackReader packs, string artifact, PublishedVersion version, CancellationToken cancellationToken)
    {
        string key = StoreKeys.Entry(version.Sequence).Value, name = new ArtifactPin(artifact, version.Number, version.Digest).ToString();
        VersionRecord record;
        try
        {
            record = await journal.ReadRecordAsync(artifact, version, cancellationToken).ConfigureAwait(false);
        }
        catch (VersioningException e) when (e is IntegrityException || e.Code == "newer_format")
        {
            damages.Add(key, e.Message, name);
            return;
        }

        witnesses?.Note(record, pins);
        try
        {
            ManifestNode root = await new ManifestReader(packs, version.Content, version.Root).RootAsync(cancellationToken).ConfigureAwait(false);
            if (root.Files != record.FileCount || root.Bytes != record.ByteCount)
            {
                damages.Add(key, "publishes a version with other counts than its manifest has", name);
            }

            await CheckSignaturesAsync(packs, artifact, version, name, cancellationToken).ConfigureAwait(false);
        }
        catch (IntegrityException)
        {
            // Named as what it is elsewhere.
        }
    }

    private async Task CheckSignaturesAsync(PackReader packs, string artifact, PublishedVersion version, string name, CancellationToken cancellationToken)
    {
        try
        {
            await new SignatureCheck(journal, packs).RunAsync(artifact, version, cancellationToken).ConfigureAwait(false);
        }
        catch (IntegrityException e) when (e.Code == "signature_wrong")
        {
            damages.Add(StoreKeys.Entry(version.Signatures[^1].Sequence).Value, e.Message, name);
        }
    }
}
