using System.Collections.Concurrent;
using Versioning.Journal;
using Versioning.Trees;

namespace Versioning.Lineages;

/// <summary>Looks for a file in all versions, retired ones too, as long as they can be read.</summary>
/// <param name="readerOf">Reads the manifest of a version: most of it, or few nodes.</param>
/// <param name="atOnce">How many versions are searched side by side.</param>
internal sealed class VersionSearch(Func<string, PublishedVersion, bool, ManifestReader> readerOf, int atOnce)
{
    private readonly ConcurrentDictionary<VersionKey, FileHits> _found = new();
    private readonly ConcurrentBag<VersionKey> _unreadable = [];
    private long _count;

    /// <summary>The versions that have the file.</summary>
    internal IReadOnlyDictionary<VersionKey, FileHits> Found => _found;

    /// <summary>Retired versions that can't be read any more.</summary>
    internal IReadOnlyCollection<VersionKey> Unreadable => _unreadable;

    /// <summary>How many versions were searched.</summary>
    internal long Count => _count;

    /// <param name="artifacts">Where to look.</param>
    /// <param name="sha256">The SHA-256 of the file's bytes.</param>
    /// <param name="cancellationToken">Ends the search.</param>
    internal async Task RunAsync(IReadOnlyCollection<KeyValuePair<string, ArtifactState>> artifacts, Digest sha256, CancellationToken cancellationToken)
    {
        var search = new FileSearch(sha256, new SearchedNodes());
        var options = new ParallelOptions { MaxDegreeOfParallelism = atOnce, CancellationToken = cancellationToken };

        // First one of each artifact: versions that share nodes would all read them if they began at once.
        IEnumerable<(string, PublishedVersion)> newest = artifacts.Select(artifact => (artifact.Key, artifact.Value.Versions[^1]));
        IEnumerable<(string, PublishedVersion)> others = artifacts.SelectMany(artifact => artifact.Value.Versions.Reverse().Skip(1).Select(version => (artifact.Key, version)));
        foreach ((IEnumerable<(string, PublishedVersion)> versions, bool readsAll) in ((IEnumerable<(string, PublishedVersion)>, bool)[])[(newest, true), (others, false)])
        {
            await Parallel.ForEachAsync(versions, options, async (version, token) => await RunAsync(version.Item1, version.Item2, search, readsAll, token).ConfigureAwait(false)).ConfigureAwait(false);
        }
    }

    private async Task RunAsync(string artifact, PublishedVersion version, FileSearch search, bool readsAll, CancellationToken cancellationToken)
    {
        var key = new VersionKey(artifact, version.Number);
        try
        {
            if (await search.RunAsync(readerOf(artifact, version, readsAll), readsAll, cancellationToken).ConfigureAwait(false) is { } hits)
            {
                _found[key] = hits;
            }

            Interlocked.Increment(ref _count);
        }
        catch (NotFoundException) when (version.Retired)
        {
            _unreadable.Add(key);
        }
    }
}
