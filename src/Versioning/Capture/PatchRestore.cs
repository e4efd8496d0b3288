using Versioning.Files;

namespace Versioning.Capture;

/// <summary>Puts the changes of a patch into a checkout of its commit.</summary>
internal static class PatchRestore
{
    private const int MaxList = 1024 * 1024;

    /// <summary>Applies a patch to files and index, all of it or nothing.</summary>
    /// <param name="checkout">The top of a checkout of the patch's commit, without changes.</param>
    /// <param name="patch">What <see cref="CodePatch.Take"/> gave; paths that lead out of the checkout, into <c>.git</c> or through links are refused.</param>
    /// <exception cref="VersioningException">The folder is no such checkout, or the patch does not apply.</exception>
    public static void Apply(string checkout, ReadOnlyMemory<byte> patch)
    {
        string folder = Path.GetFullPath(checkout);
        GitCommand git = SafeGit.Command(folder, Directory.Exists(folder) ? SafeGit.Filters(folder) : []);

        // In a folder below the top git would apply what lies there, and be silent about the rest.
        GitOutput above = Run(git, default, "rev-parse", "--show-cdup", "--is-inside-work-tree");
        if (!above.Succeeded || !above.Bytes.AsSpan().SequenceEqual("\ntrue\n"u8))
        {
            throw new VersioningException(
                "checkout_missing",
                $"'{checkout}' is not the top of a git checkout, so the patch of the code can't be applied there.",
                "Check the commit out into a folder of its own ('git worktree add <folder> <commit>'), and apply the patch there.");
        }

        if (patch.IsEmpty)
        {
            return;
        }

        // With the filters that made the files: without them, those of Git LFS would look changed.
        GitOutput status = Run(new GitCommand(folder), default, "status", "--porcelain", "--untracked-files=normal", "--ignore-submodules=all");
        if (!status.Succeeded || status.Bytes.Length > 0)
        {
            throw new VersioningException(
                "checkout_changed",
                status.Succeeded || status.Bytes.Length > 0 ? $"The checkout '{checkout}' has changes of its own." : $"Git can't tell whether '{checkout}' has changes: {SafeGit.Complaint(status)}",
                "Check the commit out into a folder of its own ('git worktree add <folder> <commit>'), and apply the patch there.");
        }

        GitOutput applied = Run(git, patch, "apply", "--index", "-");
        if (!applied.Succeeded)
        {
            throw new VersioningException(
                "code_patch_refused",
                $"The patch of the code does not apply to '{checkout}': {SafeGit.Complaint(applied)}",
                "See that the folder is a checkout of the very commit that was recorded with the patch.");
        }
    }

    private static GitOutput Run(GitCommand git, ReadOnlyMemory<byte> input, params ReadOnlySpan<string> arguments) =>
        git.Run(MaxList, input, arguments) ?? throw SafeGit.Missing();
}
