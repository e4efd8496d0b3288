using Microsoft.Build.Framework;

namespace Versioning.MSBuild;

/// <summary>A pin as a project names it.</summary>
/// <param name="item">The item <c>VersionedModel</c> or <c>VersionedData</c>.</param>
/// <param name="folder">The folder below obj in which each pin has its own, with a slash at its end.</param>
internal sealed class Pin(ITaskItem item, string folder)
{
    internal const string TargetPath = "TargetPath", Output = "CopyToOutputDirectory", Publish = "CopyToPublishDirectory", IfDifferent = "IfDifferent", Never = "Never";

    internal string Name => item.ItemSpec;

    /// <summary>Its own folder, with a slash at its end: no name of a pin has a plus.</summary>
    internal string Path => folder + Name.Replace('/', '+') + "/";

    internal PinFolder Folder => new(Path, Name);

    /// <summary>What the paths of its files begin with in the output folder.</summary>
    internal string Target => (Said(TargetPath) ?? Said("Link") ?? Name) is var said && said == "." ? "" : said.TrimEnd('/', '\\') + "/";

    /// <summary>Whether its files go to the output folder. A linked file has the time at which this machine first had it, so newer and older say nothing.</summary>
    internal string ToOutput => Said(Output) is { } said && IsNever(said) ? Never : IfDifferent;

    /// <summary>Whether they are published.</summary>
    internal string ToPublish => Said(Publish) is not { } said ? ToOutput : IsNever(said) ? Never : IfDifferent;

    private string? Said(string metadata) => item.GetMetadata(metadata) is { Length: > 0 } said ? said : null;

    private static bool IsNever(string said) => said.Equals(Never, StringComparison.OrdinalIgnoreCase);
}
