using System.Buffers;
using System.Buffers.Binary;

namespace Versioning.Files;

/// <summary>
/// The stamps under which the files of a folder were found to be those of a version, in the version's order: what has the
/// same stamp still is as it was, so neither entries nor digests are needed. On this machine only.
/// </summary>
/// <remarks>For each entry, little endian: path length (2), path, stamp as in a <see cref="FileCache"/>; zeros where nothing is proved.</remarks>
internal sealed class StampList
{
    private const int MaxLength = 256 * 1024 * 1024;
    private const int PartLength = 512;

    private readonly ReadOnlyMemory<byte> _bytes;
    private readonly List<int> _starts = [];

    private StampList(ReadOnlyMemory<byte> bytes)
    {
        _bytes = bytes;
        for (int at = 0; at < bytes.Length; Count++)
        {
            if (Count % PartLength == 0)
            {
                _starts.Add(at);
            }

            at = Next(bytes.Span, at, out _);
        }
    }

    /// <summary>How many entries it has.</summary>
    internal int Count { get; }

    /// <summary>In how many parts it can be gone through side by side.</summary>
    internal int Parts => _starts.Count;

    /// <summary>The list of a folder and a version; without entries where there is none.</summary>
    /// <param name="cacheDirectory">This machine's cache.</param>
    /// <param name="root">The folder.</param>
    /// <param name="version">What tells its entries from those of any other version, or of a part of one.</param>
    internal static StampList Read(string cacheDirectory, string root, string version) =>
        new(CheckedFile.Read(PathOf(cacheDirectory, root), NameOf(version), MaxLength) ?? default);

    /// <summary>Takes the place of the folder's last list; one that is too long is not kept.</summary>
    /// <param name="cacheDirectory">This machine's cache.</param>
    /// <param name="root">The folder.</param>
    /// <param name="version">As for <see cref="Read"/>.</param>
    /// <param name="records">What <see cref="Append"/> wrote, in order.</param>
    internal static void Write(string cacheDirectory, string root, string version, IReadOnlyCollection<ReadOnlyMemory<byte>> records)
    {
        long length = records.Sum(part => (long)part.Length);
        if (length > MaxLength - CheckedFile.HashLength)
        {
            return;
        }

        var all = new ArrayBufferWriter<byte>((int)Math.Max(1, length));
        foreach (ReadOnlyMemory<byte> part in records)
        {
            all.Write(part.Span);
        }

        CheckedFile.Write(PathOf(cacheDirectory, root), NameOf(version), all.WrittenSpan);
    }

    /// <summary>Adds an entry to what will be a list.</summary>
    internal static void Append(ArrayBufferWriter<byte> to, ReadOnlySpan<byte> path, in FileStamp stamp)
    {
        int length = 2 + path.Length + FileCache.StampSize;
        Span<byte> at = to.GetSpan(length);
        BinaryPrimitives.WriteUInt16LittleEndian(at, (ushort)path.Length);
        path.CopyTo(at[2..]);
        FileCache.Write(stamp, at[(2 + path.Length)..]);
        to.Advance(length);
    }

    /// <summary>Goes through one part.</summary>
    /// <param name="part">Which.</param>
    /// <param name="first">The place of its first entry in the list.</param>
    internal Cursor PartAt(int part, out int first)
    {
        first = part * PartLength;
        int end = part + 1 < _starts.Count ? _starts[part + 1] : _bytes.Length;
        return new Cursor(_bytes[_starts[part]..end]);
    }

    /// <summary>Goes through the whole list.</summary>
    internal Cursor All() => new(_bytes);

    /// <summary>Where the list of a folder lies: beside its file cache.</summary>
    internal static string PathOf(string cacheDirectory, string root) => FileCache.PathOf(cacheDirectory, root) + "-stamps";

    private static string NameOf(string version) => $"stamps 1 {version}";

    // Content that has its hash is one that was written by Append: what follows is within bounds.
    private static int Next(ReadOnlySpan<byte> bytes, int at, out int pathLength)
    {
        pathLength = BinaryPrimitives.ReadUInt16LittleEndian(bytes[at..]);
        return at + 2 + pathLength + FileCache.StampSize;
    }

    /// <summary>A place between two entries.</summary>
    internal sealed class Cursor(ReadOnlyMemory<byte> bytes)
    {
        private int _at;

        /// <summary>The next entry; false: there is none.</summary>
        internal bool TryNext(out ReadOnlySpan<byte> path, out FileStamp stamp)
        {
            path = default;
            stamp = default;
            if (_at == bytes.Length)
            {
                return false;
            }

            ReadOnlySpan<byte> all = bytes.Span;
            int next = Next(all, _at, out int length);
            path = all.Slice(_at + 2, length);
            stamp = FileCache.ReadStamp(all.Slice(next - FileCache.StampSize));
            _at = next;
            return true;
        }
    }
}
