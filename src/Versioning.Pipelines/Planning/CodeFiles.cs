using System.Text;
using Microsoft.Win32.SafeHandles;
using Versioning.Files;
using Versioning.Pipelines.Defining;

namespace Versioning.Pipelines.Planning;

/// <summary>The files of the workspace that globs name. What stages make and pins bring is none of them.</summary>
internal static class CodeFiles
{
    // What is made or fetched, not written; git, where there is one, knows better.
    private static readonly HashSet<string> Skipped = new(StringComparer.OrdinalIgnoreCase) { "bin", "obj", "node_modules", "__pycache__", ".venv", "venv" };

    /// <summary>In ascending order of paths.</summary>
    /// <exception cref="NotFoundException">A path that is no glob is not there.</exception>
    internal static IReadOnlyList<CodeFile> Find(PipelineDefinition pipeline, StageDefinition stage, CancellationToken cancellationToken)
    {
        // A card that the command makes lies in its output.
        string[] cards = [.. stage.Outputs.Select(output => output.Card).OfType<string>().Where(card => !pipeline.NoCode.Any(other => IsIn(card, other)))];
        if (stage.Files.Count + cards.Length == 0)
        {
            return [];
        }

        var paths = new SortedSet<string>(StringComparer.Ordinal);
        List<string> globs = [], folders = [];
        foreach (string glob in stage.Files.Concat(cards))
        {
            string full = Path.Join(pipeline.Root, glob);
            if (pipeline.NoCode.FirstOrDefault(other => IsIn(glob, other)) is { } other)
            {
                throw new VersioningException("invalid_pipeline", $"Stage '{stage.Name}' depends on '{glob}' as its code, but '{other}' holds versions.", "Name the artifact or the pin in 'inputs' of versions.json.");
            }

            if (!new Globs([glob]).AreLiteral)
            {
                globs.Add(glob);
            }
            else if (Directory.Exists(full))
            {
                folders.Add(glob);
                globs.Add($"{glob}/**");
            }
            else if (File.Exists(full))
            {
                paths.Add(glob);
            }
            else
            {
                throw new NotFoundException("code_not_found", $"Stage '{stage.Name}' depends on '{full}', which is not there.", "Correct 'files' in versions.json.");
            }
        }

        if (globs.Count > 0)
        {
            var matching = new Globs(globs);
            paths.UnionWith(Candidates(pipeline.Root).Where(path => matching.IsMatch(path) && !pipeline.NoCode.Any(other => IsIn(path, other))));
        }

        if (folders.Find(folder => !paths.Any(path => IsIn(path, folder))) is { } empty)
        {
            throw new NotFoundException("code_not_found", $"Stage '{stage.Name}' depends on the folder '{Path.Join(pipeline.Root, empty)}', and nothing in it is code: it is empty or a link, git ignores what is in it, or it is a repository of its own.", "Name in 'files' of versions.json the folder that the link leads to, or the files one by one.");
        }

        return [.. paths.Select(path => Hash(pipeline.Root, path, cancellationToken))];
    }

    private static bool IsIn(string path, string folder) => path == folder || path.StartsWith(folder + "/", StringComparison.Ordinal);

    private static IEnumerable<string> Candidates(string root)
    {
        // What git ignores was not written by anybody.
        string? listed = GitProcess.Run(root, "ls-files", "-z", "--cached", "--others", "--exclude-standard", "--deduplicate");
        return listed is null ? FolderWalk.Paths(root, name => name == ".git" || Skipped.Contains(name)) : listed.Split('\0', StringSplitOptions.RemoveEmptyEntries).Where(path => Exists(Path.Join(root, path)));
    }

    private static bool Exists(string path) => File.Exists(path) || new FileInfo(path).LinkTarget is not null;

    private static CodeFile Hash(string root, string path, CancellationToken cancellationToken)
    {
        string full = Path.Join(root, path);
        if (new FileInfo(full).LinkTarget is { } target)
        {
            return new CodeFile(path, FileKind.Link, Digest.Of(Encoding.UTF8.GetBytes(target.Replace('\\', '/'))));
        }

        using SafeFileHandle handle = File.OpenHandle(full, options: FileOptions.SequentialScan);
        bool isExecutable = !OperatingSystem.IsWindows() && (File.GetUnixFileMode(handle) & UnixFileMode.UserExecute) != 0;
        return new CodeFile(path, isExecutable ? FileKind.Executable : FileKind.File, FileHashing.Sha256(handle, cancellationToken));
    }
}
