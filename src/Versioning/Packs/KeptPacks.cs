using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Globalization;
using Versioning.Files;
using Versioning.Storage;

namespace Versioning.Packs;

/// <summary>What this machine keeps of the packs of a remote store: footers, and pieces that nodes were read in.</summary>
internal sealed class KeptPacks(MetadataCache cache)
{
    private const string FooterName = "footer";
    private const int LengthBytes = 8;

    /// <summary>Packs of nodes and of small commits are not longer, in bytes; what is longer holds files.</summary>
    private const int MaxUploaded = 8 * 1024 * 1024;

    private readonly ConcurrentDictionary<PackId, ConcurrentBag<(int Start, int End)>> _pieces = new();

    /// <summary>What was read of a pack to get its footer, or null.</summary>
    internal LoadedPack? Footer(PackId target)
    {
        string name = NameOf(target, FooterName);
        if (cache.Read(name) is not { Length: > LengthBytes } bytes)
        {
            return null;
        }

        try
        {
            long length = BinaryPrimitives.ReadInt64LittleEndian(bytes.Span);
            ReadOnlyMemory<byte> tail = bytes[LengthBytes..];
            return new LoadedPack(PackFooter.Parse(tail, length, name), tail, length - tail.Length);
        }
        catch (IntegrityException)
        {
            cache.Remove(name);
            return null;
        }
    }

    internal void Keep(PackId target, LoadedPack pack)
    {
        byte[] bytes = new byte[LengthBytes + pack.Tail.Length];
        BinaryPrimitives.WriteInt64LittleEndian(bytes, pack.TailStart + pack.Tail.Length);
        pack.Tail.CopyTo(bytes.AsMemory(LengthBytes));
        cache.Write(NameOf(target, FooterName), bytes);
    }

    /// <summary>Keeps what readers will ask for first of a pack that was uploaded just now.</summary>
    internal void KeepUploaded(PackId target, ReadOnlyMemory<byte> content)
    {
        if (PackFooter.LengthFromTail(content.Span) is not { } footer)
        {
            return;
        }

        ReadOnlyMemory<byte> tail = content[^footer..];
        Keep(target, new LoadedPack(PackFooter.Parse(tail, content.Length, FolderOf(target)), tail, content.Length - footer));
        if (content.Length <= MaxUploaded && content.Length > footer)
        {
            Keep(target, 0, content[..^footer]);
        }
    }

    internal void ForgetFooter(PackId target) => cache.Remove(NameOf(target, FooterName));

    /// <summary>A piece that holds those bytes of a pack, or null.</summary>
    internal ReadAhead? Piece(PackId target, int start, int end)
    {
        foreach ((int from, int to) in _pieces.GetOrAdd(target, Listed))
        {
            if (from <= start && end <= to && cache.Read(NameOf(target, from, to)) is { } bytes && bytes.Length == to - from)
            {
                return new ReadAhead(target, from, bytes);
            }
        }

        return null;
    }

    internal void Keep(PackId target, int start, ReadOnlyMemory<byte> content)
    {
        int end = start + content.Length;
        cache.Write(NameOf(target, start, end), content.Span);
        _pieces.GetOrAdd(target, Listed).Add((start, end));
    }

    private static string FolderOf(PackId target) => StoreKeys.Pack(target).Value;

    private static string NameOf(PackId target, string name) => $"{FolderOf(target)}/{name}";

    private static string NameOf(PackId target, int start, int end) => NameOf(target, string.Create(CultureInfo.InvariantCulture, $"{start}-{end}"));

    private ConcurrentBag<(int Start, int End)> Listed(PackId target) => [.. cache.Names(FolderOf(target)).Select(Parse).OfType<(int, int)>()];

    private static (int, int)? Parse(string name)
    {
        int dash = name.IndexOf('-', StringComparison.Ordinal);
        return dash > 0
            && int.TryParse(name.AsSpan(0, dash), NumberStyles.None, CultureInfo.InvariantCulture, out int start)
            && int.TryParse(name.AsSpan(dash + 1), NumberStyles.None, CultureInfo.InvariantCulture, out int end)
            && start < end
            ? (start, end)
            : null;
    }
}
