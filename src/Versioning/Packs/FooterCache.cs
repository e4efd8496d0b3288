using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using Versioning.Storage;

namespace Versioning.Packs;

/// <summary>What was read of a pack object to get its footer: its end, or all of it where it is short.</summary>
/// <param name="Footer">The footer.</param>
/// <param name="Tail">The object's bytes from <paramref name="TailStart"/> on.</param>
/// <param name="TailStart">Where they begin in the object.</param>
internal sealed record LoadedPack(PackFooter Footer, ReadOnlyMemory<byte> Tail, long TailStart)
{
    internal int Bytes => Tail.Length + (4 * Footer.Count);

    /// <summary>The stored bytes of a chunk where they were read already.</summary>
    internal ReadOnlyMemory<byte>? Stored(PackedChunk chunk) =>
        chunk.Offset >= TailStart ? Tail.Slice((int)(chunk.Offset - TailStart), chunk.StoredLength) : default(ReadOnlyMemory<byte>?);
}

/// <summary>Footers by object, never by pack id, as a pack may move. Bounded: what was not used for long is forgotten.</summary>
/// <param name="objects">Where the packs lie.</param>
/// <param name="kept">What this machine keeps of them, or null.</param>
internal sealed class FooterCache(ObjectStore objects, KeptPacks? kept)
{
    private const int TailLength = 96 * 1024;

    // Packs of nodes and of small commits: whoever reads one chunk there will read its neighbours.
    private const long KeepsTailUpTo = 8 * 1024 * 1024;
    private const long MaxGenerationBytes = 24 * 1024 * 1024;

    // Two generations: a full young one becomes the old one; what is found in the old one is young again.
    private ConcurrentDictionary<PackId, LoadedPack> _young = new();
    private ConcurrentDictionary<PackId, LoadedPack> _old = new();
    private readonly Lock _lock = new();
    private long _youngBytes;

    internal bool TryGet(PackId target, [NotNullWhen(true)] out LoadedPack? pack)
    {
        if (_young.TryGetValue(target, out pack))
        {
            return true;
        }

        if (_old.TryGetValue(target, out pack))
        {
            Add(target, pack);
            return true;
        }

        return false;
    }

    internal ValueTask<LoadedPack> GetAsync(PackId target, CancellationToken cancellationToken) =>
        TryGet(target, out LoadedPack? pack) ? ValueTask.FromResult(pack) : LoadAsync(target, cancellationToken);

    /// <summary>The next one who asks reads it anew.</summary>
    internal void Forget(PackId target)
    {
        lock (_lock)
        {
            _youngBytes -= _young.TryRemove(target, out LoadedPack? young) ? young.Bytes : 0;
            _old.TryRemove(target, out _);
        }

        kept?.ForgetFooter(target);
    }

    internal static IntegrityException Absent(PackId target) =>
        new("object_missing", $"{StoreKeys.Pack(target)} is missing.", "Run 'vers verify' to see which versions are hit.");

    private async ValueTask<LoadedPack> LoadAsync(PackId target, CancellationToken cancellationToken)
    {
        if (kept?.Footer(target) is { } known)
        {
            Add(target, known);
            return known;
        }

        ObjectKey key = StoreKeys.Pack(target);
        byte[] tail = new byte[TailLength];
        ObjectRead read = await objects.ReadAsync(key, -TailLength, tail, cancellationToken).ConfigureAwait(false) ?? throw Absent(target);
        if (PackFooter.LengthFromTail(tail.AsSpan(0, read.Count)) is not { } length || length > read.ObjectLength)
        {
            length = read.Count;
        }

        if (length > read.Count)
        {
            tail = new byte[length];
            ObjectRead? again = await objects.ReadAsync(key, -length, tail, cancellationToken).ConfigureAwait(false);
            if (again?.Count != length)
            {
                throw Absent(target);
            }
        }
        else
        {
            // Kept for long, so no longer than it may be of use.
            tail = tail[(read.ObjectLength <= KeepsTailUpTo ? 0 : read.Count - length)..read.Count];
        }

        PackFooter footer = PackFooter.Parse(tail, read.ObjectLength, key.Value);
        var loaded = new LoadedPack(footer, tail, read.ObjectLength - tail.Length);
        Add(target, loaded);
        kept?.Keep(target, loaded);
        return loaded;
    }

    private void Add(PackId target, LoadedPack pack)
    {
        lock (_lock)
        {
            if (!_young.TryAdd(target, pack))
            {
                return;
            }

            _youngBytes += pack.Bytes;
            if (_youngBytes > MaxGenerationBytes)
            {
                (_old, _young, _youngBytes) = (_young, new(), 0);
            }
        }
    }
}
