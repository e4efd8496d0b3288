using System.Text;
using Versioning.Files;

namespace Versioning.Capture;

/// <summary>Settings under which git runs no program but itself, and writes and reads patches in one format.</summary>
internal static class SafeGit
{
    /// <summary>The filters that the settings of the user, the machine and the repository name.</summary>
    /// <exception cref="VersioningException">Git can't be run.</exception>
    public static IReadOnlyList<string> Filters(string folder)
    {
        GitOutput keys = new GitCommand(folder).Run(1024 * 1024, default, "config", "--null", "--name-only", "--get-regexp", "^filter\\..*\\.(clean|smudge|process)$") ?? throw Missing();
        return [.. Encoding.UTF8.GetString(keys.Bytes).Split('\0', StringSplitOptions.RemoveEmptyEntries).Select(key => key[7..key.LastIndexOf('.')]).Distinct(StringComparer.Ordinal)];
    }

    /// <summary>A git that leaves hooks and filters alone.</summary>
    /// <param name="folder">The top of the checkout.</param>
    /// <param name="filters">What <see cref="Filters"/> found.</param>
    /// <param name="variables">Environment variables beside those that are set here.</param>
    public static GitCommand Command(string folder, IEnumerable<string> filters, params ReadOnlySpan<(string Name, string Value)> variables)
    {
        var environment = new Dictionary<string, string?>
        {
            ["GIT_EXTERNAL_DIFF"] = null,
            ["GIT_DIFF_OPTS"] = null,
            ["GIT_NO_LAZY_FETCH"] = "1",
            ["LC_ALL"] = "C",
        };
        foreach ((string name, string value) in variables)
        {
            environment[name] = value;
        }

        List<(string, string)> settings =
        [
            // Writing an index runs a hook.
            ("core.hooksPath", Path.Join(Path.GetTempPath(), "no-hooks-" + Guid.NewGuid().ToString("N"))),

            // A split index would be written in part beside the repository's own, and a sparse one needs new trees.
            ("core.splitIndex", "false"),
            ("index.sparse", "false"),
            ("core.untrackedCache", "false"),
            ("core.quotePath", "true"),
            ("core.safecrlf", "false"),
            ("diff.suppressBlankEmpty", "false"),
            ("apply.whitespace", "nowarn"),
            ("apply.ignoreWhitespace", "no"),
        ];
        foreach (string filter in filters)
        {
            // Git LFS keeps what it is shown in the repository; any filter is a program that someone chose for other purposes.
            settings.Add(($"filter.{filter}.clean", ""));
            settings.Add(($"filter.{filter}.smudge", ""));
            settings.Add(($"filter.{filter}.process", ""));
            settings.Add(($"filter.{filter}.required", "false"));
        }

        return new GitCommand(folder) { Settings = settings, Variables = environment };
    }

    public static VersioningException Missing() =>
        new("git_missing", "Git can't be run.", "Install git, and see that it is on the PATH.");

    /// <summary>What git complained about, in one line that holds no credential and disturbs no terminal.</summary>
    public static string Complaint(GitOutput output)
    {
        string line = output.Error.Trim().ReplaceLineEndings("; ");
        line = Secrets.MaskText(line.Length > 500 ? line[..500] + "…" : line);
        return line.Length > 0 ? PathText.Show(Encoding.UTF8.GetBytes(line)) : output.ExitCode < 0 ? "it took too long or wrote too much" : "it gave no reason";
    }
}
