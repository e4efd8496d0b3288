using Versioning.Cards;
using Versioning.Croissants;
using Versioning.Fetching;
using Versioning.Inspecting;
using Versioning.Journal;
using Versioning.Packs;
using Versioning.Trees;

namespace Versioning;

/// <content>Cards, and what a version is in the words of others.</content>
public sealed partial class VersionStore
{
    /// <summary>The Markdown that a version was given as its card, verified.</summary>
    /// <returns>The text, or null where it was given none.</returns>
    /// <exception cref="NotFoundException">The reference names no version.</exception>
    /// <exception cref="VersioningException">The file that the metadata <c>card</c> names is no text, or longer than 1 MiB.</exception>
    public async Task<string?> ReadCardAsync(ArtifactReference reference, CancellationToken cancellationToken = default)
    {
        (string artifact, PublishedVersion version) = await FindAsync(reference, cancellationToken).ConfigureAwait(false);
        VersionRecord record = await _journal.ReadRecordAsync(artifact, version, cancellationToken).ConfigureAwait(false);
        string? path = record.Metadata.FirstOrDefault(pair => pair.Key == Card.MetadataName).Value;
        PackReader packs = PacksOf(artifact, version);
        if (path is null
            || await ReaderOf(packs, version).FindAsync(System.Text.Encoding.UTF8.GetBytes(path), cancellationToken).ConfigureAwait(false) is not { LinkTarget: null } entry)
        {
            return null;
        }

        string what = $"The card '{path}' of {artifact}@{version.Number}";
        if (entry.Size > Card.MaxLength)
        {
            throw Card.TooLong(what, entry.Size);
        }

        byte[] content = new byte[entry.Size];
        var file = new VersionFileStream(packs, entry);
        await using (file.ConfigureAwait(false))
        {
            await file.ReadExactlyAsync(content, cancellationToken).ConfigureAwait(false);
        }

        return Card.Text(content, what);
    }

    /// <summary>
    /// Describes a version of a dataset in Croissant 1.1 (JSON-LD, MLCommons): what it is, each of its files with its SHA-256
    /// and, of tables, the columns. It is written as the files are listed, however many they are; symbolic links are left out.
    /// </summary>
    /// <param name="reference">The version.</param>
    /// <param name="destination">Takes the JSON, in UTF-8; stays open.</param>
    /// <param name="options">What the version does not record.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <exception cref="VersioningException">It is no dataset, has no files, or something that Croissant requires is not known; nothing was written.</exception>
    public async Task WriteCroissantAsync(ArtifactReference reference, Stream destination, CroissantOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(destination);
        options ??= new CroissantOptions();
        ArgumentOutOfRangeException.ThrowIfNegative(options.MaxInspectedFiles, nameof(options));
        ArtifactVersion version = await ResolveAsync(reference, cancellationToken).ConfigureAwait(false);
        string? card = await ReadCardAsync(version, cancellationToken).ConfigureAwait(false);
        (PackReader packs, ManifestReader manifest) = await ReadersAsync(version, cancellationToken).ConfigureAwait(false);
        CroissantFacts facts = CroissantFacts.Of(version, card, options);
        var tables = new TableSurvey(options.RecordSets ? options.MaxInspectedFiles : 0, async (file, maxBytes, token) =>
            await OpenAsync(packs, manifest, file, maxBytes, token).ConfigureAwait(false) ?? throw new InvalidDataException("it is no file"));
        var description = new CroissantDescription(destination, facts, tables);
        await using (description.ConfigureAwait(false))
        {
            await description.WriteAsync(ListFilesAsync(version, cancellationToken: cancellationToken), cancellationToken).ConfigureAwait(false);
        }
    }
}
