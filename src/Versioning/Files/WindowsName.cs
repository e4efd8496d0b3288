using System.Buffers;
using System.Text;

namespace Versioning.Files;

/// <summary>Names that Windows can't hold or gives another meaning.</summary>
internal static class WindowsName
{
    private static readonly SearchValues<byte> Forbidden = SearchValues.Create("\\:<>\"|?*"u8);

    /// <summary>Why a segment can't be a name there, or null.</summary>
    public static string? Reason(ReadOnlySpan<byte> segment)
    {
        if (segment.ContainsAny(Forbidden))
        {
            return "Windows does not allow \\ : < > \" | ? * in a name";
        }

        if (segment.ContainsAnyInRange((byte)0, (byte)31))
        {
            return "Windows does not allow control characters in a name";
        }

        if (segment[^1] is (byte)'.' or (byte)' ')
        {
            return "Windows drops a dot or space at the end of a name";
        }

        return IsDevice(segment) ? "it names a device on Windows" : null;
    }

    private static bool IsDevice(ReadOnlySpan<byte> segment)
    {
        // 'con.txt', 'con .txt' and 'CON' are all the console.
        int dot = segment.IndexOf((byte)'.');
        string stem = Encoding.UTF8.GetString(dot < 0 ? segment : segment[..dot]).TrimEnd(' ').ToUpperInvariant();
        return stem is "CON" or "PRN" or "AUX" or "NUL" or "CONIN$" or "CONOUT$" or "CLOCK$"
            || (stem.Length == 4
                && (stem.StartsWith("COM", StringComparison.Ordinal) || stem.StartsWith("LPT", StringComparison.Ordinal))
                && stem[3] is (>= '0' and <= '9') or '\u00B9' or '\u00B2' or '\u00B3');
    }
}
