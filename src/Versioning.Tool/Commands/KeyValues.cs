using System.Globalization;

namespace Versioning.Tool.Commands;

/// <summary>Options of the form <c>name=value</c>.</summary>
internal static class KeyValues
{
    internal static Dictionary<string, string> Parse(string option, IEnumerable<string>? values)
    {
        var parsed = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (string text in values ?? [])
        {
            int equals = text.IndexOf('=', StringComparison.Ordinal);
            if (equals <= 0)
            {
                throw new VersioningException("usage", $"{option} {text}: a value has the form name=value.");
            }

            if (!parsed.TryAdd(text[..equals], text[(equals + 1)..]))
            {
                throw new VersioningException("usage", $"{option} {text[..equals]} is given twice.");
            }
        }

        return parsed;
    }

    internal static Dictionary<string, double> ParseNumbers(string option, IEnumerable<string>? values) =>
        Parse(option, values).ToDictionary(
            p => p.Key,
            p => double.TryParse(p.Value, NumberStyles.Float, CultureInfo.InvariantCulture, out double number) && double.IsFinite(number)
                ? number
                : throw new VersioningException("usage", $"{option} {p.Key}={p.Value}: '{p.Value}' is not a finite number."),
            StringComparer.Ordinal);
}
