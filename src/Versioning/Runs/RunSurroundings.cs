using Versioning.Capture;
using Versioning.Files;

namespace Versioning.Runs;

/// <summary>What a run started with: code, command and environment, without what looks like a credential.</summary>
/// <param name="Code">The commit, or null.</param>
/// <param name="Patch">What the checkout has that the commit does not; empty: nothing, or no code is recorded.</param>
/// <param name="Command">The program and its arguments.</param>
/// <param name="Environment">Texts by name, in ascending order of names.</param>
internal sealed record RunSurroundings(CodeCommit? Code, ReadOnlyMemory<byte> Patch, IReadOnlyList<string> Command, IReadOnlyList<KeyValuePair<string, string>> Environment)
{
    private const int MaxNamed = 20;

    internal static RunSurroundings Take(StartRunOptions options)
    {
        string folder = Path.GetFullPath(options.Folder ?? System.Environment.CurrentDirectory);
        SortedDictionary<string, string> environment = RunEnvironment.Take(folder, options.EnvironmentVariables);
        PatchResult? patch = options.RecordCode && GitCheckout.IsInside(folder) ? CodePatch.Take(folder, options.MaxPatchBytes) : null;
        if (patch is { IsWhole: false })
        {
            // Whoever makes the run again has to know what the patch does not bring.
            string more = patch.LeftOutCount > MaxNamed ? $" and {patch.LeftOutCount - MaxNamed} more" : "";
            environment[RunEnvironment.LeftOutName] = string.Join(", ", patch.LeftOut.Take(MaxNamed).Select(path => $"{path.Path} ({path.Reason})")) + more;
        }

        return new RunSurroundings(
            patch is null ? null : CodeOf(folder, patch),
            patch?.Patch ?? default,
            Secrets.MaskArguments([.. options.Command]),
            [.. environment]);
    }

    // Whoever took the patch has asked git what differs.
    private static CodeCommit? CodeOf(string folder, PatchResult patch) =>
        patch is { Patch.Length: > 0 } ? GitCheckout.Of(folder, patch.Commit, isDirty: true)
        : patch.HasTracked is { } differs ? GitCheckout.Of(folder, patch.Commit, differs)
        : GitCheckout.Find(folder) is { } code ? code with { Commit = patch.Commit } : null;
}
