using System.Buffers;

namespace Versioning.Capture;

/// <summary>What follows the first line of a private key, line by line.</summary>
internal static class PrivateKeyLines
{
    private const string End = "-----END ";

    // Behind a time or the name of a logger, a word that is as long.
    private const int LeastBehindOthers = 16;

    private static readonly SearchValues<char> Base64 = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/=");

    // Of PEM and of PuTTY.
    private static readonly string[] Headers =
        ["Proc-Type:", "DEK-Info:", "Encryption:", "Comment:", "Public-Lines:", "Private-Lines:", "Key-Derivation:", "Argon2-", "Private-MAC:"];

    /// <summary>Whether the key ends within that line.</summary>
    internal static bool IsEnd(ReadOnlySpan<char> line) => line.Contains(End, StringComparison.Ordinal);

    /// <summary>Whether a line may belong to a key that has begun and not ended.</summary>
    internal static bool MayBelong(ReadOnlySpan<char> line)
    {
        line = line.Trim().Trim("\"',");
        ReadOnlySpan<char> word = line[(line.LastIndexOfAny(' ', '\t') + 1)..];
        if (!word.ContainsAnyExcept(Base64) && (word.Length == line.Length || word.Length >= LeastBehindOthers))
        {
            return true;
        }

        foreach (string header in Headers)
        {
            if (line.Contains(header, StringComparison.Ordinal))
            {
                return true;
            }
        }

        return IsEnd(line);
    }
}
