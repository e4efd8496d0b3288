using System.Collections;
using System.Globalization;
using System.Text;

namespace Versioning.Capture;

/// <summary>Environment variables that were asked for by name.</summary>
internal static class EnvironmentVariables
{
    /// <summary>What a longer value is told by: its hash.</summary>
    private const int MaxLength = 4096;

    /// <summary>Names with <c>env:</c> before them, and values.</summary>
    /// <param name="names">Names, or globs in which something stands beside the wildcards.</param>
    /// <exception cref="VersioningException">A glob takes every name, or is too long.</exception>
    public static IEnumerable<KeyValuePair<string, string>> Take(IEnumerable<string> names)
    {
        string[] wanted = [.. names];
        foreach (string name in wanted)
        {
            if (name.AsSpan().Trim("*?[]!").IsEmpty)
            {
                throw new VersioningException(
                    "invalid_option",
                    $"The name '{name}' of environment variables to record takes all of them.",
                    "Name the ones that influence the result, such as 'OMP_*': others may hold what is nobody's business.");
            }
        }

        if (wanted.Length == 0)
        {
            return [];
        }

        // Names on Windows have no case.
        var globs = new Globs(OperatingSystem.IsWindows() ? wanted.Select(name => name.ToUpperInvariant()) : wanted);
        return Environment.GetEnvironmentVariables()
            .Cast<DictionaryEntry>()
            .Select(variable => (Name: OperatingSystem.IsWindows() ? ((string)variable.Key).ToUpperInvariant() : (string)variable.Key, Value: (string?)variable.Value ?? ""))
            .Where(variable => globs.IsMatch(variable.Name))
            .Select(variable => KeyValuePair.Create("env:" + variable.Name, Shown(variable.Name, variable.Value)));
    }

    private static string Shown(string name, string value) =>
        Secrets.IsSecret(name, value) ? Secrets.Masked
        : value.Length <= MaxLength ? value
        : string.Create(CultureInfo.InvariantCulture, $"{Digest.Of(Encoding.UTF8.GetBytes(value))} of {value.Length} characters");
}
