namespace Versioning;

/// <summary>How a run is made again.</summary>
public sealed class ReproduceOptions
{
    /// <summary>
    /// The repository that has the code: a path or an address. Default: that of the current folder if it has the commit, else
    /// the address that was recorded.
    /// </summary>
    public string? Repository { get; init; }

    /// <summary>The folder that it runs in; new or empty, and kept. Default: a temporary one, removed at the end where nothing differs.</summary>
    public string? Folder { get; init; }

    /// <summary>Keep the folder in any case.</summary>
    public bool Keep { get; init; }

    /// <summary>
    /// Go on where the code is not known, or not all of it: with what is known. <see cref="Folder"/> may then be one that
    /// has files, such as the code as somebody else knows it.
    /// </summary>
    public bool WithoutCode { get; init; }

    /// <summary>Refuse to run where the environment differs in anything from the recorded one. Default: false, it is reported.</summary>
    public bool SameEnvironment { get; init; }

    /// <summary>Record the reproduction as a run of <c>reproduce</c>. Default: true.</summary>
    public bool Record { get; init; } = true;

    /// <summary>
    /// Where inputs go that the command looks for in a place that is not known: paths from its working directory, by artifact, or
    /// by <c>name@number</c> where it has several versions of one. Empty: nowhere, the command fetches it itself.
    /// </summary>
    public IDictionary<string, string> InputPaths { get; init; } = new Dictionary<string, string>();

    /// <summary>Where the command leaves outputs, where that was not recorded: paths from its working directory, by artifact.</summary>
    public IDictionary<string, string> OutputPaths { get; init; } = new Dictionary<string, string>();

    /// <summary>The JSON file in which the command leaves its metrics, where that was not recorded: a path from its working directory.</summary>
    public string? Metrics { get; init; }

    /// <summary>Arguments that were recorded as <c>***</c>, by their place in the command: 0 is the program.</summary>
    public IDictionary<int, string> Arguments { get; init; } = new Dictionary<int, string>();

    /// <summary>By how much metrics may differ. With a tolerance, files of outputs may be others. Default: null, outputs and metrics have to be the same.</summary>
    public MetricTolerance? Tolerance { get; init; }

    /// <summary>The same for single metrics, by name.</summary>
    public IDictionary<string, MetricTolerance> Tolerances { get; init; } = new Dictionary<string, MetricTolerance>();

    /// <summary>Where what the command prints goes, beside the log. Default: nowhere.</summary>
    public Stream Output { get; init; } = Stream.Null;

    /// <summary>Where its error output goes, beside the log. Default: nowhere.</summary>
    public Stream Error { get; init; } = Stream.Null;
}
