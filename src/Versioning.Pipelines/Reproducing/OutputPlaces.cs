namespace Versioning.Pipelines.Reproducing;

/// <summary>Where the command of a run leaves its outputs and metrics.</summary>
/// <param name="Outputs">The full path of each recorded output, and of the card that was put to it.</param>
/// <param name="Metrics">The full path of the metrics, or null.</param>
internal sealed record OutputPlaces(IReadOnlyList<(ArtifactPin Pin, string Path, string? Card)> Outputs, string? Metrics)
{
    /// <param name="recorded">The run.</param>
    /// <param name="root">The top of the code.</param>
    /// <param name="working">The working directory of the command.</param>
    /// <param name="options">What the caller says.</param>
    /// <exception cref="NotFoundException">It is not known of one.</exception>
    internal static OutputPlaces Find(RecordedRun recorded, string root, string working, ReproduceOptions options)
    {
        IReadOnlyList<ArtifactPin> outputs = recorded.Details.Outputs;
        if (options.OutputPaths.Keys.FirstOrDefault(key => outputs.All(pin => pin.Artifact != key)) is { } unknown)
        {
            throw new VersioningException("invalid_option", $"'{unknown}' is no output of {recorded.Name}.", $"Its outputs are: {string.Join(", ", outputs.Select(pin => pin.Artifact))}.");
        }

        (ArtifactPin, string, string?)[] paths = [.. outputs.Select(pin => (pin, Of(recorded, pin, root, working, options), Card(recorded, pin, root)))];
        string? metrics = options.Metrics is { } given ? Path.GetFullPath(given, working)
            : recorded.Stage.Metrics is { } path ? RecordedPath.Full(root, path, "the metrics", "--metrics")
            : recorded.Version.Metrics.Count == 0 ? null
            : throw new NotFoundException("metrics_path_unknown", $"{recorded.Name} measured something, and it was not recorded in which file its command left that.", "Say it with --metrics <file>.");
        return new OutputPlaces(paths, metrics);
    }

    /// <summary>Refuses what lies there already: it would be taken for what the command makes.</summary>
    internal void RequireFree()
    {
        if (Outputs.Select(output => output.Path).Append(Metrics).FirstOrDefault(path => path is not null && System.IO.Path.Exists(path)) is { } taken)
        {
            throw new ConflictException("output_exists", $"'{taken}' is there already, and would be taken for what the command makes.", "Remove it, or run in a folder of its own.");
        }
    }

    private static string Of(RecordedRun recorded, ArtifactPin pin, string root, string working, ReproduceOptions options) =>
        options.OutputPaths.TryGetValue(pin.Artifact, out string? given) ? Path.GetFullPath(given, working)
        : Known(recorded, pin) is { } known
            ? RecordedPath.Full(root, known.Path, $"the output {pin.Artifact}", "--output")
            : throw new NotFoundException("output_path_unknown", $"It was not recorded where the command of {recorded.Name} leaves {pin.Artifact}.", $"Say it with --output {pin.Artifact}=<path>.");

    private static string? Card(RecordedRun recorded, ArtifactPin pin, string root) =>
        Known(recorded, pin)?.Card is { } card ? RecordedPath.Full(root, card, $"the card of {pin.Artifact}", null) : null;

    private static RecordedOutput? Known(RecordedRun recorded, ArtifactPin pin) =>
        recorded.Stage.Outputs.FirstOrDefault(output => RecordedCommand.ArtifactOf(output.Artifact) == pin.Artifact);
}
