using Versioning.Pipelines.Defining;

namespace Versioning.Pipelines.Planning;

/// <summary>Says what stages depend on, and whether they were run with that.</summary>
internal sealed class StagePlanner(VersionStore store, PipelineDefinition pipeline, Workspace workspace)
{
    /// <summary>What a stage depends on now.</summary>
    /// <param name="instance">The stage, with its parameters.</param>
    /// <param name="made">The outputs of the stages before it, by artifact.</param>
    /// <param name="files">Its code, where that is known: combinations have it in common.</param>
    /// <param name="cancellationToken">Ends it.</param>
    internal async Task<StagePlan> PlanAsync(StageInstance instance, IReadOnlyDictionary<string, ArtifactVersion> made, IReadOnlyList<CodeFile>? files, CancellationToken cancellationToken)
    {
        var inputs = new List<StageInputVersion>();
        foreach (StageInput input in instance.Stage.Inputs)
        {
            inputs.Add(await ResolveAsync(instance.Stage, input, made, cancellationToken).ConfigureAwait(false));
        }

        files ??= CodeFiles.Find(pipeline, instance.Stage, cancellationToken);
        byte[] document = StageDocument.Write(instance, inputs, files);
        Digest key = StageDocument.Key(document);
        (KnownRun? known, StaleReason? gone) = await FindAsync(key, cancellationToken).ConfigureAwait(false);
        IReadOnlyList<StaleReason> reasons =
            known is not null ? [] :
            gone is not null ? [gone] :
            await new StaleReasons(store).FindAsync(instance, document, inputs, cancellationToken).ConfigureAwait(false);
        return new StagePlan(instance, inputs, files, document, key, known, reasons);
    }

    /// <summary>What succeeded with a key, as long as all of what it made lives.</summary>
    internal async Task<(KnownRun? Known, StaleReason? Gone)> FindAsync(Digest key, CancellationToken cancellationToken)
    {
        if (await store.FindRunAsync(key, cancellationToken).ConfigureAwait(false) is not { } run)
        {
            return (null, null);
        }

        var outputs = new List<ArtifactVersion>();
        foreach (ArtifactPin output in run.Run!.Outputs)
        {
            try
            {
                outputs.Add(await store.ResolveAsync(output, cancellationToken).ConfigureAwait(false));
            }
            catch (NotFoundException)
            {
                return (null, new StaleReason(StaleReasonKind.OutputsGone, $"{output.Artifact}@{output.Number}"));
            }
        }

        return (new KnownRun(run, outputs), null);
    }

    private async Task<StageInputVersion> ResolveAsync(StageDefinition stage, StageInput input, IReadOnlyDictionary<string, ArtifactVersion> made, CancellationToken cancellationToken)
    {
        if (pipeline.MakerOf(input) is { } maker)
        {
            StageOutput output = maker.Outputs.First(output => output.Artifact == input.Name);
            return new StageInputVersion(input, made[input.Name], InputSource.Output, output.Path, []);
        }

        if (input.Version is null && workspace.Declared.Pins.FirstOrDefault(pin => pin.Name == input.Name) is { } intent)
        {
            PinnedVersion pinned = workspace.Pins.FirstOrDefault(pin => pin.Name == input.Name)
                ?? throw new ConflictException("lock_outdated", $"{Workspace.LockName} does not say which version the pin '{input.Name}' is.", $"Run 'vers restore' and commit {Workspace.LockName}.");
            return new StageInputVersion(input, await store.ResolveAsync(pinned.Pin, cancellationToken).ConfigureAwait(false), intent.Path is null ? InputSource.Cache : InputSource.Pin, intent.Path, intent.Include);
        }

        if (input.IsPin)
        {
            throw new NotFoundException("pin_not_found", $"Stage '{stage.Name}' reads the pin '{input.Name}', which '{pipeline.File}' does not have.", $"Make it with 'vers pin {input.Name}'.");
        }

        ArtifactVersion version = await store.ResolveAsync(input.Version is null ? input.Name : $"{input.Name}@{input.Version}", cancellationToken).ConfigureAwait(false);
        return new StageInputVersion(input, version, input.Path is null ? InputSource.Cache : InputSource.Workspace, input.Path, input.Include);
    }
}
