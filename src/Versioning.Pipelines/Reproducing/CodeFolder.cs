using Versioning.Capture;
using Versioning.Files;

namespace Versioning.Pipelines.Reproducing;

/// <summary>The folder that a run is made again in: a checkout of its code, as it was with what had not been committed.</summary>
/// <remarks>It has a repository of its own with no settings, hooks or filters but the user's, and these are not run either.</remarks>
internal sealed class CodeFolder
{
    private static readonly TimeSpan Patience = TimeSpan.FromHours(1);
    private static readonly string[] Misleading = ["GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_OBJECT_DIRECTORY", "GIT_COMMON_DIR", "GIT_NAMESPACE"];

    private readonly bool _isOwn;

    private CodeFolder(string path, bool isOwn) => (Path, _isOwn) = (path, isOwn);

    internal string Path { get; }

    /// <summary>Whether what lies there already is somebody's.</summary>
    internal bool IsForeign { get; private init; }

    /// <summary>Makes the folder, empty.</summary>
    /// <exception cref="ConflictException">There is something in the one that was named.</exception>
    internal static CodeFolder Make(ReproduceOptions options)
    {
        if (options.Folder is null)
        {
            return new CodeFolder(Directory.CreateTempSubdirectory("vers-reproduce-").FullName, isOwn: true);
        }

        string full = System.IO.Path.TrimEndingDirectorySeparator(System.IO.Path.GetFullPath(options.Folder));
        bool isEmpty = !System.IO.Path.Exists(full) || (Directory.Exists(full) && !Directory.EnumerateFileSystemEntries(full).Any());
        if (!isEmpty && !(options.WithoutCode && Directory.Exists(full)))
        {
            throw new ConflictException("folder_not_empty", $"'{full}' is not an empty folder.", "Name one that does not exist yet, or leave --folder out.");
        }

        Directory.CreateDirectory(full);
        return new CodeFolder(full, isOwn: false) { IsForeign = !isEmpty };
    }

    /// <summary>Brings the code into the folder.</summary>
    /// <returns>What of it is not there, in sentences.</returns>
    internal async Task<IReadOnlyList<string>> CheckOutAsync(CodeCommit code, ReadOnlyMemory<byte> patch, string? repository, CancellationToken cancellationToken)
    {
        CheckCommit(code.Commit);
        Run(cancellationToken, "init", "--quiet", "--template=", $"--object-format={(code.Commit.Length == 64 ? "sha256" : "sha1")}");
        await new CodeSource(Path, code, repository).BringAsync(cancellationToken).ConfigureAwait(false);
        Run(cancellationToken, "checkout", "--quiet", "--detach", "--no-recurse-submodules", code.Commit);
        if (code.Url is { Length: > 0 } url && url[0] != '-')
        {
            // So that a run in it records the same code.
            Run(cancellationToken, "config", "remote.origin.url", url);
        }

        await Task.Run(() => PatchRestore.Apply(Path, patch), cancellationToken).ConfigureAwait(false);
        return [.. Missing()];
    }

    /// <summary>Removes the folder, where nobody named it.</summary>
    /// <returns>Whether it is gone.</returns>
    internal bool Remove()
    {
        try
        {
            if (_isOwn)
            {
                Directory.Delete(Path, recursive: true);
            }

            return _isOwn;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // The command may have left what only it may delete.
            return false;
        }
    }

    /// <summary>Git in a folder, for as long as a large checkout takes, and with no hook or filter.</summary>
    internal static GitCommand Git(string folder)
    {
        GitCommand safe = SafeGit.Command(folder, Directory.Exists(System.IO.Path.Join(folder, ".git")) ? SafeGit.Filters(folder) : []);
        return new GitCommand(folder) { Settings = safe.Settings, Variables = safe.Variables, Limit = Patience };
    }

    private static void CheckCommit(string commit)
    {
        if (Misleading.FirstOrDefault(name => Environment.GetEnvironmentVariable(name) is { Length: > 0 }) is { } set)
        {
            throw new ConflictException("git_elsewhere", $"The environment variable {set} is set, so git would work in another repository than the one that is made for the reproduction.", "Unset it; git sets it for its hooks.");
        }

        if (commit.Length is not (40 or 64) || !commit.All(char.IsAsciiHexDigit))
        {
            throw new IntegrityException("invalid_commit", $"'{PathText.Show(System.Text.Encoding.UTF8.GetBytes(commit))}' is not the id of a commit.", "Something else than this software recorded the run.");
        }
    }

    private void Run(CancellationToken cancellationToken, params ReadOnlySpan<string> arguments)
    {
        cancellationToken.ThrowIfCancellationRequested();
        GitOutput output = Git(Path).Run(1024 * 1024, default, arguments) ?? throw SafeGit.Missing();
        if (!output.Succeeded)
        {
            throw new VersioningException("checkout_failed", $"The code could not be checked out into '{Path}' (git {arguments[0]}): {SafeGit.Complaint(output)}", "Name a repository that has all of it with --repository.");
        }
    }

    private IEnumerable<string> Missing()
    {
        if (File.Exists(System.IO.Path.Join(Path, ".gitmodules")))
        {
            yield return "The code has submodules; they are not checked out.";
        }

        GitOutput? filtered = Git(Path).Run(1024 * 1024, default, "grep", "--cached", "-l", "-E", "-e", "filter=[^ ]", "--", ".gitattributes", "**/.gitattributes");
        if (filtered is { Succeeded: true })
        {
            yield return "Files that go through a git filter, such as Git LFS, are as they lie in the repository: filters are not run.";
        }
    }
}
