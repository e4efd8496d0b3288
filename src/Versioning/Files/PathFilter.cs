namespace Versioning.Files;

/// <summary>Which files of a source are taken: patterns of the caller and the .versignore files in it, and no folder that stays apart.</summary>
internal sealed class PathFilter
{
    private readonly IgnoreRules? _include;
    private readonly IgnoreRules? _exclude;

    /// <param name="include">Patterns of what is taken; none: all.</param>
    /// <param name="exclude">Patterns of what is left out.</param>
    /// <param name="apart">Full paths of folders that are left out, wherever they lie in the source.</param>
    public PathFilter(IEnumerable<string> include, IEnumerable<string> exclude, IReadOnlyList<string>? apart = null)
    {
        Apart = apart ?? [];
        _include = IgnoreRules.Parse(include);
        _exclude = IgnoreRules.Parse(exclude);
    }

    /// <summary>Takes everything but what .versignore files exclude.</summary>
    public static PathFilter None { get; } = new([], []);

    /// <summary>Full paths of folders that are left out.</summary>
    public IReadOnlyList<string> Apart { get; }

    public static ReadOnlySpan<byte> IgnoreFileName => ".versignore"u8;

    /// <summary>What holds in the root folder; null takes everything and costs nothing.</summary>
    public FilterScope? Root => _include is null && _exclude is null ? null : new FilterScope(_include, _exclude, null, 0, null, false);
}
