using MAB.DotIgnore;

namespace Versioning.Files;

/// <summary>Which paths of a folder are taken: patterns of the caller and <c>.versignore</c> files, with git's rules.</summary>
internal sealed class PathFilter(IEnumerable<string> include, IEnumerable<string> exclude)
{
    internal const string FileName = ".versignore";

    private readonly IgnoreList? _include = include.Any() ? new IgnoreList(include) : null;
    private readonly IgnoreList? _exclude = exclude.Any() ? new IgnoreList(exclude) : null;

    internal Scope Root(string root) => new Scope(this, root, null, "", null).Enter(root, "");

    /// <summary>The rules that hold in one folder: its own <c>.versignore</c> after those of the folders above.</summary>
    internal sealed class Scope(PathFilter filter, string root, Scope? above, string at, IgnoreList? rules)
    {
        internal string RootPath => root;

        internal Scope Enter(string fullPath, string relative)
        {
            string file = Path.Combine(fullPath, FileName);
            return File.Exists(file) ? new Scope(filter, root, this, relative, new IgnoreList(File.ReadAllLines(file))) : this;
        }

        internal bool Takes(string relative, bool isDirectory)
        {
            if (filter._exclude?.IsIgnored(relative, isDirectory) == true)
            {
                return false;
            }

            // What is included is a matter of files: a folder is entered to see.
            if (!isDirectory && filter._include is { } include && !IsMatch(include, relative))
            {
                return false;
            }

            return !IsIgnored(relative, isDirectory);
        }

        private bool IsIgnored(string relative, bool isDirectory)
        {
            if (rules is null)
            {
                return above?.IsIgnored(relative, isDirectory) ?? false;
            }

            string inner = at.Length == 0 ? relative : relative[(at.Length + 1)..];
            var log = new IgnoreLog();
            bool ignored = rules.IsIgnored(inner, isDirectory, log);
            return log.Count > 0 ? ignored : above?.IsIgnored(relative, isDirectory) ?? false;
        }

        private static bool IsMatch(IgnoreList patterns, string relative)
        {
            if (patterns.IsIgnored(relative, pathIsDirectory: false))
            {
                return true;
            }

            for (int slash = relative.IndexOf('/', StringComparison.Ordinal); slash > 0; slash = relative.IndexOf('/', slash + 1))
            {
                if (patterns.IsIgnored(relative[..slash], pathIsDirectory: true))
                {
                    return true;
                }
            }

            return false;
        }
    }
}
