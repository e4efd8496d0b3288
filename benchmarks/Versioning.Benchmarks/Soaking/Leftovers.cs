namespace Versioning.Benchmarks.Soaking;

/// <summary>Files that killed processes did not finish. They may be there for a while, but what is old has to go as work goes on.</summary>
internal sealed class Leftovers(SoakPlace place)
{
    private static readonly EnumerationOptions All = new() { RecurseSubdirectories = true, AttributesToSkip = 0, IgnoreInaccessible = true };

    private HashSet<string> _old = [];

    /// <summary>What was old a round ago and is there still, and a summary of what is there.</summary>
    public (string[] Stayed, string Summary) Look()
    {
        FileInfo[] now = [.. Find()];

        // Packs come to one of 256 folders by chance, and what is left goes with the next one there: that takes longer than a round.
        string[] stayed = [.. now.Select(file => file.FullName).Where(path => _old.Contains(path) && !path.Contains("/packs/", StringComparison.Ordinal))];
        var places = now.GroupBy(file => Path.GetRelativePath(place.Root, file.FullName).Split('/')[0]).Select(group => FormattableString.Invariant($"{group.Key} {group.Count()} ({group.Sum(file => file.Length) / 1024} KiB)"));
        int runs = Directory.Exists(Path.Combine(place.Cache, "runs")) ? Directory.GetDirectories(Path.Combine(place.Cache, "runs")).Sum(store => Directory.GetDirectories(store).Length) : 0;
        return (stayed, FormattableString.Invariant($"unfinished files: {string.Join(", ", places.DefaultIfEmpty("none"))}; folders of runs in the cache: {runs}"));
    }

    /// <summary>Makes what is there now two days old.</summary>
    public void Age()
    {
        _old = [];
        foreach (FileInfo file in Find())
        {
            file.LastWriteTimeUtc -= TimeSpan.FromDays(2);
            _old.Add(file.FullName);
        }
    }

    private IEnumerable<FileInfo> Find() => new DirectoryInfo(place.Root).EnumerateFiles("*", All).Where(file => IsUnfinished(file.Name));

    /// <summary>Names of a store's, a target folder's and a cache's files that are still being written.</summary>
    private static bool IsUnfinished(string name)
    {
        int dot = name.LastIndexOf('.');
        return name.StartsWith(".tmp-", StringComparison.Ordinal) || name.EndsWith(".partial", StringComparison.Ordinal)
            || (dot > 0 && name.Length - dot - 1 == 32 && name[(dot + 1)..].All(char.IsAsciiHexDigitLower));
    }
}
