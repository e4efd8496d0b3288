namespace Versioning;

/// <summary>What of a pipeline is wanted, and how it is run.</summary>
public sealed class PipelineOptions
{
    /// <summary>Stages, which bring those with them that they need. Default: all.</summary>
    public IReadOnlyList<string> Stages { get; init; } = [];

    /// <summary>Values of parameters in place of the declared ones; a matrix has that value only.</summary>
    public IReadOnlyDictionary<string, string> Parameters { get; init; } = new Dictionary<string, string>();

    /// <summary>Whether the named stages are run though they are up to date; with none named, all. Default: false.</summary>
    public bool Force { get; init; }

    /// <summary>How many stages may run side by side. Default: as many as there are processors.</summary>
    public int Jobs { get; init; } = Environment.ProcessorCount;

    /// <summary>Whether to wait where somebody else runs the same at this moment, and to take what that makes. Default: true; otherwise it is a conflict.</summary>
    public bool Wait { get; init; } = true;

    /// <summary>
    /// Whether runs of the same that are open elsewhere are declared lost and taken over: whoever they are can't publish
    /// anything then. One whose process died on this machine is taken over anyhow. Default: false.
    /// </summary>
    public bool TakeOver { get; init; }

    /// <summary>Whether files in the places of outputs that nobody knows may be deleted. Default: false, they are a conflict.</summary>
    public bool Overwrite { get; init; }

    /// <summary>What is said of every run. Default: empty.</summary>
    public string Message { get; init; } = "";

    /// <summary>Whether a stage is run though it is up to date.</summary>
    internal bool Forces(string stage) => Force && (Stages.Count == 0 || Stages.Contains(stage));

    /// <summary>Where what the commands print goes, beside the logs. Default: nowhere.</summary>
    public Stream Output { get; init; } = Stream.Null;

    /// <summary>Where their error output goes, beside the logs. Default: nowhere.</summary>
    public Stream Error { get; init; } = Stream.Null;

    /// <summary>Told of a stage that is about to run, and why.</summary>
    public IProgress<StageStatus>? Starting { get; init; }

    /// <summary>Told of a run somewhere else that is waited for.</summary>
    public IProgress<OpenRunInfo>? Waiting { get; init; }

    /// <summary>Told of a stage that ended, or was not run.</summary>
    public IProgress<StageResult>? Ended { get; init; }
}
