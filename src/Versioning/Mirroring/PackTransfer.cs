using System.Buffers;
using System.Collections.Concurrent;
using Versioning.Journal;
using Versioning.Packs;
using Versioning.Storage;

namespace Versioning.Mirroring;

/// <summary>Copies the packs that the target lacks, side by side in bounded memory, each checked before it is written.</summary>
/// <remarks>
/// All that the source lists and that is not gone, unpublished ones too: those become part of a version, or the source
/// condemns them.
/// </remarks>
internal sealed class PackTransfer(ObjectStore source, ObjectStore target, int concurrency, MirrorCount count)
{
    private const long MaxBytes = 128 * 1024 * 1024;

    private readonly List<(Task Task, long Length)> _running = [];
    private readonly List<PackId> _left = [];
    private readonly ConcurrentQueue<PackId> _absent = new();
    private long _bytes;

    /// <summary>Packs in the target that the state gives up and the source has no more.</summary>
    internal IReadOnlyList<PackId> Left => _left;

    /// <summary>One that should be in the source and is not, or null: damage, unless it is gone by now.</summary>
    internal PackId? Absent => _absent.TryPeek(out PackId pack) ? pack : null;

    /// <param name="state">Which objects are gone.</param>
    /// <param name="needed">Objects that must be there; taken out as they are found.</param>
    /// <param name="cancellationToken">Ends the copying.</param>
    internal async Task RunAsync(StoreState state, HashSet<PackId> needed, CancellationToken cancellationToken)
    {
        using var failed = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        try
        {
            await CompareAsync(state, needed, failed.Token).ConfigureAwait(false);
            while (_running.Count > 0)
            {
                await SettleOneAsync().ConfigureAwait(false);
            }
        }
        catch (Exception) when (_running.Count > 0)
        {
            await failed.CancelAsync().ConfigureAwait(false);
            await Task.WhenAll(_running.Select(copy => copy.Task)).ContinueWith(static _ => { }, TaskScheduler.Default).ConfigureAwait(false);
            throw;
        }

        foreach (PackId lost in needed)
        {
            _absent.Enqueue(lost);
        }
    }

    /// <summary>Goes through both listings side by side; they come in the same order.</summary>
    private async Task CompareAsync(StoreState state, HashSet<PackId> needed, CancellationToken cancellationToken)
    {
        IAsyncEnumerator<ObjectInfo> there = target.ListAsync(StoreKeys.Packs, cancellationToken).GetAsyncEnumerator(cancellationToken);
        await using (there.ConfigureAwait(false))
        {
            bool more = await there.MoveNextAsync().ConfigureAwait(false);
            await foreach (ObjectInfo info in source.ListAsync(StoreKeys.Packs, cancellationToken).ConfigureAwait(false))
            {
                for (; more && there.Current.Key < info.Key; more = await there.MoveNextAsync().ConfigureAwait(false))
                {
                    NoteLeft(there.Current, state);
                }

                bool has = more && there.Current.Key == info.Key;
                if (StoreKeys.TryParsePack(info.Key, out PackId pack))
                {
                    needed.Remove(pack);
                    if (has && there.Current.Length != info.Length)
                    {
                        throw new IntegrityException("replica_damaged", $"{info.Key} has {there.Current.Length} bytes in {target.Location} and {info.Length} in {source.Location}.", "Find out with 'vers verify' which is right, delete the other and mirror again.");
                    }

                    if (!has && !state.Gone.Contains(pack))
                    {
                        await StartAsync(pack, info.Length, cancellationToken).ConfigureAwait(false);
                    }
                }

                more = has ? await there.MoveNextAsync().ConfigureAwait(false) : more;
            }

            for (; more; more = await there.MoveNextAsync().ConfigureAwait(false))
            {
                NoteLeft(there.Current, state);
            }
        }
    }

    private void NoteLeft(ObjectInfo info, StoreState state)
    {
        if (StoreKeys.TryParsePack(info.Key, out PackId pack) && state.Gone.Contains(pack))
        {
            _left.Add(pack);
        }
    }

    private async ValueTask StartAsync(PackId pack, long length, CancellationToken cancellationToken)
    {
        if (concurrency == 1)
        {
            await CopyAsync(pack, length, cancellationToken).ConfigureAwait(false);
            return;
        }

        while (_running.Count > 0 && (_running.Count >= concurrency || _bytes + length > MaxBytes))
        {
            await SettleOneAsync().ConfigureAwait(false);
        }

        _bytes += length;
        _running.Add((Task.Run(() => CopyAsync(pack, length, cancellationToken), cancellationToken), length));
    }

    private async Task SettleOneAsync()
    {
        Task done = await Task.WhenAny(_running.Select(copy => copy.Task)).ConfigureAwait(false);
        int index = _running.FindIndex(copy => copy.Task == done);
        _bytes -= _running[index].Length;
        _running.RemoveAt(index);
        await done.ConfigureAwait(false);
    }

    private async Task CopyAsync(PackId pack, long length, CancellationToken cancellationToken)
    {
        ObjectKey key = StoreKeys.Pack(pack);
        string what = $"{key} in {source.Location}";
        if (length > PackFormat.MaxObjectLength)
        {
            throw new IntegrityException("object_too_long", $"{what} has {length} bytes; at most {PackFormat.MaxObjectLength} are allowed.", "Run 'vers verify' there.");
        }

        byte[] buffer = ArrayPool<byte>.Shared.Rent((int)length);
        try
        {
            Memory<byte> content = buffer.AsMemory(0, (int)length);
            if (await source.ReadAsync(key, 0, content, cancellationToken).ConfigureAwait(false) is not { } read)
            {
                _absent.Enqueue(pack);
                return;
            }

            if (read.ObjectLength != length || read.Count != length)
            {
                throw new IntegrityException("pack_damaged", $"{what} was listed with {length} bytes and has {read.ObjectLength}.", "Objects never change: find out what else writes there.");
            }

            PackFooter.RequireSound(content, what);
            if (await target.CreateAsync(key, content, cancellationToken).ConfigureAwait(false))
            {
                count.Add(length);
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}
