namespace Versioning;

/// <summary>A program that is run and recorded.</summary>
public sealed class RunCommandOptions
{
    /// <summary>What is known of the run when it starts; <see cref="StartRunOptions.Command"/> is the program and its arguments, started without a shell.</summary>
    public required StartRunOptions Start { get; init; }

    /// <summary>What it makes: the folder or file of each artifact, from the working directory. Each has to be there when it has ended.</summary>
    public IDictionary<string, string> Outputs { get; init; } = new Dictionary<string, string>();

    /// <summary>A JSON file in which it leaves its metrics, from the working directory; null: it leaves none.</summary>
    public string? Metrics { get; init; }

    /// <summary>Its working directory. Default: the current one.</summary>
    public string? WorkingDirectory { get; init; }

    /// <summary>Where what it prints goes, beside the log. Default: nowhere.</summary>
    public Stream Output { get; init; } = Stream.Null;

    /// <summary>Where its error output goes, beside the log. Default: nowhere.</summary>
    public Stream Error { get; init; } = Stream.Null;
}
