namespace Versioning.Files;

/// <summary>Which files of a source are taken: patterns of the caller and the .versignore files in it.</summary>
internal sealed class PathFilter
{
    private readonly IgnoreRules? _include;
    private readonly IgnoreRules? _exclude;

    public PathFilter(IEnumerable<string> include, IEnumerable<string> exclude)
    {
        _include = IgnoreRules.Parse(include);
        _exclude = IgnoreRules.Parse(exclude);
    }

    /// <summary>Takes everything but what .versignore files exclude.</summary>
    public static PathFilter None { get; } = new([], []);

    public static ReadOnlySpan<byte> IgnoreFileName => ".versignore"u8;

    /// <summary>What holds in the root folder; null takes everything and costs nothing.</summary>
    public FilterScope? Root => _include is null && _exclude is null ? null : new FilterScope(_include, _exclude, null, 0, null, false);
}
