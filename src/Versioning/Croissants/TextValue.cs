using System.Globalization;

namespace Versioning.Croissants;

/// <summary>What a value that is written as text is.</summary>
internal static class TextValue
{
    private static readonly string[] DateTimes = ["yyyy-MM-dd'T'HH:mm", "yyyy-MM-dd'T'HH:mm:ss", "yyyy-MM-dd'T'HH:mm:ss.FFFFFFF", "yyyy-MM-dd HH:mm", "yyyy-MM-dd HH:mm:ss", "yyyy-MM-dd HH:mm:ss.FFFFFFF"];

    internal static FieldType TypeOf(string text) => text.AsSpan().Trim() switch
    {
        "" or "NA" or "N/A" or "NaN" or "nan" or "null" or "NULL" or "None" => FieldType.Unknown,
        "true" or "false" or "True" or "False" or "TRUE" or "FALSE" => FieldType.Boolean,
        var value when IsInteger(value) => FieldType.Integer,
        var value when IsFloat(value) => FieldType.Float,
        var value when DateOnly.TryParseExact(value, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out _) => FieldType.Date,
        var value when IsDateTime(value) => FieldType.DateTime,
        _ => FieldType.Text,
    };

    // With zeros in front it is a code, such as that of a town.
    private static bool IsInteger(ReadOnlySpan<char> value)
    {
        ReadOnlySpan<char> digits = value[0] is '-' or '+' ? value[1..] : value;
        return digits.Length > 0 && !digits.ContainsAnyExceptInRange('0', '9') && (digits.Length == 1 || digits[0] != '0') && long.TryParse(value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out _);
    }

    private static bool IsFloat(ReadOnlySpan<char> value)
    {
        ReadOnlySpan<char> digits = value[0] is '-' or '+' ? value[1..] : value;
        return digits.Length > 0
            && (char.IsAsciiDigit(digits[0]) || digits[0] == '.')
            && !(digits.Length > 1 && digits[0] == '0' && char.IsAsciiDigit(digits[1]))
            && digits.ContainsAny('.', 'e', 'E')
            && double.TryParse(value, NumberStyles.Float, CultureInfo.InvariantCulture, out _);
    }

    private static bool IsDateTime(ReadOnlySpan<char> value)
    {
        if (value.Length < 16 || !char.IsAsciiDigit(value[0]))
        {
            return false;
        }

        // What follows the time says where it holds.
        ReadOnlySpan<char> local = value[^1] == 'Z' ? value[..^1] : value[^6] is '+' or '-' && value[^3] == ':' ? value[..^6] : value;
        return DateTime.TryParseExact(local, DateTimes, CultureInfo.InvariantCulture, DateTimeStyles.None, out _);
    }
}
