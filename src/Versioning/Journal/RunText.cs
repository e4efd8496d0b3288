using System.Globalization;

namespace Versioning.Journal;

/// <summary>Ids and outcomes of runs as people and programs see them.</summary>
internal static class RunText
{
    internal static string Of(UInt128 id) => id.ToString("x32", CultureInfo.InvariantCulture);

    internal static bool TryParse(string text, out UInt128 id)
    {
        id = default;
        return text.Length == 32 && UInt128.TryParse(text, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out id);
    }

    internal static string Of(RunOutcome outcome) => outcome switch
    {
        RunOutcome.Succeeded => "succeeded",
        RunOutcome.Failed => "failed",
        RunOutcome.Cancelled => "cancelled",
        _ => "lost",
    };
}
