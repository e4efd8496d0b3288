using System.IO.Hashing;
using System.Text;

namespace Versioning.Files;

/// <summary>Finds paths that a file system without case would take for one.</summary>
internal sealed class CaseCollision
{
    private readonly Dictionary<UInt128, UInt128> _seen = [];
    private byte[] _previous = [];

    /// <summary>The first path that collides with one before it, and that one; null where there is none.</summary>
    /// <param name="paths">In byte order; enumerated a second time to name the first of the two.</param>
    public static (byte[] First, byte[] Second)? Find(IEnumerable<byte[]> paths)
    {
        var seen = new CaseCollision();
        foreach (byte[] path in paths)
        {
            if (seen.Add(path) is { } folded)
            {
                return (paths.First(p => HasPrefix(p, folded, path)), path);
            }
        }

        return null;
    }

    /// <summary>The folded segment path that another spelling already has, or null.</summary>
    private string? Add(byte[] path)
    {
        // Folders that the path shares with the one before it, which is its neighbour in byte order, were added then.
        int start = path.AsSpan(0, path.AsSpan().CommonPrefixLength(_previous)).LastIndexOf((byte)'/') + 1;
        _previous = path;
        while (true)
        {
            int slash = path.AsSpan(start).IndexOf((byte)'/');
            ReadOnlySpan<byte> part = slash < 0 ? path : path.AsSpan(0, start + slash);
            string folded = Fold(part);
            UInt128 exact = XxHash128.HashToUInt128(part);
            UInt128 key = XxHash128.HashToUInt128(Encoding.UTF8.GetBytes(folded));
            if (!_seen.TryAdd(key, exact) && _seen[key] != exact)
            {
                return folded;
            }

            if (slash < 0)
            {
                return null;
            }

            start += slash + 1;
        }
    }

    private static bool HasPrefix(byte[] path, string folded, byte[] other)
    {
        string text = Fold(path);
        return text.StartsWith(folded, StringComparison.Ordinal)
            && (text.Length == folded.Length || text[folded.Length] == '/')
            && !path.AsSpan().SequenceEqual(other);
    }

    private static string Fold(ReadOnlySpan<byte> path) => Encoding.UTF8.GetString(path).ToUpperInvariant();
}
