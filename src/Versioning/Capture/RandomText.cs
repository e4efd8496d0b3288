using System.Buffers;

namespace Versioning.Capture;

/// <summary>Whether a text looks drawn at random, as tokens are, and not written by a person.</summary>
internal static class RandomText
{
    private const int MinLength = 20;
    private const int MinRun = 12;

    private static readonly SearchValues<char> Alphabet = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/=_-.~");

    public static bool LooksRandom(ReadOnlySpan<char> value)
    {
        if (value.Length < MinLength || value.ContainsAnyExcept(Alphabet))
        {
            return false;
        }

        if (Guid.TryParseExact(value, "D", out _))
        {
            return true;
        }

        // Words joined by separators have short parts or parts without digits between letters: reserved_special_token_123.
        int start = 0;
        for (int i = 0; i <= value.Length; i++)
        {
            if (i == value.Length || value[i] is '_' or '-' or '.' or '/')
            {
                if (i - start >= MinRun && IsMixed(value[start..i]))
                {
                    return true;
                }

                start = i + 1;
            }
        }

        return false;
    }

    // Letters with one number behind them are a name; in random text they change places more than once.
    private static bool IsMixed(ReadOnlySpan<char> run)
    {
        int changes = 0;
        for (int i = 1; i < run.Length; i++)
        {
            changes += char.IsAsciiDigit(run[i]) != char.IsAsciiDigit(run[i - 1]) ? 1 : 0;
        }

        return changes >= 2;
    }
}
