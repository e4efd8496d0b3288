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
        CodeCommit? code = options.RecordCode ? GitCheckout.Find(folder) : null;
        PatchResult? patch = code is null ? null : CodePatch.Take(folder, options.MaxPatchBytes);
        if (patch is { IsWhole: false })
        {
            // Whoever makes the run again has to know what the patch does not bring.
            string more = patch.LeftOutCount > MaxNamed ? $" and {patch.LeftOutCount - MaxNamed} more" : "";
            environment[RunEnvironment.LeftOutName] = string.Join(", ", patch.LeftOut.Take(MaxNamed).Select(path => $"{path.Path} ({path.Reason})")) + more;
        }

        bool differs = patch is { Patch.Length: > 0 };
        return new RunSurroundings(
            code is not null && patch is not null ? code with { Commit = patch.Commit, IsDirty = code.IsDirty || differs } : code,
            patch?.Patch ?? default,
            Secrets.MaskArguments([.. options.Command]),
            [.. environment]);
    }
}
