using System.CommandLine;
using System.Globalization;

namespace Versioning.Tool.Commands;

/// <summary>Options that take a number of bytes.</summary>
internal static class Sizes
{
    private static readonly Dictionary<string, long> Units = new(StringComparer.OrdinalIgnoreCase)
    {
        [""] = 1, ["B"] = 1,
        ["kB"] = 1_000, ["MB"] = 1_000_000, ["GB"] = 1_000_000_000, ["TB"] = 1_000_000_000_000,
        ["KiB"] = 1L << 10, ["MiB"] = 1L << 20, ["GiB"] = 1L << 30, ["TiB"] = 1L << 40,
    };

    internal static Option<long?> Option(string name, string description) => new(name)
    {
        Description = description,
        CustomParser = result =>
        {
            string text = result.Tokens[0].Value;
            if (TryParse(text) is { } bytes)
            {
                return bytes;
            }

            result.AddError($"{name} {text}: it takes a number of bytes, such as 500MB or 2GiB.");
            return null;
        },
    };

    private static long? TryParse(string text)
    {
        string number = text.TrimEnd([.. "kKMGTiB "]), unit = text[number.Length..].Trim();
        return decimal.TryParse(number, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out decimal count)
            && Units.TryGetValue(unit, out long each) && count <= long.MaxValue / each
            ? (long)(count * each)
            : null;
    }
}
