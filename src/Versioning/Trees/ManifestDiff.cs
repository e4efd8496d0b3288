using System.Runtime.CompilerServices;

namespace Versioning.Trees;

/// <summary>Compares two manifests and descends only where digests differ.</summary>
internal static class ManifestDiff
{
    internal static async IAsyncEnumerable<FileChange> CompareAsync(ManifestCursor before, ManifestCursor after, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        while (!before.AtEnd || !after.AtEnd)
        {
            if (!before.AtEnd && !after.AtEnd && before.Entry is null && after.Entry is null && before.Subtree == after.Subtree)
            {
                before.Skip();
                after.Skip();
                continue;
            }

            // The higher subtree first, so that equal subtrees of the other side are met whole.
            int left = before.AtEnd ? -1 : before.Level;
            int right = after.AtEnd ? -1 : after.Level;
            if (left >= 0 && left >= right)
            {
                await before.DescendAsync(cancellationToken).ConfigureAwait(false);
                if (right == left)
                {
                    await after.DescendAsync(cancellationToken).ConfigureAwait(false);
                }

                continue;
            }

            if (right >= 0)
            {
                await after.DescendAsync(cancellationToken).ConfigureAwait(false);
                continue;
            }

            if (Step(before, after) is { } change)
            {
                yield return change;
            }
        }
    }

    private static FileChange? Step(ManifestCursor before, ManifestCursor after)
    {
        ManifestEntry? old = before.AtEnd ? null : before.Entry;
        ManifestEntry? now = after.AtEnd ? null : after.Entry;
        int order = old is null ? 1 : now is null ? -1 : old.Path.AsSpan().SequenceCompareTo(now.Path);
        if (order <= 0)
        {
            before.Skip();
        }

        if (order >= 0)
        {
            after.Skip();
        }

        return order switch
        {
            < 0 => new FileChange(FileChangeKind.Removed, old!.Name, old.ToFile(), null),
            > 0 => new FileChange(FileChangeKind.Added, now!.Name, null, now.ToFile()),
            _ => old!.SameContent(now!) ? null : new FileChange(FileChangeKind.Modified, now!.Name, old.ToFile(), now.ToFile()),
        };
    }
}
