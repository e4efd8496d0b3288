using System.Text;
using Versioning.Comparing;
using Versioning.Journal;
using Versioning.Runs;

namespace Versioning;

/// <content>Versions side by side.</content>
public sealed partial class VersionStore
{
    /// <summary>
    /// Puts what was recorded about versions and runs side by side; they may be of different artifacts. Code, environment and outcome
    /// are those of the run where a version was made by one. For the files in which two versions differ see <see cref="DiffAsync"/>.
    /// </summary>
    /// <param name="references">The versions. Differences of metrics are those to the first.</param>
    /// <param name="cancellationToken">Ends the comparison.</param>
    /// <exception cref="NotFoundException">One of the references means no version.</exception>
    public async Task<VersionComparison> CompareAsync(IEnumerable<ArtifactReference> references, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(references);
        StoreState state = await _journal.FoldAsync(cancellationToken).ConfigureAwait(false);
        var compared = new List<ComparedVersion>();
        foreach ((string artifact, PublishedVersion found) in references.Select(reference => References.Resolve(state, reference)).ToList())
        {
            ArtifactVersion version = await DescribeAsync(artifact, state.Find(artifact)!, found, cancellationToken).ConfigureAwait(false);
            ArtifactPin? pin = version.Run is null ? version.MadeBy : version.Pin;

            // A run that was retired is still told of: its record stays in the journal.
            PublishedVersion? run = pin is null ? null : state.Find(pin.Artifact)?.Find(pin.Number);
            RunDetails? details = version.Run ?? (run is null ? null : (await DescribeAsync(pin!.Artifact, state.Find(pin.Artifact)!, run, cancellationToken).ConfigureAwait(false)).Run);
            Digest? patch = version.Code is { IsDirty: true } && run is { Retired: false } ? await PatchOfAsync(pin!.Artifact, run, cancellationToken).ConfigureAwait(false) : null;
            compared.Add(new ComparedVersion(version, details, patch));
        }

        return new VersionComparison { Versions = [.. compared.Select(c => c.Version)], Rows = [.. ComparedRows.Of(compared)] };
    }

    /// <summary>The digest of what the checkout of a run had and its commit had not.</summary>
    private async Task<Digest?> PatchOfAsync(string artifact, PublishedVersion run, CancellationToken cancellationToken) =>
        await ReaderOf(PacksOf(artifact, run), run).FindAsync(Encoding.UTF8.GetBytes(RunFolder.PatchName), cancellationToken).ConfigureAwait(false) is { } patch ? patch.Sha256 : null;
}
