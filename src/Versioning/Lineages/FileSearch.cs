using Versioning.Trees;

namespace Versioning.Lineages;

/// <summary>Looks for a file in manifests. What is below a node that was searched is not read again, whichever version has it.</summary>
/// <param name="sha256">The SHA-256 of the file's bytes.</param>
/// <param name="searched">What is known already.</param>
internal sealed class FileSearch(Digest sha256, SearchedNodes searched)
{
    /// <summary>Where a version has the file; null: nowhere.</summary>
    /// <param name="manifest">The version's manifest.</param>
    /// <param name="readsAll">Whether most nodes will be read; otherwise most were searched already.</param>
    /// <param name="cancellationToken">Ends the search.</param>
    /// <exception cref="VersioningException">Something of the manifest can't be read.</exception>
    internal async Task<FileHits?> RunAsync(ManifestReader manifest, bool readsAll, CancellationToken cancellationToken)
    {
        var walk = new ManifestWalk(manifest, readsAll);
        var open = new OpenNodes(searched);
        while (walk.Next is { } next)
        {
            if (next.Entries is { } entries)
            {
                walk.Take();
                foreach (ManifestEntry entry in entries.Where(entry => entry.Sha256 == sha256))
                {
                    open.Hits.Add(entry.Name);
                }

                continue;
            }

            open.CloseFrom(next.Level);
            if (searched.TryGet(next.Child.Digest, out FileHits? known))
            {
                walk.Take();
                open.Add(known);
                continue;
            }

            await walk.DescendAsync(cancellationToken).ConfigureAwait(false);
            open.Push(next);
        }

        open.CloseFrom(int.MaxValue);
        return open.Hits is { Count: > 0 } hits ? hits : null;
    }

    /// <summary>The nodes from the root to where the walk is, each with what was found below it so far.</summary>
    private sealed class OpenNodes(SearchedNodes searched)
    {
        private readonly Stack<(Digest Node, int Level, FileHits Hits)> _open = [];
        private readonly FileHits _all = new();

        internal FileHits Hits => _open.TryPeek(out (Digest, int, FileHits Hits) last) ? last.Hits : _all;

        internal void Push(ManifestSubtree node) => _open.Push((node.Child.Digest, node.Level, new FileHits()));

        internal void Add(FileHits? below)
        {
            if (below is not null)
            {
                Hits.Add(below);
            }
        }

        /// <summary>Closes what a node of that level does not lie below.</summary>
        internal void CloseFrom(int level)
        {
            while (_open.TryPeek(out (Digest Node, int Level, FileHits Hits) last) && last.Level <= level)
            {
                _open.Pop();
                FileHits? hits = last.Hits.Count > 0 ? last.Hits : null;
                searched.Note(last.Node, hits);
                Add(hits);
            }
        }
    }
}
