using System.Buffers;
using System.Collections;

namespace Versioning.Capture;

/// <summary>Credentials that are known as such by the variable that holds them, to be found wherever they stand.</summary>
internal sealed class SecretValues
{
    /// <summary>What is shorter would be found within harmless words.</summary>
    internal const int MinLength = 6;

    /// <summary>Longer ones are looked for in pieces of that length.</summary>
    internal const int MaxLength = 1024;

    private readonly string[] _longestFirst;
    private readonly SearchValues<string> _any;

    /// <param name="variables">Names and values; those that are no credentials are ignored.</param>
    internal SecretValues(IEnumerable<KeyValuePair<string, string>> variables)
    {
        IEnumerable<string> values = variables.Where(variable => Secrets.IsSecret(variable.Key, variable.Value)).SelectMany(variable => Pieces(variable.Value));
        _longestFirst = [.. values.Distinct(StringComparer.Ordinal).OrderByDescending(value => value.Length)];
        _any = SearchValues.Create(_longestFirst, StringComparison.Ordinal);
    }

    /// <summary>Those in the environment of this process, which what it starts has too.</summary>
    internal static SecretValues OfEnvironment() => new(Environment.GetEnvironmentVariables()
        .Cast<DictionaryEntry>()
        .Select(variable => KeyValuePair.Create((string)variable.Key, (string?)variable.Value ?? "")));

    /// <summary>The first one from a place on; a length of 0 means none.</summary>
    internal SecretShape Find(ReadOnlySpan<char> text, int start)
    {
        int at = text[start..].IndexOfAny(_any);
        if (at < 0)
        {
            return default;
        }

        foreach (string value in _longestFirst)
        {
            if (text[(start + at)..].StartsWith(value, StringComparison.Ordinal))
            {
                return new SecretShape(start + at, value.Length);
            }
        }

        return default;
    }

    // What looks for them sees no more than a line.
    private static IEnumerable<string> Pieces(string value)
    {
        foreach (string line in value.Split(['\r', '\n'], StringSplitOptions.TrimEntries).Where(line => line.Length >= MinLength))
        {
            for (int at = 0; at < line.Length; at += MaxLength)
            {
                int from = Math.Max(0, Math.Min(at, line.Length - MaxLength));
                yield return line.Substring(from, Math.Min(MaxLength, line.Length - from));
            }
        }
    }
}
