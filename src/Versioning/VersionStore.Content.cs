using System.Runtime.CompilerServices;
using System.Text;
using Versioning.Fetching;
using Versioning.Inspecting;
using Versioning.Packs;
using Versioning.Trees;

namespace Versioning;

/// <content>What differs within files.</content>
public sealed partial class VersionStore
{
    private const long DefaultMaxBytesPerFile = 1L << 30;

    /// <summary>
    /// The paths in which two versions differ, as <see cref="DiffAsync"/> gives them, and what differs within them
    /// (<see cref="FileChange.Content"/>): tensors of safetensors and ONNX files, rows and columns of CSV, JSON Lines and
    /// Parquet files, by the ends of their names. No more of a file is read than that takes: of safetensors and Parquet the
    /// header or footer, of tensors what is not in chunks that both versions have; CSV and JSON Lines are read whole.
    /// A file that is not what its name says, or damaged, has a line that says so.
    /// </summary>
    /// <param name="before">The first version.</param>
    /// <param name="after">The second version.</param>
    /// <param name="maxBytesPerFile">How much of one file may be read, in bytes; what would take more is not counted or compared, and says so.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public async IAsyncEnumerable<FileChange> InspectChangesAsync(ArtifactReference before, ArtifactReference after, long maxBytesPerFile = DefaultMaxBytesPerFile, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(maxBytesPerFile);
        (PackReader oldPacks, ManifestReader old) = await ReadersAsync(before, cancellationToken).ConfigureAwait(false);
        (PackReader nowPacks, ManifestReader now) = await ReadersAsync(after, cancellationToken).ConfigureAwait(false);
        await foreach (FileChange change in ManifestDiff.CompareAsync(new ManifestCursor(old), new ManifestCursor(now), cancellationToken).ConfigureAwait(false))
        {
            if (ContentFormats.Of(change.Path) is not { } format || (IsNoFile(change.Before) && IsNoFile(change.After)))
            {
                yield return change;
                continue;
            }

            // It may now be executed.
            if (change.Before?.Sha256 == change.After?.Sha256)
            {
                yield return change with { Content = [] };
                continue;
            }

            ContentFile? was = await OpenAsync(oldPacks, old, change.Before, maxBytesPerFile, cancellationToken).ConfigureAwait(false);
            ContentFile? became = await OpenAsync(nowPacks, now, change.After, maxBytesPerFile, cancellationToken).ConfigureAwait(false);
            try
            {
                yield return change with { Content = await ContentInspection.CompareAsync(format, was, became, cancellationToken).ConfigureAwait(false) };
            }
            finally
            {
                foreach (ContentFile? file in new[] { was, became })
                {
                    if (file is not null)
                    {
                        await file.DisposeAsync().ConfigureAwait(false);
                    }
                }
            }
        }
    }

    private static bool IsNoFile(FileEntry? file) => file is null or { Kind: FileKind.Link };

    private static async ValueTask<ContentFile?> OpenAsync(PackReader packs, ManifestReader manifest, FileEntry? file, long maxBytes, CancellationToken cancellationToken) =>
        !IsNoFile(file) && await manifest.FindAsync(Encoding.UTF8.GetBytes(file!.Path), cancellationToken).ConfigureAwait(false) is { } entry
            ? new ContentFile(new VersionFileStream(packs, entry), maxBytes, offset => ChunkListReader.ChunksAsync(packs, entry, offset, cancellationToken))
            : null;
}
