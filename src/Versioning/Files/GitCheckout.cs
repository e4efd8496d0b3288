using System.ComponentModel;
using System.Diagnostics;

namespace Versioning.Files;

/// <summary>Asks git about the checkout that a path lies in.</summary>
internal static class GitCheckout
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(10);

    /// <summary>The code commit that is checked out there, or null: no checkout, no commit yet, or no git.</summary>
    internal static CodeCommit? Find(string path)
    {
        if (RootOf(path) is not { } root || Run(root, "status", "--porcelain=v2", "--branch", "--untracked-files=no") is not { } status)
        {
            return null;
        }

        string? commit = null, branch = null;
        bool dirty = false;
        foreach (string line in status.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            if (line.StartsWith("# branch.oid ", StringComparison.Ordinal))
            {
                commit = line[13..];
            }
            else if (line.StartsWith("# branch.head ", StringComparison.Ordinal))
            {
                branch = line[14..] is "(detached)" ? null : line[14..];
            }
            else
            {
                dirty |= line[0] != '#';
            }
        }

        string? url = Run(root, "config", "--get", "remote.origin.url")?.Trim();
        return commit is null or "(initial)" ? null : new CodeCommit(string.IsNullOrEmpty(url) ? null : WithoutCredentials(url), commit, branch, dirty);
    }

    /// <summary>The author that git would record, or null.</summary>
    internal static string? Author(string directory)
    {
        string? name = Run(directory, "config", "user.name")?.Trim();
        string? mail = Run(directory, "config", "user.email")?.Trim();
        return string.IsNullOrEmpty(name) ? mail : string.IsNullOrEmpty(mail) ? name : $"{name} <{mail}>";
    }

    internal static string WithoutCredentials(string url)
    {
        int scheme = url.IndexOf("://", StringComparison.Ordinal);
        if (scheme < 0)
        {
            return url;
        }

        int authority = scheme + 3;
        int end = url.IndexOfAny(['/', '?', '#'], authority);
        int at = url.LastIndexOf('@', (end < 0 ? url.Length : end) - 1);
        return at >= authority ? url[..authority] + url[(at + 1)..] : url;
    }

    private static string? RootOf(string path)
    {
        for (string? at = Path.GetFullPath(path); at is not null; at = Path.GetDirectoryName(at))
        {
            string git = Path.Combine(at, ".git");
            if (Directory.Exists(git) || File.Exists(git))
            {
                return at;
            }
        }

        return null;
    }

    private static string? Run(string directory, params string[] arguments)
    {
        var start = new ProcessStartInfo("git") { RedirectStandardOutput = true, RedirectStandardError = true, RedirectStandardInput = true, UseShellExecute = false };
        start.Environment["GIT_OPTIONAL_LOCKS"] = "0";
        foreach (string argument in (string[])["-C", directory, .. arguments])
        {
            start.ArgumentList.Add(argument);
        }

        try
        {
            using Process process = Process.Start(start)!;
            process.StandardInput.Close();
            Task<string> output = process.StandardOutput.ReadToEndAsync();
            Task<string> errors = process.StandardError.ReadToEndAsync();
            if (!process.WaitForExit(Timeout))
            {
                process.Kill(entireProcessTree: true);
                return null;
            }

            Task.WaitAll(output, errors);
            return process.ExitCode == 0 ? output.Result : null;
        }
        catch (Win32Exception)
        {
            return null;
        }
    }
}
