using System.Globalization;

namespace Versioning;

/// <summary>Counts for people: 1 pack, 2 packs.</summary>
internal static class Counts
{
    internal static string Of(long count, string one, string? many = null) =>
        string.Create(CultureInfo.InvariantCulture, $"{count} {(count == 1 ? one : many ?? one + "s")}");
}
