using System.Buffers;

namespace Versioning.Capture;

/// <summary>Where a credential was found; a length of 0 means none.</summary>
internal readonly record struct SecretShape(int Start, int Length);

/// <summary>Credentials that are known by their shape: what services issue, private keys, addresses with passwords.</summary>
internal static class SecretShapes
{
    internal static readonly SearchValues<char> Word = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_");

    private static readonly SearchValues<string> Markers = SearchValues.Create(
        [.. TokenShape.All.Select(t => t.Prefix), .. SpecialShapes.Markers],
        StringComparison.OrdinalIgnoreCase);

    /// <summary>The first credential from a place on.</summary>
    public static SecretShape Find(ReadOnlySpan<char> text, int start)
    {
        while (start < text.Length)
        {
            int at = text[start..].IndexOfAny(Markers);
            if (at < 0)
            {
                return default;
            }

            at += start;
            SecretShape found = At(text, at);
            if (found.Length > 0)
            {
                // What is masked must not overlap what was masked before.
                int from = Math.Max(found.Start, start);
                return new SecretShape(from, found.Start + found.Length - from);
            }

            start = at + 1;
        }

        return default;
    }

    private static SecretShape At(ReadOnlySpan<char> text, int at)
    {
        foreach (TokenShape shape in TokenShape.All)
        {
            int length = shape.Match(text, at);
            if (length > 0)
            {
                return new SecretShape(at, length);
            }
        }

        return SpecialShapes.Match(text, at);
    }
}
