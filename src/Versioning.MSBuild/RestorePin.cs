using Microsoft.Build.Framework;
using Microsoft.Build.Utilities;

namespace Versioning.MSBuild;

/// <summary>Runs the tool for one pin, without a shell. What it says of a failure is the build's error; only where it says nothing, there is another.</summary>
public sealed class RestorePin : ToolTask
{
    /// <summary>The pin.</summary>
    [Required]
    public string Pin { get; set; } = "";

    /// <summary>The full path of <c>dotnet</c>; empty: the one on the path.</summary>
    public string Host { get; set; } = "";

    /// <summary>The path of <c>vers.dll</c>.</summary>
    [Required]
    public string Tool { get; set; } = "";

    /// <summary>The folder of <c>versions.json</c>.</summary>
    [Required]
    public string Root { get; set; } = "";

    /// <summary>The folder that it goes to, into one of its name.</summary>
    [Required]
    public string Into { get; set; } = "";

    /// <summary>The file that its paths go to.</summary>
    [Required]
    public string List { get; set; } = "";

    /// <summary>How files are to be linked.</summary>
    [Required]
    public string Link { get; set; } = "";

    /// <summary>Whether this machine's cache has to have everything.</summary>
    public bool Offline { get; set; }

    /// <summary>The project, for errors.</summary>
    [Required]
    public string Project { get; set; } = "";

    /// <inheritdoc/>
    protected override string ToolName => Path.DirectorySeparatorChar == '\\' ? "dotnet.exe" : "dotnet";

    /// <inheritdoc/>
    protected override MessageImportance StandardOutputLoggingImportance => MessageImportance.High;

    /// <inheritdoc/>
    protected override MessageImportance StandardErrorLoggingImportance => MessageImportance.High;

    /// <inheritdoc/>
    protected override string GenerateFullPathToTool() => Host.Length > 0 ? Host : ToolName;

    /// <inheritdoc/>
    protected override string GetWorkingDirectory() => Root;

    /// <inheritdoc/>
    protected override string GenerateCommandLineCommands()
    {
        var line = new CommandLineBuilder();
        line.AppendSwitchIfNotNull("exec --roll-forward Major ", Tool);
        line.AppendSwitchIfNotNull("build-restore ", Pin);
        line.AppendSwitchIfNotNull("--into ", Into);
        line.AppendSwitchIfNotNull("--list ", List);
        line.AppendSwitchIfNotNull("--link ", Link);
        if (Offline)
        {
            line.AppendSwitch("--offline");
        }

        return line.ToString();
    }

    /// <inheritdoc/>
    protected override void LogToolCommand(string message) => Log.LogMessage(MessageImportance.Low, "{0}", message);

    /// <inheritdoc/>
    protected override bool HandleTaskExecutionErrors()
    {
        if (!Log.HasLoggedErrors)
        {
            Log.LogError(null, "VERS0001", null, Project, 0, 0, 0, 0, "Pin '{0}' could not be restored: vers ended with {1}.", Pin, ExitCode);
        }

        return false;
    }
}
