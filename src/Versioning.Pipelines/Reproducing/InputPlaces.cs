using System.Globalization;
using Versioning.Workspaces;

namespace Versioning.Pipelines.Reproducing;

/// <summary>A place for an input.</summary>
/// <param name="Path">The full path of its folder; null: this machine's cache.</param>
/// <param name="Include">Globs of the paths that are wanted; empty: all.</param>
/// <param name="IsOurs">Whether what is in the way there may give way.</param>
/// <param name="At">What arguments of the command have in place of the path that it has now; null: nothing.</param>
internal sealed record InputPlace(string? Path, IReadOnlyList<string> Include, bool IsOurs, string? At = null);

/// <summary>Where the inputs of a run go, so that its command finds them: as the caller says, as was recorded, as <c>versions.json</c> of the code says.</summary>
/// <param name="recorded">The run.</param>
/// <param name="folder">The top of the code.</param>
/// <param name="working">The working directory of the command.</param>
/// <param name="given">What the caller says.</param>
internal sealed class InputPlaces(RecordedRun recorded, CodeFolder folder, string working, IDictionary<string, string> given)
{
    /// <exception cref="NotFoundException">It is not known of one.</exception>
    internal IReadOnlyList<(ArtifactPin Pin, InputPlace Place)> Find()
    {
        ArtifactPin[] inputs = [.. recorded.Version.Inputs];
        if (given.Keys.FirstOrDefault(key => !inputs.Any(pin => key == pin.Artifact || key == Short(pin))) is { } unknown)
        {
            throw new VersioningException("invalid_option", $"'{unknown}' is no input of {recorded.Name}.", $"Its inputs are: {string.Join(", ", inputs.Select(Short))}.");
        }

        return [.. inputs.SelectMany(pin => Of(pin, inputs.Count(other => other.Artifact == pin.Artifact) > 1).Select(place => (pin, place)))];
    }

    private InputPlace[] Of(ArtifactPin pin, bool isOneOfSeveral)
    {
        if (given.TryGetValue(Short(pin), out string? path) || (!isOneOfSeveral && given.TryGetValue(pin.Artifact, out path)))
        {
            return path.Length == 0 ? [] : [new InputPlace(Path.GetFullPath(path, working), [], IsOurs: false)];
        }

        InputPlace[] places = [.. Recorded(pin, isOneOfSeveral)];
        if (places.Length == 0 && !isOneOfSeveral)
        {
            places = [.. Pinned(pin.Artifact)];
        }

        return places.Length > 0
            ? places
            : throw new NotFoundException(
                "input_path_unknown",
                $"It was not recorded where {recorded.Name} had its input {Short(pin)}, and no {WorkspaceFile.FileName} of the code pins it{(isOneOfSeveral ? ": it has several versions of that artifact" : "")}.",
                $"Say it with --input {(isOneOfSeveral ? Short(pin) : pin.Artifact)}=<path>, or with an empty path where the command fetches it itself.");
    }

    private IEnumerable<InputPlace> Recorded(ArtifactPin pin, bool isOneOfSeveral) =>
        from input in recorded.Stage.Inputs
        where (input.Path is { Length: > 0 } || input.At is { Length: > 0 }) && (input.Artifact == pin.ToString() || input.Artifact == Short(pin) || (!isOneOfSeveral && input.Artifact == pin.Artifact))
        select input.Path is { Length: > 0 } path ? Within(path, pin, input.Include) : new InputPlace(null, input.Include, true, input.At);

    /// <summary>Whatever version the code asks for: the places are what counts.</summary>
    private IEnumerable<InputPlace> Pinned(string artifact)
    {
        if (WorkspaceFile.Find(working) is not { } path || Path.GetRelativePath(folder.Path, path) is var file && (Path.IsPathRooted(file) || file.StartsWith("..", StringComparison.Ordinal)))
        {
            return [];
        }

        string prefix = Path.GetDirectoryName(file)!.Replace(Path.DirectorySeparatorChar, '/');
        return WorkspaceFile.Read(path).Pins
            .Where(pin => pin.Path is not null && pin.Artifact == artifact)
            .Select(pin => Within(prefix.Length == 0 ? pin.Path! : $"{prefix}/{pin.Path}", artifact, pin.Include));
    }

    private InputPlace Within(string path, object what, IReadOnlyList<string> include)
    {
        string name = $"the input {what}", full = RecordedPath.Full(folder.Path, path, name, "--input");
        RecordedPath.RequireNoLinks(folder.Path, full, name);
        return new InputPlace(full, include, !folder.IsForeign);
    }

    private static string Short(ArtifactPin pin) => string.Create(CultureInfo.InvariantCulture, $"{pin.Artifact}@{pin.Number}");
}
