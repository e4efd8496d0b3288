using System.Buffers;

namespace Versioning.Capture;

/// <summary>Credentials whose shape is more than a prefix: keys in PEM, signed tokens, parts of addresses and connection strings.</summary>
internal static class SpecialShapes
{
    // A line of a key file, a header: what is longer is not one.
    private const int Near = 80;

    /// <summary>How far a run of characters is followed before it is known to be a credential: else a text of nothing but beginnings would take quadratic time.</summary>
    internal const int Far = 4096;

    private static readonly SearchValues<char> Base64Url = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-");

    /// <summary>What tokens of all kinds are made of.</summary>
    internal static readonly SearchValues<char> Token = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/=_-.~%");
    private static readonly SearchValues<char> SettingName = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_ ");
    private static readonly SearchValues<char> AuthorityEnds = SearchValues.Create("/?# \t\r\n\"'`<>\\");

    /// <summary>What some of them begin with or contain.</summary>
    public static IReadOnlyList<string> Markers { get; } = ["-----BEGIN ", "PuTTY-User-Key-File-", "eyJ", "://"];

    /// <summary>The same, where case does not count.</summary>
    public static IReadOnlyList<string> LooseMarkers { get; } =
        ["AccountKey=", "SharedAccessKey=", "SharedAccessSignature", "sig=", "password=", "pwd=", "bearer ", "basic "];

    /// <summary>The last one, so short that a search for it among others would be slow.</summary>
    public const string ShortMarker = "Q~";

    public static SecretShape Match(ReadOnlySpan<char> text, int at)
    {
        ReadOnlySpan<char> rest = text[at..];
        return rest[0] switch
        {
            '-' or 'P' or 'p' when IsPrivateKey(rest) => new SecretShape(at, rest.Length),
            'e' or 'E' => SignedToken(text, at),
            ':' => Address(text, at),
            'Q' => AzureSecret(text, at),
            'A' or 'a' => Setting(text, at, "AccountKey=", 20),
            'S' or 's' => Signature(text, at),
            'P' or 'p' => Password(text, at),
            'B' or 'b' => Header(text, at),
            _ => default,
        };
    }

    /// <summary>Whether a private key begins there. All that follows is taken for the key: its lines are not told from others.</summary>
    internal static bool IsPrivateKey(ReadOnlySpan<char> rest)
    {
        ReadOnlySpan<char> line = rest[..Math.Min(rest.Length, Near)];
        int end = line.IndexOfAny('\r', '\n');
        line = end < 0 ? line : line[..end];
        return (line.Length > 20 && line.StartsWith("PuTTY-User-Key-File-", StringComparison.Ordinal) && char.IsAsciiDigit(line[20]))
            || (line.StartsWith("-----BEGIN ", StringComparison.Ordinal) && line.Contains("PRIVATE KEY", StringComparison.Ordinal));
    }

    // Header, claims and signature; without a signature nobody accepts it.
    private static SecretShape SignedToken(ReadOnlySpan<char> text, int at)
    {
        ReadOnlySpan<char> rest = text[at..];
        if (!rest.StartsWith("eyJ", StringComparison.Ordinal) || (at > 0 && Base64Url.Contains(text[at - 1])))
        {
            return default;
        }

        int header = Run(rest, Base64Url);
        if (header < 12 || !rest[header..].StartsWith(".eyJ", StringComparison.Ordinal))
        {
            return default;
        }

        int claims = header + 1 + Run(rest[(header + 1)..], Base64Url);
        int signature = claims < rest.Length && rest[claims] == '.' ? Run(rest[(claims + 1)..], Base64Url) : 0;
        return signature < 16 ? default : new SecretShape(at, claims + 1 + WholeRun(rest[(claims + 1)..], Base64Url));
    }

    // scheme://user:password@host; the last '@' counts, as a password may contain one.
    private static SecretShape Address(ReadOnlySpan<char> text, int at)
    {
        if (!text[at..].StartsWith("://") || at == 0 || !char.IsAsciiLetterOrDigit(text[at - 1]))
        {
            return default;
        }

        int start = at + 3;
        ReadOnlySpan<char> authority = text.Slice(start, Math.Min(Far, text.Length - start));
        int end = authority.IndexOfAny(AuthorityEnds);
        authority = end < 0 ? authority : authority[..end];
        int host = authority.LastIndexOf('@');
        if (host < 0)
        {
            return default;
        }

        ReadOnlySpan<char> user = authority[..host];
        int colon = user.IndexOf(':');
        ReadOnlySpan<char> secret = user[(colon + 1)..];
        bool given = colon < 0 ? RandomText.LooksRandom(secret) : IsGiven(secret) && secret is not ("password" or "pass" or "pwd");
        return given ? new SecretShape(start + colon + 1, secret.Length) : default;
    }

    // Three characters, a digit, Q~, and the rest.
    private static SecretShape AzureSecret(ReadOnlySpan<char> text, int at)
    {
        int start = at - 4;
        if (!text[at..].StartsWith("Q~", StringComparison.Ordinal) || start < 0 || text[start..at].ContainsAnyExcept(Token) || !char.IsAsciiDigit(text[at - 1]))
        {
            return default;
        }

        int length = Run(text[(at + 2)..], Token);
        return length is >= 31 and <= 34 && (start == 0 || !Token.Contains(text[start - 1]) || text[start - 1] == '=')
            ? new SecretShape(start, at + 2 + length - start)
            : default;
    }

    private static SecretShape Signature(ReadOnlySpan<char> text, int at)
    {
        ReadOnlySpan<char> rest = text[at..];
        if (rest.StartsWith("sig=", StringComparison.OrdinalIgnoreCase))
        {
            // Of a signed address; 'orig=' is another word.
            return at == 0 || !char.IsAsciiLetterOrDigit(text[at - 1]) ? Setting(text, at, "sig=", 20) : default;
        }

        SecretShape key = Setting(text, at, "SharedAccessKey=", 20);
        return key.Length > 0 ? key : Setting(text, at, "SharedAccessSignature=", 20);
    }

    // In a connection string: between other settings, or it would be an argument of a call.
    private static SecretShape Password(ReadOnlySpan<char> text, int at)
    {
        ReadOnlySpan<char> rest = text[at..];
        int name = rest.StartsWith("password=", StringComparison.OrdinalIgnoreCase) ? 9 : rest.StartsWith("pwd=", StringComparison.OrdinalIgnoreCase) ? 4 : 0;
        ReadOnlySpan<char> before = text[..at].TrimEnd(' ');
        ReadOnlySpan<char> value = rest[name..Math.Min(rest.Length, Far)];
        int end = value.IndexOfAny(";\"'\r\n");
        bool isSetting = (before.Length > 0 && before[^1] == ';') || (end > 0 && value[end] == ';' && BeginsSetting(value[(end + 1)..]));
        value = end < 0 ? value : value[..end];
        return name > 0 && isSetting && IsGiven(value) ? new SecretShape(at + name, value.Length) : default;
    }

    private static bool BeginsSetting(ReadOnlySpan<char> text)
    {
        text = text.TrimStart(' ');
        int length = text.IndexOfAnyExcept(SettingName);
        return length > 0 && text[length] == '=';
    }

    private static SecretShape Header(ReadOnlySpan<char> text, int at)
    {
        int space = text[at..].IndexOf(' ') + 1;
        int length = Run(text[(at + space)..], Token);
        return (at == 0 || !char.IsAsciiLetterOrDigit(text[at - 1])) && RandomText.LooksRandom(text.Slice(at + space, length))
            ? new SecretShape(at + space, WholeRun(text[(at + space)..], Token))
            : default;
    }

    private static SecretShape Setting(ReadOnlySpan<char> text, int at, string name, int least)
    {
        if (!text[at..].StartsWith(name, StringComparison.OrdinalIgnoreCase))
        {
            return default;
        }

        int length = Run(text[(at + name.Length)..], Token);
        return length >= least ? new SecretShape(at + name.Length, WholeRun(text[(at + name.Length)..], Token)) : default;
    }

    // '{password}', '$PASSWORD', '<password>' and '***' stand for one.
    private static bool IsGiven(ReadOnlySpan<char> secret) =>
        !secret.Trim().IsEmpty && secret.TrimStart()[0] is not ('$' or '{' or '<' or '%' or '*');

    /// <summary>How many characters of the alphabet come first, at most <see cref="Far"/>.</summary>
    internal static int Run(ReadOnlySpan<char> text, SearchValues<char> alphabet) => WholeRun(text[..Math.Min(text.Length, Far)], alphabet);

    /// <summary>How many characters of the alphabet come first.</summary>
    internal static int WholeRun(ReadOnlySpan<char> text, SearchValues<char> alphabet)
    {
        int length = text.IndexOfAnyExcept(alphabet);
        return length < 0 ? text.Length : length;
    }
}
