using Versioning.Pipelines.Reproducing;

namespace Versioning;

/// <summary>Runs that are made again.</summary>
public static class Reproductions
{
    /// <summary>
    /// Makes a run again from what was recorded: checks its code out into a folder of its own, brings the exact inputs there,
    /// runs its command and compares outputs and metrics. The command and the code are those of whoever recorded the run.
    /// </summary>
    /// <param name="store">The store.</param>
    /// <param name="reference">The run, or a version that it made.</param>
    /// <param name="options">Where the code is, and what may differ.</param>
    /// <param name="cancellationToken">Ends the command and all that it started.</param>
    /// <returns>What differs. The outputs of the command are not published.</returns>
    /// <exception cref="NotFoundException">Something that it takes was not recorded, or is not to be had; the message says what.</exception>
    /// <exception cref="ConflictException">The environment has to be the same and is not, or something is in the way.</exception>
    public static async Task<ReproductionReport> ReproduceAsync(this VersionStore store, ArtifactReference reference, ReproduceOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(store);
        options ??= new ReproduceOptions();
        RecordedRun run = await RecordedRun.FindAsync(store, reference, options, cancellationToken).ConfigureAwait(false);
        return await new ReproduceOperation(store, run, options).RunAsync(cancellationToken).ConfigureAwait(false);
    }
}
