using System.Buffers.Binary;
using System.IO.Hashing;
using Versioning.Compression;
using Versioning.Canonical;

namespace Versioning.Packs;

/// <summary>One pack while it is being filled. Not thread safe.</summary>
internal sealed class PackBuilder
{
    private readonly int _capacity;
    private readonly List<ulong> _prefixes = [];
    private byte[] _records = new byte[1024 * PackFormat.RecordLength];
    private byte[] _buffer;
    private int _payload;

    internal PackBuilder(int capacity, byte[]? buffer = null)
    {
        _capacity = capacity;
        // Pages that are never written to cost nothing.
        _buffer = buffer ?? GC.AllocateUninitializedArray<byte>(capacity + PackFormat.RecordLength);
    }

    internal PackId Id { get; } = PackId.New();

    internal int Count => _prefixes.Count;

    internal int Length => _payload + (Count * PackFormat.RecordLength) + PackFormat.TrailerLength;

    /// <summary>Whether one more chunk of that stored length still fits; an empty pack takes any chunk.</summary>
    internal bool Fits(int storedLength) => Count == 0 || (Count < PackFormat.TargetChunks && Length + PackFormat.RecordLength + storedLength <= _capacity);

    /// <summary>Appends a chunk.</summary>
    /// <returns>Where it lies.</returns>
    internal ChunkRef Add(Digest digest, int length, ChunkEncoding encoding, ReadOnlySpan<byte> stored)
    {
        var span = new StoredSpan(_payload, stored.Length, length, encoding, XxHash3.HashToUInt64(stored));
        Reserve(_payload + stored.Length);
        stored.CopyTo(_buffer.AsSpan(_payload));
        _payload += stored.Length;

        int at = Count * PackFormat.RecordLength;
        if (at == _records.Length)
        {
            Array.Resize(ref _records, 2 * at);
        }

        Span<byte> record = _records.AsSpan(at, PackFormat.RecordLength);
        digest.CopyTo(record);
        BinaryPrimitives.WriteInt32LittleEndian(record[32..], length);
        BinaryPrimitives.WriteInt32LittleEndian(record[36..], stored.Length);
        record[40] = (byte)encoding;
        BinaryPrimitives.WriteUInt64LittleEndian(record[41..], span.Checksum);
        _prefixes.Add(digest.Prefix);
        return new ChunkRef(Id, Count - 1) { Span = span };
    }

    /// <summary>The whole object; the builder is not used any more.</summary>
    internal ReadOnlyMemory<byte> Seal()
    {
        int footer = Count * PackFormat.RecordLength;
        Reserve(_payload + footer + PackFormat.TrailerLength);
        _records.AsSpan(0, footer).CopyTo(_buffer.AsSpan(_payload));
        Span<byte> at = _buffer.AsSpan(_payload + footer);
        DomainHash.PackFooter(_buffer.AsSpan(_payload, footer)).CopyTo(at);
        BinaryPrimitives.WriteInt32LittleEndian(at[32..], footer);
        PackFormat.Magic.CopyTo(at[36..]);

        var content = _buffer.AsMemory(0, _payload + footer + PackFormat.TrailerLength);
        // Decoded again before it is uploaded: what can't be read back must not be published.
        _ = PackFooter.Parse(content, content.Length, $"pack {Id}");
        return content;
    }

    /// <summary>What is published about the pack: what it holds so far.</summary>
    internal PackSummary Summarize() => PackSummary.Of(Id, Count, _prefixes);

    /// <summary>The buffer, for the next pack.</summary>
    internal byte[] Buffer => _buffer;

    private void Reserve(int length)
    {
        if (length > _buffer.Length)
        {
            byte[] larger = GC.AllocateUninitializedArray<byte>(Math.Max(length, Math.Min(_buffer.Length * 2, _capacity + PackFormat.RecordLength)));
            _buffer.AsSpan(0, _payload).CopyTo(larger);
            _buffer = larger;
        }
    }
}

/// <summary>What a commit publishes about a pack it made.</summary>
/// <param name="Id">The pack.</param>
/// <param name="Chunks">How many chunks it holds.</param>
/// <param name="Hooks">The first eight bytes of its smallest chunk hashes, ascending, at most eight.</param>
internal sealed record PackSummary(PackId Id, int Chunks, ulong[] Hooks)
{
    private const int HookCount = 8;

    internal static PackSummary Of(PackId id, int chunks, IEnumerable<ulong> prefixes) => new(id, chunks, [.. prefixes.Distinct().Order().Take(HookCount)]);

    internal static PackSummary Of(PackId id, PackFooter footer) => Of(id, footer.Count, Enumerable.Range(0, footer.Count).Select(i => footer[i].Digest.Prefix));
}
