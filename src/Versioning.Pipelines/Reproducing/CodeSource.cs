using Versioning.Capture;
using Versioning.Files;
using Versioning.Pipelines.Running;

namespace Versioning.Pipelines.Reproducing;

/// <summary>Where a commit is to be had: in a repository on this machine, whose objects are borrowed, or from an address.</summary>
/// <param name="folder">The repository that gets it.</param>
/// <param name="code">The commit.</param>
/// <param name="repository">The repository to take it from, a path or an address; null: that of the current folder, else the recorded address.</param>
internal sealed class CodeSource(string folder, CodeCommit code, string? repository)
{
    private const int MaxComplaint = 4096;

    /// <exception cref="NotFoundException">It is nowhere.</exception>
    internal async Task BringAsync(CancellationToken cancellationToken)
    {
        string near = Path.GetFullPath(repository ?? Environment.CurrentDirectory);
        if (Directory.Exists(near) && Borrow(near))
        {
            return;
        }

        string? address = repository ?? code.Url;
        if (repository is not null && Directory.Exists(near))
        {
            throw NotFound($"the repository '{near}'", "Fetch it there, or name another repository.");
        }

        if (string.IsNullOrEmpty(address))
        {
            throw NotFound("the repository of the current folder, and the run recorded no address of another", "Run it in a clone that has the commit, or name one with --repository.");
        }

        await FetchAsync(address, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Takes the objects of a repository for its own, where they are enough.</summary>
    private bool Borrow(string path)
    {
        GitCommand git = CodeFolder.Git(path);
        if (git.Run(1024, default, "cat-file", "-e", $"{code.Commit}^{{commit}}") is not { Succeeded: true }
            || git.Run(64 * 1024, default, "rev-parse", "--git-path", "objects") is not { Succeeded: true } asked)
        {
            return false;
        }

        string objects = Path.GetFullPath(System.Text.Encoding.UTF8.GetString(asked.Bytes)[..^1], path);

        // In quotes, as a path may hold what ends one.
        string quoted = objects.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal);
        string info = Path.Join(folder, ".git", "objects", "info");
        Directory.CreateDirectory(info);
        File.WriteAllText(Path.Join(info, "alternates"), $"\"{quoted}\"\n");
        return true;
    }

    private async Task FetchAsync(string address, CancellationToken cancellationToken)
    {
        string shown = GitCheckout.WithoutCredentials(address);

        // Servers that give a single commit spare its history; all others give all that they have.
        string why = await TryFetchAsync(["--depth=1", "--", address, code.Commit], cancellationToken).ConfigureAwait(false);
        if (why.Length > 0)
        {
            why = await TryFetchAsync(["--", address, "+refs/*:refs/remotes/origin/*"], cancellationToken).ConfigureAwait(false);
        }

        if (why.Length > 0)
        {
            throw new NotFoundException("repository_not_found", $"The code can't be had from {shown}: {Secrets.MaskText(why.Replace(address, shown, StringComparison.Ordinal))}", "Name the repository with --repository: the path of a clone, or an address that git can fetch from.");
        }

        if (CodeFolder.Git(folder).Run(1024, default, "cat-file", "-e", $"{code.Commit}^{{commit}}") is not { Succeeded: true })
        {
            throw NotFound(shown, "It may never have been pushed: name a clone that has it with --repository.");
        }
    }

    /// <returns>Why it failed, in one line; empty: it did not.</returns>
    private async Task<string> TryFetchAsync(string[] arguments, CancellationToken cancellationToken)
    {
        using var error = new MemoryStream();
        var variables = new Dictionary<string, string> { ["GIT_TERMINAL_PROMPT"] = "0", ["LC_ALL"] = "C", ["GIT_ALLOW_PROTOCOL"] = "file:git:http:https:ssh" };
        string[] command = ["git", "-c", $"core.hooksPath={Path.Join(folder, ".git", "no-hooks")}", "fetch", "--quiet", "--no-tags", "--no-recurse-submodules", "--no-auto-maintenance", .. arguments];
        int exit = await new RunningCommand(new Program(command, folder, variables), Stream.Null, error, TextWriter.Null).RunAsync(cancellationToken).ConfigureAwait(false);
        string text = System.Text.Encoding.UTF8.GetString(error.GetBuffer(), 0, (int)Math.Min(error.Length, MaxComplaint)).Trim().ReplaceLineEndings("; ");
        return exit == 0 ? "" : text.Length > 0 ? PathText.Show(System.Text.Encoding.UTF8.GetBytes(text)) : $"git ended with {exit}.";
    }

    private NotFoundException NotFound(string where, string hint) => new("commit_not_found", $"Commit {code.Commit} of the code is not in {where}.", hint);
}
