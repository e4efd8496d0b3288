using System.CommandLine;
using System.Globalization;
using System.Text.RegularExpressions;

namespace Versioning.Tool.Commands;

/// <summary>Options that take a point in time: a date, a time, or how long ago, all in UTC where nothing else is said.</summary>
internal static partial class Times
{
    /// <param name="name">The option.</param>
    /// <param name="description">What it is for.</param>
    /// <param name="wholeDays">Whether a date means the end of that day, not its beginning.</param>
    internal static Option<DateTimeOffset?> Option(string name, string description, bool wholeDays = false) => new(name)
    {
        Description = description,
        HelpName = "date, time or 7d",
        CustomParser = result =>
        {
            string text = result.Tokens[0].Value;
            if (Parse(text, wholeDays, TimeProvider.System.GetUtcNow()) is { } time)
            {
                return time;
            }

            result.AddError($"{name} {text}: it takes a date (2026-05-31), a time (2026-05-31T08:00:00Z), or how long ago (30m, 12h, 7d, 2w).");
            return null;
        },
    };

    internal static DateTimeOffset? Parse(string text, bool wholeDays, DateTimeOffset now)
    {
        const DateTimeStyles Utc = DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal;
        if (Ago().Match(text) is { Success: true } ago)
        {
            double days = double.Parse(ago.Groups[1].ValueSpan, CultureInfo.InvariantCulture) * ago.Groups[2].Value switch { "m" => 1.0 / (24 * 60), "h" => 1.0 / 24, "d" => 1, _ => 7 };
            return days < (now - DateTimeOffset.UnixEpoch).TotalDays ? now.AddDays(-days) : DateTimeOffset.UnixEpoch;
        }

        if (DateTimeOffset.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, Utc, out DateTimeOffset date))
        {
            return wholeDays && date < DateTimeOffset.MaxValue.AddDays(-1) ? date.AddDays(1) : date;
        }

        return DateLike().IsMatch(text) && DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, Utc, out DateTimeOffset time) ? time : null;
    }

    [GeneratedRegex("^([0-9]{1,6})([mhdw])$")]
    private static partial Regex Ago();

    // What .NET takes for a date beyond that is a matter of cultures.
    [GeneratedRegex("^[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9]{2}:[0-9]{2}")]
    private static partial Regex DateLike();
}
