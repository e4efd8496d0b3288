using System.Collections.Concurrent;
using System.IO.Hashing;
using Versioning.Journal;
using Versioning.Packs;
using Versioning.Storage;
using Versioning.Trees;

namespace Versioning.Verifying;

/// <summary>Reads everything that is reachable, or all packs, checks every byte, and says which versions and files each damage hits.</summary>
internal sealed class VerifyOperation(ObjectStore objects, JournalLog journal, PackReader packs, int concurrency)
{
    private const int MaxFiles = 1000;

    private readonly ConcurrentDictionary<PackId, bool> _checkedPacks = new();
    // Bad ordinals per pack object; null stands for the whole object.
    private readonly ConcurrentDictionary<PackId, HashSet<int>?> _bad = new();
    private readonly ConcurrentDictionary<string, Found> _found = new();
    private long _objects, _bytes;

    internal async Task<VerifyReport> RunAsync(IReadOnlyList<(string Artifact, PublishedVersion Version)> versions, bool wholeStore, IProgress<TransferProgress>? progress, CancellationToken cancellationToken)
    {
        StoreState state = journal.State;
        if (wholeStore)
        {
            await CheckJournalAsync(state, cancellationToken).ConfigureAwait(false);
            await CheckPacksAsync(ListPacksAsync(cancellationToken), progress, cancellationToken).ConfigureAwait(false);
        }

        foreach ((string artifact, PublishedVersion version) in versions)
        {
            await CheckVersionAsync(state, artifact, version, progress, cancellationToken).ConfigureAwait(false);
        }

        Damage[] damages = [.. _found.OrderBy(f => f.Key, StringComparer.Ordinal).Select(f => f.Value.ToDamage(f.Key))];
        return new VerifyReport(_objects, _bytes, versions.Count, damages);
    }

    private async IAsyncEnumerable<PackId> ListPacksAsync([System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (ObjectInfo info in objects.ListAsync(StoreKeys.Packs, cancellationToken).ConfigureAwait(false))
        {
            if (StoreKeys.TryParsePack(info.Key, out PackId id))
            {
                yield return id;
            }
            else
            {
                Report(info.Key.Value, "is not the key of a pack");
            }
        }
    }

    private async Task CheckPacksAsync(IAsyncEnumerable<PackId> ids, IProgress<TransferProgress>? progress, CancellationToken cancellationToken)
    {
        var options = new ParallelOptions { MaxDegreeOfParallelism = concurrency, CancellationToken = cancellationToken };
        await Parallel.ForEachAsync(ids, options, async (id, token) =>
        {
            if (_checkedPacks.TryAdd(id, true))
            {
                await CheckPackAsync(id, token).ConfigureAwait(false);
                progress?.Report(new TransferProgress(Interlocked.Read(ref _bytes), null, Interlocked.Read(ref _objects), null));
            }
        }).ConfigureAwait(false);
    }

    /// <summary>Every chunk of one pack, in slices of bounded length.</summary>
    private async Task CheckPackAsync(PackId id, CancellationToken cancellationToken)
    {
        const int Slice = 8 * 1024 * 1024;
        string key = StoreKeys.Pack(id).Value;
        PackFooter footer;
        try
        {
            footer = await packs.FooterAsync(id, cancellationToken).ConfigureAwait(false);
        }
        catch (IntegrityException e)
        {
            _bad[id] = null;
            Report(key, e.Code == "object_missing" ? "is missing" : e.Message);
            return;
        }

        Interlocked.Increment(ref _objects);
        byte[] buffer = System.Buffers.ArrayPool<byte>.Shared.Rent(Slice + PackFormat.MaxChunkLength);
        byte[] content = System.Buffers.ArrayPool<byte>.Shared.Rent(PackFormat.MaxChunkLength);
        try
        {
            for (int first = 0; first < footer.Count;)
            {
                int end = first;
                long start = footer[first].Offset, length = 0;
                while (end < footer.Count && (length == 0 || length + footer[end].StoredLength <= Slice))
                {
                    length += footer[end++].StoredLength;
                }

                ObjectRead? read = await objects.ReadAsync(StoreKeys.Pack(id), start, buffer.AsMemory(0, (int)length), cancellationToken).ConfigureAwait(false);
                Interlocked.Add(ref _bytes, read?.Count ?? 0);
                for (int ordinal = first; ordinal < end; ordinal++)
                {
                    PackedChunk chunk = footer[ordinal];
                    int at = (int)(chunk.Offset - start);
                    bool here = read?.Count >= at + chunk.StoredLength;
                    if (!here || !IsSound(id, chunk, buffer.AsSpan(at, chunk.StoredLength), content.AsSpan(0, chunk.Length)))
                    {
                        _bad.GetOrAdd(id, _ => [])?.Add(ordinal);
                        Report(key, here ? "has chunks that are not what their digests say" : "is missing or truncated");
                    }
                }

                first = end;
            }
        }
        finally
        {
            System.Buffers.ArrayPool<byte>.Shared.Return(buffer);
            System.Buffers.ArrayPool<byte>.Shared.Return(content);
        }
    }

    private bool IsSound(PackId id, PackedChunk chunk, ReadOnlySpan<byte> stored, Span<byte> content)
    {
        if (chunk.Length == 0)
        {
            return true;
        }

        if (XxHash3.HashToUInt64(stored) != chunk.Checksum)
        {
            return false;
        }

        try
        {
            packs.Decode(chunk, stored, content, PackReader.Describe(id, chunk));
            return true;
        }
        catch (IntegrityException)
        {
            return false;
        }
    }

    private async Task CheckVersionAsync(StoreState state, string artifact, PublishedVersion version, IProgress<TransferProgress>? progress, CancellationToken cancellationToken)
    {
        string name = new ArtifactPin(artifact, version.Number, version.Digest).ToString();
        try
        {
            _ = await journal.ReadRecordAsync(artifact, version, cancellationToken).ConfigureAwait(false);
        }
        catch (VersioningException e) when (e is IntegrityException || e.Code == "newer_format")
        {
            Report(StoreKeys.Entry(version.Sequence).Value, e.Message, name);
        }

        if (version.Packs is { } summary)
        {
            await CheckAsync(state, summary, null, name, null, progress, cancellationToken).ConfigureAwait(false);
        }

        await NodeAsync(state, version.Content, version.Root, null, name, $"{artifact}@{version.Number}", progress, cancellationToken).ConfigureAwait(false);
    }

    private async Task NodeAsync(StoreState state, Digest digest, ChunkRef place, int? level, string version, string label, IProgress<TransferProgress>? progress, CancellationToken cancellationToken)
    {
        if (!await CheckAsync(state, place, null, version, null, progress, cancellationToken).ConfigureAwait(false))
        {
            return;
        }

        ManifestNode node;
        try
        {
            node = await new ManifestReader(packs, digest, place).NodeAsync(digest, place, level, cancellationToken).ConfigureAwait(false);
        }
        catch (IntegrityException e)
        {
            Report(KeyOf(state, place), e.Message, version);
            return;
        }

        foreach (ManifestEntry entry in node.Entries)
        {
            await FileAsync(state, entry, version, $"{label} {entry.Name}", progress, cancellationToken).ConfigureAwait(false);
        }

        foreach (ManifestChild child in node.Children)
        {
            await NodeAsync(state, child.Digest, child.Place, node.Level - 1, version, label, progress, cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task FileAsync(StoreState state, ManifestEntry entry, string version, string file, IProgress<TransferProgress>? progress, CancellationToken cancellationToken)
    {
        if (entry.Place is not { } place || !await CheckAsync(state, place, entry.ChunkList is null ? entry.Sha256 : null, version, file, progress, cancellationToken).ConfigureAwait(false))
        {
            return;
        }

        if (entry.ChunkList is null)
        {
            return;
        }

        try
        {
            await foreach (PlacedChunk placed in ChunkListReader.ChunksAsync(packs, entry, 0, cancellationToken).ConfigureAwait(false))
            {
                await CheckAsync(state, placed.Chunk.Place, placed.Chunk.Digest, version, file, progress, cancellationToken).ConfigureAwait(false);
            }
        }
        catch (IntegrityException e)
        {
            Report(KeyOf(state, place), e.Message, version, file);
        }
    }

    /// <summary>Whether a reference leads to a sound chunk, and to the one that it should.</summary>
    private async ValueTask<bool> CheckAsync(StoreState state, ChunkRef reference, Digest? expected, string version, string? file, IProgress<TransferProgress>? progress, CancellationToken cancellationToken)
    {
        if (state.Resolve(reference) is not { } place)
        {
            Report(StoreKeys.Pack(reference.Pack).Value, "was collected although a version needs it", version, file);
            return false;
        }

        if (_checkedPacks.TryAdd(place.Object, true))
        {
            await CheckPackAsync(place.Object, cancellationToken).ConfigureAwait(false);
            progress?.Report(new TransferProgress(Interlocked.Read(ref _bytes), null, Interlocked.Read(ref _objects), null));
        }

        string key = StoreKeys.Pack(place.Object).Value;
        if (_bad.TryGetValue(place.Object, out HashSet<int>? ordinals) && ordinals?.Contains(place.Ordinal) != false)
        {
            Report(key, null, version, file);
            return false;
        }

        PackFooter footer = await packs.FooterAsync(place.Object, cancellationToken).ConfigureAwait(false);
        if (place.Ordinal >= footer.Count || (expected is { } digest && footer[place.Ordinal].Digest != digest))
        {
            Report(key, "does not hold a chunk that a version expects in it", version, file);
            return false;
        }

        return true;
    }

    private async Task CheckJournalAsync(StoreState state, CancellationToken cancellationToken)
    {
        StoreState folded = StoreState.Empty;
        HashSet<long> checkpoints = [];
        var states = new Dictionary<long, Digest>();
        await foreach (ObjectInfo info in objects.ListAsync(StoreKeys.Checkpoints, cancellationToken).ConfigureAwait(false))
        {
            _ = StoreKeys.TryParseSequence(info.Key, out long position) && checkpoints.Add(position);
        }

        try
        {
            await foreach ((JournalEntry entry, Digest hash) in journal.ReadAsync(1, state.Sequence, cancellationToken).ConfigureAwait(false))
            {
                folded = folded.Apply(entry, hash);
                if (checkpoints.Contains(folded.Sequence))
                {
                    states[folded.Sequence] = Digest.Of(Checkpoint.Encode(folded).Span);
                }

                Interlocked.Increment(ref _objects);
            }
        }
        catch (VersioningException e) when (e is IntegrityException || e.Code == "newer_format")
        {
            Report(StoreKeys.Entry(Math.Max(1, folded.Sequence + 1)).Value, e.Message);
        }

        // Readers take the contiguous run; what lies beyond a gap was published once and is lost to them.
        await foreach (ObjectInfo info in objects.ListAsync(StoreKeys.Journal, cancellationToken).ConfigureAwait(false))
        {
            if (!StoreKeys.TryParseSequence(info.Key, out long sequence) || StoreKeys.Entry(sequence) != info.Key)
            {
                Report(info.Key.Value, "is not the key of a journal entry");
            }
            else if (sequence > journal.State.Sequence)
            {
                Report(StoreKeys.Entry(journal.State.Sequence + 1).Value, $"is missing, although {info.Key} exists");
            }
        }

        await foreach (ObjectInfo info in objects.ListAsync(StoreKeys.Checkpoints, cancellationToken).ConfigureAwait(false))
        {
            Interlocked.Increment(ref _objects);
            try
            {
                if (await objects.ReadAllAsync(info.Key, Checkpoint.MaxLength, cancellationToken).ConfigureAwait(false) is { } bytes)
                {
                    StoreState claimed = Checkpoint.Decode(bytes, info.Key.Value);
                    if (!states.TryGetValue(claimed.Sequence, out Digest folds) || folds != Digest.Of(bytes.Span))
                    {
                        Report(info.Key.Value, "does not say what the journal's entries do");
                    }
                }
            }
            catch (IntegrityException e)
            {
                Report(info.Key.Value, e.Message);
            }
        }
    }

    private static string KeyOf(StoreState state, ChunkRef reference) => StoreKeys.Pack(state.Resolve(reference)?.Object ?? reference.Pack).Value;

    private void Report(string key, string? problem, string? version = null, string? file = null) =>
        _found.GetOrAdd(key, _ => new Found()).Add(problem, version, file);

    private sealed class Found
    {
        private readonly SortedSet<string> _problems = new(StringComparer.Ordinal);
        private readonly SortedSet<string> _versions = new(StringComparer.Ordinal);
        private readonly SortedSet<string> _files = new(StringComparer.Ordinal);

        internal void Add(string? problem, string? version, string? file)
        {
            lock (_problems)
            {
                _ = problem is not null && _problems.Add(problem);
                _ = version is not null && _versions.Add(version);
                _ = file is not null && _files.Count < MaxFiles && _files.Add(file);
            }
        }

        internal Damage ToDamage(string key) => new(key, string.Join("; ", _problems), [.. _versions], [.. _files]);
    }
}
