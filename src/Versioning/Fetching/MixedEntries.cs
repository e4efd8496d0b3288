using System.Runtime.CompilerServices;
using Versioning.Trees;

namespace Versioning.Fetching;

/// <summary>What several versions may have put into a folder, as one in the place of another did not get to the end: of each path what is there, or else any.</summary>
internal sealed class MixedEntries(IReadOnlyList<EntrySource> sources, TargetCheck check)
{
    /// <summary>Their entries, in order, one of each path.</summary>
    internal async IAsyncEnumerable<ManifestEntry> EntriesAsync(Globs? wanted, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        IAsyncEnumerator<ManifestEntry>[] all = [.. sources.Select(source => source(wanted, cancellationToken).GetAsyncEnumerator(cancellationToken))];
        try
        {
            var next = new List<IAsyncEnumerator<ManifestEntry>>();
            foreach (IAsyncEnumerator<ManifestEntry> entries in all)
            {
                await AdvanceAsync(entries).ConfigureAwait(false);
            }

            while (next.Count > 0)
            {
                byte[] path = next.Select(entries => entries.Current.Path).Aggregate((least, other) => other.AsSpan().SequenceCompareTo(least) < 0 ? other : least);
                IAsyncEnumerator<ManifestEntry>[] here = [.. next.Where(entries => entries.Current.Path.AsSpan().SequenceEqual(path))];
                yield return Choose([.. here.Select(entries => entries.Current)], cancellationToken);
                foreach (IAsyncEnumerator<ManifestEntry> entries in here)
                {
                    next.Remove(entries);
                    await AdvanceAsync(entries).ConfigureAwait(false);
                }
            }

            async ValueTask AdvanceAsync(IAsyncEnumerator<ManifestEntry> entries)
            {
                if (await entries.MoveNextAsync().ConfigureAwait(false))
                {
                    next.Add(entries);
                }
            }
        }
        finally
        {
            foreach (IAsyncEnumerator<ManifestEntry> entries in all)
            {
                await entries.DisposeAsync().ConfigureAwait(false);
            }
        }
    }

    private ManifestEntry Choose(ManifestEntry[] entries, CancellationToken cancellationToken) =>
        entries.Length == 1 ? entries[0]
        : entries.FirstOrDefault(entry => check.Compare(entry, null, out _, cancellationToken) is TargetMatch.Same or TargetMatch.Lost) ?? entries[0];
}
