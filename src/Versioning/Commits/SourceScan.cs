using System.Threading.Channels;
using Versioning.Files;
using Versioning.Trees;

namespace Versioning.Commits;

/// <summary>
/// Walks a source next to the manifest that is built on, both in the byte order of paths, and starts the reading of
/// what is not known. What it hands on is bounded by the slabs and by the length of the channel.
/// </summary>
/// <param name="source">What is committed.</param>
/// <param name="basis">The manifest that is built on, or null.</param>
/// <param name="output">Takes the items, in order.</param>
/// <param name="tools">What reads files.</param>
/// <param name="options">The commit's options.</param>
internal sealed class SourceScan(SourceTree source, ManifestWalk? basis, ChannelWriter<IngestItem> output, ScanTools tools, CommitOptions options)
{
    private readonly Globs _removed = new(options.Remove);
    private FileBatch _batch = new();
    private OpenLeaf? _leaf;

    internal async Task RunAsync(FileCacheReader cache, CancellationToken cancellationToken)
    {
        try
        {
            if (basis is not null)
            {
                await basis.DescendAsync(cancellationToken).ConfigureAwait(false);
            }

            foreach (SourceFile file in source.Enumerate(cancellationToken))
            {
                CheckPath(file);
                await AdvanceAsync(file.Path, atEnd: false, cancellationToken).ConfigureAwait(false);
                await TakeAsync(file, cache, cancellationToken).ConfigureAwait(false);
            }

            await AdvanceAsync([], atEnd: true, cancellationToken).ConfigureAwait(false);
            await FlushAsync(cancellationToken).ConfigureAwait(false);
            output.Complete();
        }
        catch (Exception e)
        {
            await _batch.SettleAsync().ConfigureAwait(false);
            output.TryComplete(e);
            throw;
        }
    }

    private static void CheckPath(SourceFile file)
    {
        if (file.Path.Length > ManifestEntry.MaxPathLength)
        {
            throw new VersioningException("path_too_long", $"'{file}' has a path of {file.Path.Length} bytes; at most {ManifestEntry.MaxPathLength} are allowed.");
        }
    }

    /// <summary>Deals with all paths of the basis before this one: gone, or, in a patch, kept.</summary>
    private async ValueTask AdvanceAsync(byte[] path, bool atEnd, CancellationToken cancellationToken)
    {
        while (true)
        {
            if (_leaf is { } leaf)
            {
                while (leaf.Next is { } entry && (atEnd || entry.Path.AsSpan().SequenceCompareTo(path) < 0))
                {
                    await PassAsync(leaf, entry, cancellationToken).ConfigureAwait(false);
                }

                if (leaf.Next is not null)
                {
                    return;
                }

                await CloseAsync(leaf, cancellationToken).ConfigureAwait(false);
            }
            else if (!await StepAsync(path, atEnd, cancellationToken).ConfigureAwait(false))
            {
                return;
            }
        }
    }

    /// <summary>Steps over the next subtree, or into it where the path may lie in it.</summary>
    /// <returns>Whether there was something to do.</returns>
    private async ValueTask<bool> StepAsync(byte[] path, bool atEnd, CancellationToken cancellationToken)
    {
        if (basis?.Next is not { } next || (!atEnd && path.AsSpan().SequenceCompareTo(next.Child.FirstPath) < 0))
        {
            return false;
        }

        bool before = basis.NextIsBefore(path, atEnd);
        if (before && !options.Patch)
        {
            basis.Take();
        }
        else if (before && next.Entries is null && _removed.IsEmpty && await tools.Reuse.SubtreeAsync(next.Child, cancellationToken).ConfigureAwait(false))
        {
            await SendAsync(new UnchangedSubtree(basis.Take(), []), cancellationToken).ConfigureAwait(false);
        }
        else if (next.Entries is not null)
        {
            _leaf = new OpenLeaf(basis.Take(), tools.Reuse.Node(next.Child));
        }
        else
        {
            await basis.DescendAsync(cancellationToken).ConfigureAwait(false);
        }

        return true;
    }

    /// <summary>An entry of the basis that the source does not have.</summary>
    private async ValueTask PassAsync(OpenLeaf leaf, ManifestEntry entry, CancellationToken cancellationToken)
    {
        if (!options.Patch || _removed.IsMatch(entry.Name))
        {
            Spoil(leaf);
            leaf.Skip();
            return;
        }

        if (!await tools.Reuse.EntryAsync(entry, cancellationToken).ConfigureAwait(false))
        {
            throw new ConflictException("content_gone", $"The content of '{entry.Name}' was collected while this patch was made, and it is not at hand here.", "Try again, or commit the whole folder.");
        }

        await KeepAsync(leaf, default, cancellationToken).ConfigureAwait(false);
    }

    private async ValueTask TakeAsync(SourceFile file, FileCacheReader cache, CancellationToken cancellationToken)
    {
        ManifestEntry? old = _leaf?.Next is { } entry && entry.Path.AsSpan().SequenceEqual(file.Path) ? entry : null;
        bool known = cache.TryFind(file.Path, file.Stamp, out Digest sha);
        var identity = new FileIdentity(sha, file.Stamp, FileIdentity.Cached);
        if (old is not null && await IsUnchangedAsync(file, old, known && !options.Rehash ? sha : null, cancellationToken).ConfigureAwait(false))
        {
            await KeepAsync(_leaf!, file.LinkTarget is null ? identity : default, cancellationToken).ConfigureAwait(false);
            return;
        }

        if (_leaf is { } leaf)
        {
            // Before the first entry of a leaf there is room; anywhere else the leaf is another one now.
            if (old is not null || !leaf.IsAtStart)
            {
                Spoil(leaf);
            }

            if (old is not null)
            {
                leaf.Skip();
            }
        }

        ManifestEntry? ready = file.LinkTarget is { } target
            ? new ManifestEntry(file.Path, FileKind.Link, target.Length, Digest.Of(target), null, target, null)
            : known && !options.Rehash ? await tools.FromCacheAsync(file, old, sha, cancellationToken).ConfigureAwait(false) : null;
        if (ready is not null)
        {
            await AddAsync(ready, file.LinkTarget is null ? identity : default, cancellationToken).ConfigureAwait(false);
        }
        else if (file.Stamp.Size <= SmallFileReader.MaxLength)
        {
            await ReadSmallAsync(file, old, cancellationToken).ConfigureAwait(false);
        }
        else
        {
            await ReadLargeAsync(file, old, known ? sha : null, cancellationToken).ConfigureAwait(false);
        }
    }

    private async ValueTask<bool> IsUnchangedAsync(SourceFile file, ManifestEntry old, Digest? sha, CancellationToken cancellationToken) =>
        file.Kind == old.Kind && (file.LinkTarget is { } target
            ? old.LinkTarget.AsSpan().SequenceEqual(target)
            : sha is { } digest && old.Size == file.Stamp.Size && old.Sha256 == digest && await tools.Reuse.EntryAsync(old, cancellationToken).ConfigureAwait(false));

    private async ValueTask ReadSmallAsync(SourceFile file, ManifestEntry? old, CancellationToken cancellationToken)
    {
        await tools.PrepareAsync(cancellationToken).ConfigureAwait(false);
        if (!_batch.Fits(file.Stamp.Size))
        {
            await FlushAsync(cancellationToken).ConfigureAwait(false);
        }

        if (_batch.NeedsSlab)
        {
            _batch.Use(await tools.Slabs.TakeAsync(cancellationToken).ConfigureAwait(false));
        }

        _batch.Add(file, old);
        await FlushIfFullAsync(cancellationToken).ConfigureAwait(false);
    }

    private async ValueTask ReadLargeAsync(SourceFile file, ManifestEntry? old, Digest? known, CancellationToken cancellationToken)
    {
        if (old is not null && known == old.Sha256 && await tools.IsStillAsync(file, old, cancellationToken).ConfigureAwait(false) is { } identity)
        {
            await AddAsync(old with { Kind = file.Kind }, identity, cancellationToken).ConfigureAwait(false);
            return;
        }

        await tools.PrepareAsync(cancellationToken).ConfigureAwait(false);
        await FlushAsync(cancellationToken).ConfigureAwait(false);
        LargeFileReader reader = tools.Large(file, tools.Slabs);
        await output.WriteAsync(reader, cancellationToken).ConfigureAwait(false);
        await reader.ProduceAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>The next entry of an open leaf stays as it is.</summary>
    private async ValueTask KeepAsync(OpenLeaf leaf, FileIdentity identity, CancellationToken cancellationToken)
    {
        ManifestEntry entry = leaf.Next!;
        if (!leaf.TryKeep(identity))
        {
            leaf.Skip();
            await AddAsync(entry, identity, cancellationToken).ConfigureAwait(false);
        }
    }

    private async ValueTask CloseAsync(OpenLeaf leaf, CancellationToken cancellationToken)
    {
        _leaf = null;
        if (leaf.IsWhole)
        {
            await SendAsync(new UnchangedSubtree(leaf.Subtree, leaf.Kept), cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>The leaf does not stay as it is: what was kept of it goes in entry by entry.</summary>
    private void Spoil(OpenLeaf leaf)
    {
        foreach ((ManifestEntry entry, FileIdentity identity) in leaf.Spoil())
        {
            _batch.Add(entry, identity);
        }
    }

    private ValueTask AddAsync(ManifestEntry entry, FileIdentity identity, CancellationToken cancellationToken)
    {
        _batch.Add(entry, identity);
        return FlushIfFullAsync(cancellationToken);
    }

    private ValueTask FlushIfFullAsync(CancellationToken cancellationToken) =>
        _batch.IsFull ? FlushAsync(cancellationToken) : ValueTask.CompletedTask;

    private async ValueTask SendAsync(IngestItem item, CancellationToken cancellationToken)
    {
        await FlushAsync(cancellationToken).ConfigureAwait(false);
        await output.WriteAsync(item, cancellationToken).ConfigureAwait(false);
    }

    private async ValueTask FlushAsync(CancellationToken cancellationToken)
    {
        if (_batch.Files.Count > 0)
        {
            FileBatch full = _batch;
            _batch = new FileBatch();
            full.Start(tools.Small, tools.Workers, cancellationToken);
            await output.WriteAsync(full, cancellationToken).ConfigureAwait(false);
        }
    }
}
