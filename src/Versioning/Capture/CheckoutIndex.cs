using System.Text;
using Versioning.Files;

namespace Versioning.Capture;

/// <summary>A checkout and a copy of its index, with which git works in place of the real one.</summary>
/// <remarks>
/// The copy knows which files were not touched, so only the others are read. No content is written: an entry for an
/// untracked file names none of its own, and git then reads the file itself. What git may write all the same goes
/// to a folder that is deleted at the end.
/// </remarks>
internal sealed class CheckoutIndex : IDisposable
{
    private readonly string _folder;

    private CheckoutIndex(string top, string commit, string objects)
    {
        Top = top;
        Commit = commit;
        Filters = SafeGit.Filters(top);
        _folder = Directory.CreateTempSubdirectory("versioning-patch-").FullName;
        Git = Command("index", objects);
        Clean = Command("clean", objects);
    }

    /// <summary>The top of the checkout.</summary>
    public string Top { get; }

    /// <summary>The commit that is checked out.</summary>
    public string Commit { get; }

    public IReadOnlyList<string> Filters { get; }

    /// <summary>Git with the copy of the index.</summary>
    public GitCommand Git { get; }

    /// <summary>Git with an index that is there only once the commit was read into it.</summary>
    public GitCommand Clean { get; }

    /// <summary>The checkout around a folder or file; null without one, without git, or before the first commit.</summary>
    /// <exception cref="VersioningException">Its index can't be copied.</exception>
    public static CheckoutIndex? Open(string path)
    {
        string full = Path.GetFullPath(path);
        string? folder = Directory.Exists(full) ? full : Path.GetDirectoryName(full);
        if (folder is null || Ask(folder, "rev-parse", "--verify", "-q", "HEAD^{commit}") is not { } commit
            || Ask(folder, "rev-parse", "--show-toplevel") is not { Length: > 0 } top
            || Ask(top, "rev-parse", "--git-path", "index") is not { } index
            || Ask(top, "rev-parse", "--git-path", "objects") is not { } objects)
        {
            return null;
        }

        var opened = new CheckoutIndex(top, commit, Path.GetFullPath(Path.Combine(top, objects)));
        try
        {
            opened.Copy(Path.GetFullPath(Path.Combine(top, index)));
            return opened;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            opened.Dispose();
            throw new VersioningException("code_patch_failed", $"The index of the checkout '{top}' can't be copied: {e.Message}", "See that 'git status' works there and that there is room for temporary files.", e);
        }
    }

    /// <summary>Runs git and throws where it fails.</summary>
    /// <exception cref="InvalidDataException">It failed; the message says how.</exception>
    public byte[] Run(long maxLength, ReadOnlyMemory<byte> input, params ReadOnlySpan<string> arguments)
    {
        GitOutput output = Git.Run(maxLength, input, arguments) ?? throw SafeGit.Missing();
        return output.Succeeded ? output.Bytes : throw new InvalidDataException($"git {arguments[0]} failed: {SafeGit.Complaint(output)}");
    }

    public void Dispose()
    {
        try
        {
            Directory.Delete(_folder, recursive: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // It is in the folder for temporary files and holds no content.
        }
    }

    private GitCommand Command(string index, string objects)
    {
        // In quotes, as a path may contain what separates them.
        string quoted = $"\"{objects.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)}\"";
        string? others = Environment.GetEnvironmentVariable("GIT_ALTERNATE_OBJECT_DIRECTORIES");
        return SafeGit.Command(
            Top,
            Filters,
            ("GIT_INDEX_FILE", Path.Join(_folder, index)),
            ("GIT_OBJECT_DIRECTORY", Directory.CreateDirectory(Path.Join(_folder, "objects")).FullName),
            ("GIT_ALTERNATE_OBJECT_DIRECTORIES", string.IsNullOrEmpty(others) ? quoted : $"{quoted}{Path.PathSeparator}{others}"));
    }

    private void Copy(string index)
    {
        string copy = Path.Join(_folder, "index");
        try
        {
            // A file that was written as late as the index is compared by content: with a later time of the index it would not be.
            DateTime written = File.GetLastWriteTimeUtc(index);
            File.Copy(index, copy);
            File.SetLastWriteTimeUtc(copy, written);
        }
        catch (FileNotFoundException)
        {
            // Nothing was ever checked out or added.
        }
    }

    private static string? Ask(string folder, params ReadOnlySpan<string> arguments)
    {
        string? answer = GitProcess.Run(folder, arguments);

        // One line end is git's, any before it belongs to the name.
        return answer is null ? null : answer.EndsWith('\n') ? answer[..^1] : answer;
    }
}
