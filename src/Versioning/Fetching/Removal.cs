using System.Runtime.CompilerServices;
using Versioning.Files;
using Versioning.Trees;

namespace Versioning.Fetching;

/// <summary>Takes out of a folder what a version put there and the next one does not have; what was changed since stays.</summary>
internal sealed class Removal(TargetFolder target, TargetCheck check, string cacheDirectory, string root)
{
    /// <summary>Files that stay as they were changed.</summary>
    internal long Kept { get; private set; }

    /// <returns>How many files were removed.</returns>
    internal async Task<long> RunAsync(IAsyncEnumerable<ManifestEntry> before, IAsyncEnumerable<ManifestEntry> after, CancellationToken cancellationToken)
    {
        long removed = 0;
        using var cache = FileCacheReader.Open(cacheDirectory, root);
        var next = new EntryLookup(after, cancellationToken);
        await using ConfiguredAsyncDisposable ended = next.ConfigureAwait(false);
        await foreach (ManifestEntry gone in before.WithCancellation(cancellationToken).ConfigureAwait(false))
        {
            if (await next.FindAsync(gone.Path).ConfigureAwait(false) is not null)
            {
                continue;
            }

            switch (check.Compare(gone, cache.Find(gone.Path), out _, cancellationToken))
            {
                case TargetMatch.Same or TargetMatch.Lost:
                    target.Remove(gone.Path);
                    removed++;
                    break;
                case TargetMatch.Different:
                    Kept++;
                    break;
            }
        }

        return removed;
    }
}
