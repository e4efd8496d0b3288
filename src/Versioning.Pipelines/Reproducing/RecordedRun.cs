using Versioning.Capture;
using Versioning.Runs;

namespace Versioning.Pipelines.Reproducing;

/// <summary>A run that can be made again: all that it takes was recorded, or given beside.</summary>
/// <param name="Version">The run.</param>
/// <param name="Stage">Where its command found and left things.</param>
/// <param name="Patch">What its checkout had that the commit had not; may be empty.</param>
/// <param name="Command">The program and its arguments, with those that had been masked.</param>
/// <param name="Notes">What is not known of its code.</param>
internal sealed record RecordedRun(ArtifactVersion Version, RecordedStage Stage, ReadOnlyMemory<byte> Patch, IReadOnlyList<string> Command, IReadOnlyList<string> Notes)
{
    private const long MaxPatch = 1L << 30;

    internal string Name => $"{Version.Artifact}@{Version.Number}";

    internal RunDetails Details => Version.Run!;

    internal static async Task<RecordedRun> FindAsync(VersionStore store, ArtifactReference reference, ReproduceOptions options, CancellationToken cancellationToken)
    {
        ArtifactVersion version = await store.ResolveAsync(reference, cancellationToken).ConfigureAwait(false);
        if (version.Run is null)
        {
            version = version.MadeBy is { } made
                ? await store.ResolveAsync(made, cancellationToken).ConfigureAwait(false)
                : throw new NotFoundException("run_not_recorded", $"{version.Artifact}@{version.Number} was not made by a recorded run, so nobody knows how: {version.Author} committed it.", "Make versions with 'vers run', or in a run of your program.");
        }

        string name = $"{version.Artifact}@{version.Number}";
        RunDetails run = version.Run!;
        if (run.Outcome != RunOutcome.Succeeded)
        {
            throw new ConflictException("run_not_succeeded", $"{name} did not succeed, so there is nothing that it made to compare with.", "Reproduce one that succeeded.");
        }

        if (run.Command.Count == 0)
        {
            throw new NotFoundException("command_not_recorded", $"{name} has no command: it ran within another program.", "Start that program with 'vers run', or give StartRunOptions.Command.");
        }

        if (run.Outputs.Count == 0 && version.Metrics.Count == 0)
        {
            throw new NotFoundException("nothing_to_compare", $"{name} made no version and measured nothing, so there is nothing to compare with.", "Name what a run makes with --output, and its metrics with --metrics.");
        }

        ReadOnlyMemory<byte> patch = await PatchAsync(store, version, cancellationToken).ConfigureAwait(false);
        return new RecordedRun(
            version,
            await RecordedStage.ReadAsync(store, version.Pin, cancellationToken).ConfigureAwait(false),
            patch,
            Unmasked(name, run.Command, options.Arguments),
            [.. Unknown(name, version, patch, options)]);
    }

    /// <summary>A file of a run, whose length was found to be bearable.</summary>
    internal static async Task<byte[]> ReadFileAsync(VersionStore store, ArtifactPin run, FileEntry file, CancellationToken cancellationToken)
    {
        byte[] bytes = new byte[file.Size];
        return await store.ReadRangeAsync(run, file.Path, 0, bytes, cancellationToken).ConfigureAwait(false) == bytes.Length ? bytes : throw new IntegrityException("file_damaged", $"'{file.Path}' of {run} is shorter than it should be.", "Run 'vers verify'.");
    }

    private static async Task<ReadOnlyMemory<byte>> PatchAsync(VersionStore store, ArtifactVersion run, CancellationToken cancellationToken)
    {
        FileEntry? file = await store.ListFilesAsync(run.Pin, RunFolder.PatchName, cancellationToken).FirstOrDefaultAsync(cancellationToken).ConfigureAwait(false);
        return file is null ? default
            : file.Size <= MaxPatch ? await ReadFileAsync(store, run.Pin, file, cancellationToken).ConfigureAwait(false)
            : throw new VersioningException("code_patch_refused", $"The patch of {run.Pin} has {file.Size} bytes; at most {MaxPatch} are applied.");
    }

    private static string[] Unmasked(string name, IReadOnlyList<string> recorded, IDictionary<int, string> given)
    {
        foreach (int place in given.Keys.Where(place => place < 0 || place >= recorded.Count))
        {
            throw new VersioningException("invalid_option", $"The command of {name} has no argument {place}: it has {recorded.Count}, and 0 is the program.");
        }

        string[] command = [.. recorded.Select((argument, place) => given.TryGetValue(place, out string? value) ? value : argument)];
        int masked = Enumerable.Range(0, command.Length).FirstOrDefault(place => !given.ContainsKey(place) && command[place].Contains(Secrets.Masked, StringComparison.Ordinal), -1);
        return masked < 0
            ? command
            : throw new NotFoundException("argument_masked", $"Argument {masked} of the command of {name}, '{command[masked]}', was a credential and not recorded.", $"Give it with --argument {masked}=<value>.");
    }

    private static IEnumerable<string> Unknown(string name, ArtifactVersion version, ReadOnlyMemory<byte> patch, ReproduceOptions options)
    {
        string? missing = version.Code is null ? $"{name} has no code"
            : version.Code.IsDirty && patch.IsEmpty ? $"The checkout of {name} had changes that commit {version.Code.Commit} has not, and no patch of them was recorded"
            : null;
        if (missing is not null && !options.WithoutCode)
        {
            throw new NotFoundException("code_not_recorded", $"{missing}.", "With --without-code it is run with what is known; --folder can then be one that has the code.");
        }

        if (missing is not null)
        {
            yield return $"{missing}.";
        }

        if (version.Run!.Environment.TryGetValue(RunEnvironment.LeftOutName, out string? leftOut))
        {
            yield return $"The recorded patch of the code is without: {leftOut}";
        }
    }
}
