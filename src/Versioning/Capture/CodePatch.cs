using Versioning.Files;

namespace Versioning.Capture;

/// <summary>What a checkout has that its commit does not, as a patch: with both, the code of a run can be had again.</summary>
/// <remarks>Covers the whole checkout: tracked changes, and untracked files that are not ignored. The checkout, its index and its objects stay as they are.</remarks>
internal static class CodePatch
{
    /// <summary>How long a patch is at most where nothing else is said.</summary>
    public const long DefaultMaxBytes = 10 * 1024 * 1024;

    private const int MaxList = 32 * 1024 * 1024;
    private const int Attempts = 3;

    private static readonly string[] Diff =
    [
        "diff-index", "--raw", "-p", "-z", "--binary", "--full-index", "-U3", "--inter-hunk-context=0", "-M", "-l400", "--no-color", "--no-ext-diff", "--no-textconv",
        "--no-relative", "--src-prefix=a/", "--dst-prefix=b/", "--submodule=short", "--ignore-submodules=none",
    ];

    /// <summary>Takes the patch of the checkout around a folder or file.</summary>
    /// <param name="path">A folder or file of the checkout.</param>
    /// <param name="maxBytes">How long the patch may be, and how many bytes untracked files may have together; what goes beyond is left out.</param>
    /// <returns>The patch, and what is not in it; null without a checkout, without git, or before the first commit.</returns>
    /// <exception cref="VersioningException">Git failed, or files kept changing while they were read.</exception>
    public static PatchResult? Take(string path, long maxBytes = DefaultMaxBytes)
    {
        for (int attempt = 1; ; attempt++)
        {
            using CheckoutIndex? checkout = CheckoutIndex.Open(path);
            try
            {
                return checkout is null ? null : TakeOnce(checkout, maxBytes);
            }
            catch (InvalidDataException e) when (attempt == Attempts)
            {
                throw new VersioningException(
                    "code_patch_failed",
                    $"The changes of the checkout '{checkout!.Top}' could not be taken as a patch: {e.Message}",
                    "See that 'git status' works there and that nothing writes to it meanwhile, or commit the changes.",
                    e);
            }
            catch (InvalidDataException)
            {
                // Files came, went or changed between two looks of git.
            }
        }
    }

    private static PatchResult TakeOnce(CheckoutIndex checkout, long maxBytes)
    {
        // Its exit code says that files differ, which is no failure.
        _ = checkout.Git.Run(MaxList, default, "update-index", "-q", "--refresh") ?? throw SafeGit.Missing();
        var choice = new PatchChoice(checkout, maxBytes);
        choice.Choose(Tracked(checkout), Untracked(checkout, choice));
        checkout.Run(MaxList, choice.Entries, "update-index", "-z", "--index-info");
        checkout.Run(MaxList, choice.Unchanged, "update-index", "--assume-unchanged", "-z", "--stdin");

        var selection = new PatchSelection(maxBytes, (changed, reason) => choice.Add(changed, reason));
        GitOutput diff = checkout.Git.Read(stream => Read(selection, stream), default, [.. Diff, checkout.Commit, "--"]) ?? throw SafeGit.Missing();
        if (!diff.Succeeded)
        {
            throw new InvalidDataException($"git diff-index failed: {SafeGit.Complaint(diff)}");
        }

        byte[] patch = selection.Join();
        Check(checkout, patch);
        LeftOutPath[] leftOut = [.. choice.LeftOut.OrderBy(left => left.Path, StringComparer.Ordinal)];
        return new PatchResult(checkout.Commit, patch, leftOut.Length > PatchResult.MaxListed ? leftOut[..PatchResult.MaxListed] : leftOut, leftOut.Length, choice.HasTracked);
    }

    private static bool Read(PatchSelection selection, Stream stream)
    {
        selection.Read(stream);
        return true;
    }

    private static List<ChangedPath> Tracked(CheckoutIndex checkout)
    {
        List<ChangedPath> changes = List();
        if (!changes.Exists(change => change.IsUnmerged))
        {
            return changes;
        }

        // During a merge, the file as it lies there is what a run reads; a missing one then counts as deleted.
        var entries = new IndexInfo();
        foreach (ChangedPath change in changes.Where(change => change.IsUnmerged))
        {
            entries.SetUnknown(checkout.Commit, change.Path);
        }

        checkout.Run(MaxList, entries.Text, "update-index", "-z", "--index-info");
        return List();

        List<ChangedPath> List() =>
            ChangedPath.Parse(checkout.Run(MaxList, default, "diff-index", "--raw", "-z", "--no-renames", "--ignore-submodules=none", checkout.Commit, "--"));
    }

    private static List<byte[]> Untracked(CheckoutIndex checkout, PatchChoice choice)
    {
        GitOutput listed = checkout.Git.Run(MaxList, default, "ls-files", "-z", "--others", "--exclude-standard") ?? throw SafeGit.Missing();
        if (listed.ExitCode > 0)
        {
            throw new InvalidDataException($"git ls-files failed: {SafeGit.Complaint(listed)}");
        }

        if (listed.ExitCode < 0)
        {
            choice.Add("."u8, LeftOutReason.TooMany);
            return [];
        }

        return PathList.Split(listed.Bytes);
    }

    // A patch that git would not take is worth nothing to whoever finds it later.
    private static void Check(CheckoutIndex checkout, byte[] patch)
    {
        if (patch.Length == 0)
        {
            return;
        }

        GitOutput read = checkout.Clean.Run(MaxList, default, "read-tree", checkout.Commit) ?? throw SafeGit.Missing();
        GitOutput applied = !read.Succeeded ? read : checkout.Clean.Run(MaxList, patch, "apply", "--cached", "--check", "-") ?? throw SafeGit.Missing();
        if (!applied.Succeeded)
        {
            throw new InvalidDataException($"the patch does not apply to {checkout.Commit}: {SafeGit.Complaint(applied)}");
        }
    }
}
