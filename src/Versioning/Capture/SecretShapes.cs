using System.Buffers;

namespace Versioning.Capture;

/// <summary>Where a credential was found; a length of 0 means none.</summary>
internal readonly record struct SecretShape(int Start, int Length);

/// <summary>Credentials that are known by their shape: what services issue, private keys, addresses with passwords.</summary>
internal static class SecretShapes
{
    internal static readonly SearchValues<char> Word = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_");

    // A search for all of them at once, and without regard to case, would take five times as long.
    private static readonly SearchValues<string> Markers = SearchValues.Create([.. TokenShape.All.Select(t => t.Prefix), .. SpecialShapes.Markers], StringComparison.Ordinal);
    private static readonly SearchValues<string> LooseMarkers = SearchValues.Create([.. SpecialShapes.LooseMarkers], StringComparison.OrdinalIgnoreCase);
    private static readonly ILookup<char, TokenShape> Tokens = TokenShape.All.ToLookup(shape => shape.Prefix[0]);

    // How far each of the searches goes before the others: nothing is gone over again and again where one finds much and another nothing.
    private const int Window = 1024;

    private static readonly int Longest = TokenShape.All.Select(t => t.Prefix).Concat(SpecialShapes.Markers).Concat(SpecialShapes.LooseMarkers).Max(marker => marker.Length);

    /// <summary>The first credential from a place on.</summary>
    public static SecretShape Find(ReadOnlySpan<char> text, int start)
    {
        while (start < text.Length)
        {
            int at = NextMarker(text, start);
            if (at < 0)
            {
                return default;
            }

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

    private static int NextMarker(ReadOnlySpan<char> text, int start)
    {
        for (; start < text.Length; start += Window)
        {
            ReadOnlySpan<char> window = text.Slice(start, Math.Min(Window + Longest, text.Length - start));
            int first = window.IndexOfAny(Markers);
            first = Earlier(first, UpTo(window, first).IndexOfAny(LooseMarkers));
            first = Earlier(first, UpTo(window, first).IndexOf(SpecialShapes.ShortMarker));

            // What begins behind the window may stand behind another that is not all in sight.
            if (first is >= 0 and < Window)
            {
                return start + first;
            }
        }

        return -1;
    }

    private static ReadOnlySpan<char> UpTo(ReadOnlySpan<char> window, int found) => found < 0 ? window : window[..Math.Min(found + Longest, window.Length)];

    private static int Earlier(int one, int other) => one < 0 ? other : other < 0 ? one : Math.Min(one, other);

    private static SecretShape At(ReadOnlySpan<char> text, int at)
    {
        foreach (TokenShape shape in Tokens[text[at]])
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
