using System.Globalization;
using System.Text;

namespace Versioning.Capture;

/// <summary>What looks like a credential: by its name, by its value alone, or by the name of the file that holds it.</summary>
/// <remarks>Everything here takes time in proportion to the length of what is looked at.</remarks>
internal static class Secrets
{
    /// <summary>What stands where a credential stood.</summary>
    public const string Masked = "***";

    /// <summary>Whether a value given under a name looks like a credential.</summary>
    /// <remarks>A name such as <c>api_key</c> is enough, one such as <c>token</c> only together with a value that looks random.</remarks>
    public static bool IsSecret(string name, string value) => IsSecret(name.AsSpan(), value);

    /// <summary>Whether a value looks like a credential whatever its name is: a private key, the token of a known service, an address with a password.</summary>
    public static bool IsSecretValue(string value) => SecretShapes.Find(value, 0).Length > 0;

    /// <summary>Whether files of that name hold credentials: <c>.env</c>, <c>id_rsa</c>, <c>*.pem</c> …</summary>
    /// <param name="path">A path, absolute or not, with either slash.</param>
    public static bool IsSecretFile(string path) => SecretFiles.IsMatch(path);

    /// <summary>The value, or <see cref="Masked"/> where it looks like a credential.</summary>
    public static string Mask(string name, string value) => IsSecret(name, value) ? Masked : value;

    /// <summary>A text in which every part that looks like a credential by itself is replaced.</summary>
    public static string MaskText(string text)
    {
        Range found = Within(text, 0);
        if (found.Equals(default))
        {
            return text;
        }

        var masked = new StringBuilder(text.Length);
        int done = 0;
        for (; !found.Equals(default); found = Within(text, done))
        {
            masked.Append(text.AsSpan()[done..found.Start.Value]).Append(Masked);
            done = found.End.Value;
        }

        return masked.Append(text.AsSpan(done)).ToString();
    }

    /// <summary>Arguments of a command in which credentials are replaced: <c>--password x</c>, <c>--api-key=x</c>, <c>API_KEY=x</c>.</summary>
    public static IReadOnlyList<string> MaskArguments(IReadOnlyList<string> arguments)
    {
        string[] masked = [.. arguments];
        for (int i = 0; i < masked.Length; i++)
        {
            string argument = arguments[i];
            int equals = argument.IndexOf('=', StringComparison.Ordinal);
            if (equals > 0 && IsNamedSecret(argument.AsSpan(0, equals), argument.AsSpan(equals + 1)))
            {
                masked[i] = string.Concat(argument.AsSpan(0, equals + 1), Masked);
            }
            else if (i > 0 && IsOption(arguments[i - 1]) && !argument.StartsWith('-') && IsNamedSecret(arguments[i - 1], argument))
            {
                masked[i] = Masked;
            }
            else
            {
                masked[i] = MaskText(argument);
            }
        }

        return masked;
    }

    internal static bool IsSecret(ReadOnlySpan<char> name, ReadOnlySpan<char> value) => IsNamedSecret(name, value) || SecretShapes.Find(value, 0).Length > 0;

    private static bool IsNamedSecret(ReadOnlySpan<char> name, ReadOnlySpan<char> value)
    {
        value = value.Trim().Trim("\"'").Trim();
        return !IsPlain(value) && !IsReference(value) && SecretNames.Strength(name) switch
        {
            // The current folder goes by the name of a password.
            NameStrength.Strong => !(name.EndsWith("PWD", StringComparison.Ordinal) && Path.IsPathFullyQualified(value.ToString())),
            NameStrength.Weak => RandomText.LooksRandom(value),
            _ => false,
        };
    }

    // Nothing, a truth value, or a number that is a setting and not a secret.
    private static bool IsPlain(ReadOnlySpan<char> value)
    {
        if (value.IsEmpty || value.TrimStart('*').IsEmpty)
        {
            return true;
        }

        foreach (string word in (ReadOnlySpan<string>)["true", "false", "yes", "no", "on", "off", "none", "null", "nan", "undefined"])
        {
            if (value.Equals(word, StringComparison.OrdinalIgnoreCase))
            {
                return true;
            }
        }

        return (value.Length <= 5 || value.ContainsAny('.', 'e', 'E'))
            && value.Length <= 32
            && double.TryParse(value, NumberStyles.Float, CultureInfo.InvariantCulture, out _);
    }

    // ${NAME}, $(NAME), $NAME, {{ name }}, %NAME%, <name>: says where a value comes from.
    private static bool IsReference(ReadOnlySpan<char> value) =>
        (value.StartsWith("${") && value.IndexOf('}') == value.Length - 1)
        || (value.StartsWith("$(") && value.IndexOf(')') == value.Length - 1)
        || (value.StartsWith("{{") && value.EndsWith("}}"))
        || (value.Length > 2 && value[0] == '%' && value[1..].IndexOf('%') == value.Length - 2)
        || (value.Length > 2 && value[0] == '<' && value.IndexOf('>') == value.Length - 1)
        || (value.Length > 1 && value[0] == '$' && !value[1..].ContainsAnyExcept(SecretShapes.Word));

    private static bool IsOption(string argument) => argument.StartsWith('-') && !argument.Contains('=', StringComparison.Ordinal);

    private static Range Within(string text, int start)
    {
        SecretShape found = SecretShapes.Find(text, start);
        return found.Length == 0 ? default : found.Start..(found.Start + found.Length);
    }
}
