using System.Buffers;
using System.Globalization;
using System.IO.Hashing;
using System.Security.Cryptography;
using System.Text;

namespace Versioning.Files;

/// <content>The names of unfinished files.</content>
internal abstract partial class TargetFolder
{
    /// <summary>Names of unfinished files start so.</summary>
    public const string TemporaryPrefix = ".vers-";

    /// <summary>Names of unfinished files end so; between are 32 hexadecimal digits.</summary>
    public const string TemporarySuffix = ".partial";

    /// <summary>Whether a name is one that we give to unfinished files; no part of the pattern is left out, so that a user's own '.vers-notes' is not.</summary>
    public static bool IsTemporaryName(ReadOnlySpan<byte> name) =>
        name.Length == TemporaryPrefix.Length + 32 + TemporarySuffix.Length
        && Ascii.Equals(name[..TemporaryPrefix.Length], TemporaryPrefix)
        && Ascii.Equals(name[^TemporarySuffix.Length..], TemporarySuffix)
        && !name[TemporaryPrefix.Length..^TemporarySuffix.Length].ContainsAnyExcept(Digits);

    /// <summary>A new name for an unfinished file.</summary>
    public static string TemporaryName() => TemporaryPrefix + Names.Next() + TemporarySuffix;

    private static readonly SearchValues<byte> Digits = SearchValues.Create("0123456789abcdef"u8);

    /// <summary>The name of an unfinished file that the next try will look for.</summary>
    protected static string TemporaryName(ReadOnlySpan<byte> path, FileKind kind, Digest content)
    {
        var hash = new XxHash128();
        hash.Append(path);
        Span<byte> rest = stackalloc byte[1 + Digest.Size];
        rest[0] = (byte)kind;
        content.CopyTo(rest[1..]);
        hash.Append(rest);
        return TemporaryPrefix + hash.GetCurrentHashAsUInt128().ToString("x32", CultureInfo.InvariantCulture) + TemporarySuffix;
    }

    /// <summary>128 bits that no other process has, counted on: asking for new ones for each of many small files takes longer than naming them.</summary>
    private static class Names
    {
        private static readonly UInt128 First = new(BitConverter.ToUInt64(RandomNumberGenerator.GetBytes(8)), BitConverter.ToUInt64(RandomNumberGenerator.GetBytes(8)));
        private static ulong _count;

        public static string Next() => unchecked(First + Interlocked.Increment(ref _count)).ToString("x32", CultureInfo.InvariantCulture);
    }
}
