namespace Versioning.Files;

/// <summary>Which commit of which repository a folder is checked out from.</summary>
/// <remarks>Git is asked, not read: worktrees, submodules, SHA-256 repositories and other owners are then its business.</remarks>
internal static class GitCheckout
{
    /// <summary>The checkout around a folder or file; null without one, without git, or before the first commit.</summary>
    public static CodeCommit? Find(string path)
    {
        string full = Path.GetFullPath(path);
        string? folder = Directory.Exists(full) ? full : Path.GetDirectoryName(full);
        if (folder is null || !IsInside(folder))
        {
            return null;
        }

        string? status = GitProcess.Run(folder, "status", "--porcelain=v2", "--branch", "--untracked-files=no");
        return status is null ? null : Parse(status, folder);
    }

    /// <summary>The checkout of a folder of which commit and changes are known: on a large one it takes git long to look for those.</summary>
    public static CodeCommit Of(string folder, string commit, bool isDirty)
    {
        string? branch = GitProcess.Run(folder, "symbolic-ref", "--quiet", "--short", "HEAD")?.TrimEnd('\n');
        return new CodeCommit(Remote(folder), commit, branch, isDirty);
    }

    /// <summary>The user that git would put on a commit, as 'Name &lt;email&gt;'; null where it knows no name.</summary>
    public static string? Author(string folder)
    {
        string? settings = Directory.Exists(folder)
            ? GitProcess.Run(folder, "config", "--null", "--get-regexp", "^user\\.(name|email)$")
            : null;
        string? name = null;
        string? email = null;
        foreach (string setting in settings?.Split('\0') ?? [])
        {
            // "key LF value"; the last of several wins, as for git.
            int end = setting.IndexOf('\n', StringComparison.Ordinal);
            string value = end < 0 ? "" : setting[(end + 1)..].Trim();
            name = setting.StartsWith("user.name\n", StringComparison.Ordinal) ? value : name;
            email = setting.StartsWith("user.email\n", StringComparison.Ordinal) ? value : email;
        }

        return string.IsNullOrEmpty(name) ? null : string.IsNullOrEmpty(email) ? name : $"{name} <{email}>";
    }

    /// <summary>A repository's address without what could be a secret.</summary>
    internal static string WithoutCredentials(string url)
    {
        int scheme = url.IndexOf("://", StringComparison.Ordinal);
        if (scheme < 0)
        {
            // git@host:path names an account, not a secret.
            return url;
        }

        int start = scheme + 3;
        int end = url.AsSpan(start).IndexOfAny('/', '?', '#');
        int length = end < 0 ? url.Length - start : end;

        // The last '@': a password may contain one.
        int at = url.AsSpan(start, length).LastIndexOf('@');
        string bare = at < 0 ? url : url[..start] + url[(start + at + 1)..];
        int query = bare.AsSpan().IndexOfAny('?', '#');
        return query < 0 ? bare : bare[..query];
    }

    private static CodeCommit? Parse(string status, string folder)
    {
        string? commit = null;
        string? branch = null;
        bool dirty = false;
        foreach (string line in status.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            if (line.StartsWith("# branch.oid ", StringComparison.Ordinal))
            {
                commit = line[13..];
            }
            else if (line.StartsWith("# branch.head ", StringComparison.Ordinal))
            {
                branch = line[14..];
            }
            else
            {
                dirty |= line[0] != '#';
            }
        }

        if (commit is null or "(initial)")
        {
            return null;
        }

        return new CodeCommit(Remote(folder), commit, branch == "(detached)" ? null : branch, dirty);
    }

    private static string? Remote(string folder)
    {
        string? url = GitProcess.Run(folder, "config", "--get", "remote.origin.url")?.Trim();
        return string.IsNullOrEmpty(url) ? null : WithoutCredentials(url);
    }

    /// <summary>Whether a folder may lie in a checkout: starting a process to know it costs milliseconds, looking for a name microseconds.</summary>
    internal static bool IsInside(string folder)
    {
        for (string? at = folder; at is not null; at = Path.GetDirectoryName(at))
        {
            if (Path.Exists(Path.Join(at, ".git")))
            {
                return true;
            }
        }

        return Environment.GetEnvironmentVariable("GIT_DIR") is { Length: > 0 };
    }
}
