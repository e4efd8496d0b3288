namespace Versioning.Gates;

/// <summary>Cuts a condition into tokens.</summary>
internal static class GateLexer
{
    private const int MaxLength = 4096;
    private static readonly string[] Signs = [">=", "<=", "==", "!=", ">", "<", "+", "-", "*", "/", "(", ")", "[", "]", "."];

    internal static List<GateToken> Read(string text)
    {
        if (text.Length > MaxLength)
        {
            throw new VersioningException("invalid_condition", $"The condition has {text.Length} characters; at most {MaxLength} are allowed.", "Split it into several.");
        }

        var tokens = new List<GateToken>();
        int at = 0;
        while (at < text.Length)
        {
            char c = text[at];
            if (char.IsWhiteSpace(c))
            {
                at++;
                continue;
            }

            GateToken token = char.IsAsciiDigit(c) ? Number(text, at)
                : c is '\'' or '"' ? Quoted(text, at)
                : IsWordStart(c) ? Word(text, at)
                : Sign(text, at);
            tokens.Add(token);
            at += token.Kind == GateTokenKind.Text ? QuotedLength(text, at) : token.Text.Length;
        }

        tokens.Add(new GateToken(GateTokenKind.End, "", text.Length));
        return tokens;
    }

    internal static VersioningException Wrong(string text, int position, string what) =>
        new("invalid_condition", $"The condition \"{text}\" is wrong at character {position + 1}: {what}.", "It looks like: metric.f1 >= 0.9, or metric.f1 >= production.metric.f1 - 0.01");

    private static bool IsWordStart(char c) => char.IsAsciiLetter(c) || c == '_';

    private static bool IsWord(char c) => char.IsAsciiLetterOrDigit(c) || c == '_';

    private static GateToken Word(string text, int at)
    {
        int end = at;
        while (end < text.Length && IsWord(text[end]))
        {
            end++;
        }

        return new GateToken(GateTokenKind.Word, text[at..end], at);
    }

    private static GateToken Number(string text, int at)
    {
        int end = Digits(text, at);
        if (end + 1 < text.Length && text[end] == '.' && char.IsAsciiDigit(text[end + 1]))
        {
            end = Digits(text, end + 1);
        }

        if (end < text.Length && text[end] is 'e' or 'E')
        {
            int digits = end + 1 < text.Length && text[end + 1] is '+' or '-' ? end + 2 : end + 1;
            end = digits < text.Length && char.IsAsciiDigit(text[digits]) ? Digits(text, digits) : end;
        }

        return end < text.Length && IsWordStart(text[end])
            ? throw Wrong(text, end, $"'{text[end]}' after a number")
            : new GateToken(GateTokenKind.Number, text[at..end], at);
    }

    private static int Digits(string text, int at)
    {
        while (at < text.Length && char.IsAsciiDigit(text[at]))
        {
            at++;
        }

        return at;
    }

    private static GateToken Sign(string text, int at)
    {
        foreach (string sign in Signs)
        {
            if (string.CompareOrdinal(text, at, sign, 0, sign.Length) == 0)
            {
                return new GateToken(GateTokenKind.Sign, sign, at);
            }
        }

        throw Wrong(text, at, $"'{text[at]}' means nothing here");
    }

    /// <summary>Between quotes of one kind; doubled, the quote itself.</summary>
    private static GateToken Quoted(string text, int at)
    {
        int end = at + QuotedLength(text, at) - 1;
        string quote = text[at].ToString();
        return new GateToken(GateTokenKind.Text, text[(at + 1)..end].Replace(quote + quote, quote, StringComparison.Ordinal), at);
    }

    private static int QuotedLength(string text, int at)
    {
        for (int i = at + 1; i < text.Length; i++)
        {
            if (text[i] != text[at])
            {
                continue;
            }

            if (i + 1 >= text.Length || text[i + 1] != text[at])
            {
                return i + 1 - at;
            }

            i++;
        }

        throw Wrong(text, at, "a text that does not end");
    }
}
