namespace Versioning.Lineages;

/// <summary>Where a file is in a version, or in a part of its manifest: how many paths, and the first of them.</summary>
internal sealed class FileHits
{
    private const int MaxPaths = 10;

    private readonly List<string> _paths = [];

    internal long Count { get; private set; }

    internal IReadOnlyList<string> Paths => _paths;

    internal void Add(string path)
    {
        Count++;
        if (_paths.Count < MaxPaths)
        {
            _paths.Add(path);
        }
    }

    /// <summary>Adds what comes behind.</summary>
    internal void Add(FileHits behind)
    {
        Count += behind.Count;
        _paths.AddRange(behind.Paths.Take(MaxPaths - _paths.Count));
    }
}
