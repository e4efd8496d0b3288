using System.Globalization;

namespace Versioning.Capture;

/// <summary>The version of an SDK: major, minor, feature band and patch, and what stands behind a hyphen.</summary>
internal sealed record SdkNumber(string Text, int Major, int Minor, int Band, int Patch, string Preview) : IComparable<SdkNumber>
{
    public bool IsPreview => Preview.Length > 0;

    /// <summary>Reads '10.0.401' or '10.0.100-rc.1'; null where it is none.</summary>
    public static SdkNumber? Parse(string? text)
    {
        int hyphen = text?.IndexOf('-', StringComparison.Ordinal) ?? -1;
        string[] parts = (hyphen < 0 ? text ?? "" : text![..hyphen]).Split('.');
        return parts.Length == 3 && Number(parts[0], out int major) && Number(parts[1], out int minor) && Number(parts[2], out int last)
            ? new SdkNumber(text!, major, minor, last / 100, last % 100, hyphen < 0 ? "" : text![(hyphen + 1)..])
            : null;
    }

    /// <summary>The one that the dotnet command takes when this one is asked for; null where none fits or the policy is not known.</summary>
    /// <param name="policy">The value of <c>rollForward</c> in lower case.</param>
    /// <param name="installed">What there is, in ascending order.</param>
    public SdkNumber? Choose(string policy, IReadOnlyList<SdkNumber> installed)
    {
        SdkNumber[] newer = [.. installed.Where(number => number.CompareTo(this) >= 0)];
        SdkNumber[] inMinor = [.. newer.Where(number => (number.Major, number.Minor) == (Major, Minor))];
        SdkNumber[] inBand = [.. inMinor.Where(number => number.Band == Band)];
        SdkNumber[] inMajor = [.. newer.Where(number => number.Major == Major)];
        SdkNumber? exact = inBand.FirstOrDefault(number => number.CompareTo(this) == 0);
        return policy switch
        {
            "disable" => exact,
            "patch" => exact ?? inBand.LastOrDefault(),
            "latestpatch" => inBand.LastOrDefault(),
            "feature" => inBand.LastOrDefault() ?? LatestOfLowest(inMinor),
            "minor" => inBand.LastOrDefault() ?? LatestOfLowest(inMinor) ?? LatestOfLowest(inMajor),
            "major" => inBand.LastOrDefault() ?? LatestOfLowest(inMinor) ?? LatestOfLowest(inMajor) ?? LatestOfLowest(newer),
            "latestfeature" => inMinor.LastOrDefault(),
            "latestminor" => inMajor.LastOrDefault(),
            "latestmajor" => newer.LastOrDefault(),
            _ => null,
        };
    }

    public int CompareTo(SdkNumber? other)
    {
        if (other is null)
        {
            return 1;
        }

        int order = (Major, Minor, Band, Patch).CompareTo((other.Major, other.Minor, other.Band, other.Patch));

        // Without a hyphen it is the release, which comes after its previews.
        return order != 0 ? order
            : IsPreview != other.IsPreview ? (IsPreview ? -1 : 1)
            : string.CompareOrdinal(Padded(Preview), Padded(other.Preview));
    }

    private static SdkNumber? LatestOfLowest(SdkNumber[] numbers) =>
        numbers.LastOrDefault(number => (number.Major, number.Minor, number.Band) == (numbers[0].Major, numbers[0].Minor, numbers[0].Band));

    // rc.10 comes after rc.9.
    private static string Padded(string preview) =>
        string.Join('.', preview.Split('.').Select(part => Number(part, out _) ? part.PadLeft(10, '0') : part));

    private static bool Number(string text, out int number) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number);
}
