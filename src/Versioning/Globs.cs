using System.Text;
using Versioning.Files;

namespace Versioning;

/// <summary>Globs over the paths of a version: <c>*</c> and <c>?</c> stay within a segment, <c>**</c> crosses them, <c>[…]</c> is a set; the whole path must match.</summary>
internal sealed class Globs
{
    private readonly Wildcard[] _patterns;
    private readonly byte[][] _prefixes;

    internal Globs(IEnumerable<string> globs)
    {
        _patterns = [.. globs.Select(Parse)];
        _prefixes = [.. _patterns.Select(p => Prefix(p.Prefix))];
    }

    internal bool IsEmpty => _patterns.Length == 0;

    /// <summary>Whether they name single paths.</summary>
    internal bool AreLiteral => Array.TrueForAll(_patterns, p => p.IsLiteral);

    internal bool IsMatch(string path) => Array.Exists(_patterns, p => p.IsMatch(path));

    /// <summary>Whether a path in a range, in the order of their UTF-8 bytes, could match.</summary>
    /// <param name="first">The first path of the range.</param>
    /// <param name="end">What comes behind the range; null for the end of all paths.</param>
    internal bool MayMatch(ReadOnlySpan<byte> first, byte[]? end)
    {
        foreach (byte[] prefix in _prefixes)
        {
            bool startsInTime = first.StartsWith(prefix) || first.SequenceCompareTo(prefix) < 0;
            if (startsInTime && (end is null || prefix.AsSpan().SequenceCompareTo(end) < 0))
            {
                return true;
            }
        }

        return false;
    }

    // Half of a surrogate pair has no bytes.
    private static byte[] Prefix(string text)
    {
        int length = text.AsSpan().IndexOfAnyInRange('\uD800', '\uDFFF');
        return Encoding.UTF8.GetBytes(length < 0 ? text : text[..length]);
    }

    private static Wildcard Parse(string glob)
    {
        Wildcard.CheckLength(glob);
        var tokens = new List<WildcardToken>();
        for (int i = 0; i < glob.Length;)
        {
            char c = glob[i];
            if (glob.AsSpan(i).StartsWith("**/"))
            {
                tokens.Add(new(WildcardKind.Folders));
                i += 3;
            }
            else if (glob.AsSpan(i).StartsWith("**"))
            {
                tokens.Add(new(WildcardKind.Anything));
                i += 2;
            }
            else if (c == '[' && GitPattern.Bracket(glob, ref i) is { } set)
            {
                tokens.Add(set);
            }
            else
            {
                tokens.Add(c switch { '*' => new(WildcardKind.AnyInSegment), '?' => WildcardToken.AnyCharacter, _ => new(WildcardKind.Literal, c) });
                i++;
            }
        }

        return Wildcard.Of(tokens);
    }
}
