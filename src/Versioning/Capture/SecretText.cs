using System.Buffers;

namespace Versioning.Capture;

/// <summary>Whether a line of source code or of a configuration file holds a credential.</summary>
/// <remarks>Code is full of names of credentials; what counts is a literal that is given to one.</remarks>
internal static class SecretText
{
    private const int LeastLiteral = 6;
    private const int MostName = 128;

    // What is looked at of a value; a line of a million assignments takes no longer than its length times this.
    private const int MostValue = 512;

    private static readonly SearchValues<char> ExpressionEnds = SearchValues.Create(" \t;,()[]{}\"'");

    private static readonly string[] Placeholders = ["example", "placeholder", "changeme", "change_me", "dummy", "redacted", "your", "xxxx", "insert", "todo", "<", "{", "$", "%("];

    /// <param name="line">The line, without its end.</param>
    /// <param name="isConfiguration">Whether values stand without quotes, as in YAML or INI files.</param>
    public static bool IsSecretLine(ReadOnlySpan<char> line, bool isConfiguration)
    {
        if (SecretShapes.Find(line, 0).Length > 0)
        {
            return true;
        }

        // name = "value", name: 'value', "name": "value", name => "value", <Name>value</Name>
        for (int at = 0; at < line.Length; at++)
        {
            int next = line[at..].IndexOfAny('=', ':', '>');
            if (next < 0)
            {
                return false;
            }

            at += next;
            ReadOnlySpan<char> name = NameBefore(line[..at]);

            // A value without quotes takes the rest of the line.
            bool unquoted = isConfiguration;
            isConfiguration = false;
            if (!name.IsEmpty && SecretNames.Strength(name) != NameStrength.None && IsGiven(name, line[at..Math.Min(line.Length, at + MostValue)], unquoted))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Whether files of that name hold settings rather than code.</summary>
    public static bool IsConfiguration(string path) => Path.GetExtension(path.AsSpan()) is
        ".yaml" or ".yml" or ".ini" or ".cfg" or ".conf" or ".config" or ".toml" or ".properties" or ".settings" or ".tfvars";

    private static ReadOnlySpan<char> NameBefore(ReadOnlySpan<char> text)
    {
        text = text[Math.Max(0, text.Length - 2 * MostName)..];

        // ':=' and '?=' assign too.
        text = text.TrimEnd(":?+ \t").TrimEnd("\"'`])");
        int start = text.Length;
        int least = Math.Max(0, text.Length - MostName);
        while (start > least && (char.IsAsciiLetterOrDigit(text[start - 1]) || text[start - 1] is '_' or '-' or '.'))
        {
            start--;
        }

        return text[start..];
    }

    private static bool IsGiven(ReadOnlySpan<char> name, ReadOnlySpan<char> assignment, bool unquoted)
    {
        bool isElement = assignment[0] == '>';
        ReadOnlySpan<char> value = assignment.TrimStart(":=> \t");
        if (value.IsEmpty)
        {
            return false;
        }

        if (isElement && assignment.Length > 1 && assignment[1] is not (' ' or '\t'))
        {
            int close = value.IndexOf("</");
            return close > 0 && IsLiteral(name, value[..close]);
        }

        // Prefixes of literals: @"", $"", b'', r"".
        int quote = value[..Math.Min(value.Length, 3)].IndexOfAny('"', '\'', '`');
        if (quote >= 0 && !value[..quote].Contains(' '))
        {
            ReadOnlySpan<char> literal = value[(quote + 1)..];
            int end = literal.IndexOf(value[quote]);
            return IsLiteral(name, end < 0 ? literal : literal[..end]);
        }

        if (!unquoted)
        {
            // Without quotes it is an expression, or the value of a shell variable; a call and a member are the former.
            int stop = value.IndexOfAny(ExpressionEnds);
            bool isCall = stop >= 0 && value[stop] is ('(' or '[');
            value = stop < 0 ? value : value[..stop];
            return !isCall && !value.Contains('.') && RandomText.LooksRandom(value) && Secrets.IsSecret(name, value);
        }

        int comment = value.IndexOf(" #");
        return IsLiteral(name, (comment < 0 ? value : value[..comment]).Trim());
    }

    private static bool IsLiteral(ReadOnlySpan<char> name, ReadOnlySpan<char> literal)
    {
        if (literal.Length < LeastLiteral || literal.ContainsAny(" \t()") || SameWords(name, literal))
        {
            return false;
        }

        foreach (string placeholder in Placeholders)
        {
            if (literal.Contains(placeholder, StringComparison.OrdinalIgnoreCase) && !RandomText.LooksRandom(literal))
            {
                return false;
            }
        }

        return Secrets.IsSecret(name, literal);
    }

    // ApiKey = "api_key", ApiKeyHeader = "X-Api-Key": a name, not a value.
    private static bool SameWords(ReadOnlySpan<char> name, ReadOnlySpan<char> literal)
    {
        if (literal.Length > MostName)
        {
            return false;
        }

        foreach (Range word in NameWords.Split(literal))
        {
            if (literal[word].Length > 1 && !name.Contains(literal[word], StringComparison.OrdinalIgnoreCase))
            {
                return false;
            }
        }

        return true;
    }
}
