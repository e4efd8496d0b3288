using System.Text;

namespace Versioning.Files;

/// <summary>The rules that hold in one folder: the caller's, its own .versignore and those above it.</summary>
internal sealed class FilterScope(
    IgnoreRules? include, IgnoreRules? exclude, IgnoreRules? own, int baseLength, FilterScope? above, bool included)
{
    private readonly IgnoreRules? _include = include;
    private readonly IgnoreRules? _exclude = exclude;
    private readonly bool _included = included;

    /// <summary>The scope of a folder whose .versignore has this text.</summary>
    public static FilterScope Below(FilterScope? above, int baseLength, string text) => new(
        above?._include, above?._exclude, IgnoreRules.Parse(text.Split('\n')), baseLength, above, above?._included ?? false);

    /// <summary>Whether an entry is taken, or a directory entered; then <paramref name="inside"/> holds in it.</summary>
    public bool Takes(ReadOnlySpan<byte> path, bool isDirectory, out FilterScope inside)
    {
        inside = this;
        string text = Encoding.UTF8.GetString(isDirectory ? path[..^1] : path);
        if (IsIgnored(text, isDirectory))
        {
            return false;
        }

        if (_include is null || _included)
        {
            return true;
        }

        bool matches = _include.Match(text, isDirectory) ?? false;
        if (isDirectory && matches)
        {
            inside = new FilterScope(null, _exclude, null, 0, this, included: true);
        }

        // A folder that matches nothing may still hold files that do.
        return matches || isDirectory;
    }

    // As in git: the caller's patterns win, then the nearest file that has a matching line, in it the last such line.
    private bool IsIgnored(string path, bool isDirectory)
    {
        bool? decided = _exclude?.Match(path, isDirectory);
        for (FilterScope? scope = this; scope is not null && decided is null; scope = scope.Above)
        {
            decided = scope.MatchOwn(path, isDirectory);
        }

        return decided ?? false;
    }

    private FilterScope? Above { get; } = above;

    private bool? MatchOwn(string path, bool isDirectory) => own?.Match(path.AsSpan(baseLength), isDirectory);
}
