using System.Buffers;
using System.Buffers.Binary;
using System.Text;
using Versioning.Files;
using Versioning.Packs;
using Versioning.Trees;

namespace Versioning.Workspaces;

/// <summary>
/// The entries of a manifest as this machine saw them last, so that a folder can be compared with its version, and restored
/// from the machine's cache, without its store. Where bytes lie in the store is not in it.
/// </summary>
/// <remarks>For each entry, little endian: path length (2), path, kind (1), size (8), SHA-256, length of a link's target (2), target.</remarks>
internal static class EntryList
{
    /// <summary>Their folder in the machine's cache.</summary>
    internal const string FolderName = "lists";

    private const int MaxLength = 256 * 1024 * 1024;

    /// <summary>The entries, or null where they are not known.</summary>
    internal static IReadOnlyList<ManifestEntry>? Read(string cacheDirectory, PinnedVersion pin)
    {
        string name = NameOf(pin);
        return CheckedFile.Read(Path.Join(cacheDirectory, FolderName, name), name, MaxLength) is { } bytes && Decode(bytes.Span) is { } entries && Counts(entries, pin) ? entries : null;
    }

    /// <summary>Whether there is a list; whether it is sound shows when it is read.</summary>
    internal static bool Has(string cacheDirectory, PinnedVersion pin) => File.Exists(Path.Join(cacheDirectory, FolderName, NameOf(pin)));

    /// <summary>Keeps entries; a list that is too long is not kept.</summary>
    internal static async Task KeepAsync(string cacheDirectory, PinnedVersion pin, IAsyncEnumerable<ManifestEntry> entries, CancellationToken cancellationToken)
    {
        string name = NameOf(pin), path = Path.Join(cacheDirectory, FolderName, name);
        if (File.Exists(path))
        {
            return;
        }

        var bytes = new ArrayBufferWriter<byte>(64 * 1024);
        await foreach (ManifestEntry entry in entries.WithCancellation(cancellationToken).ConfigureAwait(false))
        {
            Write(bytes, entry);
            if (bytes.WrittenCount > MaxLength - CheckedFile.HashLength)
            {
                return;
            }
        }

        CheckedFile.Write(path, name, bytes.WrittenSpan);
    }

    /// <summary>By the version and its manifest: what a store never confirmed together is not known.</summary>
    internal static string NameOf(PinnedVersion pin) => Digest.Of(Encoding.UTF8.GetBytes($"{pin.Pin} {pin.Manifest}")).ToHex();

    /// <summary>Whether the lock says the right amounts; whoever resolved a reference a moment ago knows none.</summary>
    private static bool Counts(List<ManifestEntry> entries, PinnedVersion pin) =>
        (pin.Files, pin.Bytes) is (0, 0) || (pin.Files, pin.Bytes) == (entries.Count, entries.Sum(entry => entry.Size));

    private static void Write(ArrayBufferWriter<byte> to, ManifestEntry entry)
    {
        byte[] link = entry.LinkTarget ?? [];
        Span<byte> at = to.GetSpan(2 + entry.Path.Length + 1 + 8 + Digest.Size + 2 + link.Length);
        BinaryPrimitives.WriteUInt16LittleEndian(at, (ushort)entry.Path.Length);
        entry.Path.CopyTo(at[2..]);
        Span<byte> rest = at[(2 + entry.Path.Length)..];
        rest[0] = (byte)entry.Kind;
        BinaryPrimitives.WriteInt64LittleEndian(rest[1..], entry.Size);
        entry.Sha256.CopyTo(rest[9..]);
        BinaryPrimitives.WriteUInt16LittleEndian(rest[(9 + Digest.Size)..], (ushort)link.Length);
        link.CopyTo(rest[(11 + Digest.Size)..]);
        to.Advance(2 + entry.Path.Length + 11 + Digest.Size + link.Length);
    }

    private static List<ManifestEntry>? Decode(ReadOnlySpan<byte> bytes)
    {
        var entries = new List<ManifestEntry>();
        while (bytes.Length > 0)
        {
            int path = bytes.Length < 2 ? bytes.Length : BinaryPrimitives.ReadUInt16LittleEndian(bytes);
            if (bytes.Length < 2 + path + 11 + Digest.Size)
            {
                return null;
            }

            ReadOnlySpan<byte> rest = bytes[(2 + path)..];
            int link = BinaryPrimitives.ReadUInt16LittleEndian(rest[(9 + Digest.Size)..]);
            if (rest.Length < 11 + Digest.Size + link)
            {
                return null;
            }

            var kind = (FileKind)rest[0];
            long size = BinaryPrimitives.ReadInt64LittleEndian(rest[1..]);
            byte[]? target = kind == FileKind.Link ? rest.Slice(11 + Digest.Size, link).ToArray() : null;
            ChunkRef? place = kind == FileKind.Link || size == 0 ? null : default(ChunkRef);
            entries.Add(new ManifestEntry(bytes.Slice(2, path).ToArray(), kind, size, new Digest(rest.Slice(9, Digest.Size)), null, target, place));
            bytes = rest[(11 + Digest.Size + link)..];
        }

        return entries;
    }
}
