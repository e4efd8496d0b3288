using System.IO.Hashing;
using System.Text;

namespace Versioning.Files;

/// <summary>Finds paths that a file system without case would take for one: whole ones, and those of folders.</summary>
internal sealed class CaseCollision
{
    private readonly Dictionary<UInt128, UInt128> _seen = [];
    private byte[] _previous = [];

    /// <summary>Takes the next path in byte order.</summary>
    /// <returns>The path, or the folder of it, folded, that an earlier path spells in another way; null where there is none.</returns>
    public string? Add(byte[] path)
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

    /// <summary>Whether a path is, or lies in, what <see cref="Add"/> gave back.</summary>
    public static bool IsAt(byte[] path, string folded)
    {
        string text = Fold(path);
        return text.StartsWith(folded, StringComparison.Ordinal) && (text.Length == folded.Length || text[folded.Length] == '/');
    }

    private static string Fold(ReadOnlySpan<byte> path) => Encoding.UTF8.GetString(path).ToUpperInvariant();
}
