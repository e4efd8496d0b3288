using System.Globalization;
using System.Text;

namespace Versioning.Files;

/// <summary>Paths as git writes them into patches: in quotes, with escapes, where a byte is unusual.</summary>
internal static class GitQuoting
{
    /// <summary>A prefix and a path, quoted together where the path needs it.</summary>
    public static string Quote(string prefix, ReadOnlySpan<byte> path)
    {
        var text = new StringBuilder(prefix, prefix.Length + path.Length + 2);
        bool isPlain = true;
        foreach (byte b in path)
        {
            string? escape = Escape(b);
            isPlain &= escape is null;
            text.Append(escape ?? ((char)b).ToString());
        }

        return isPlain ? text.ToString() : $"\"{text}\"";
    }

    // With core.quotePath every byte beyond ASCII is escaped, so the text is ASCII.
    private static string? Escape(byte b) => b switch
    {
        (byte)'\a' => "\\a",
        (byte)'\b' => "\\b",
        (byte)'\t' => "\\t",
        (byte)'\n' => "\\n",
        (byte)'\v' => "\\v",
        (byte)'\f' => "\\f",
        (byte)'\r' => "\\r",
        (byte)'"' => "\\\"",
        (byte)'\\' => "\\\\",
        < 0x20 or >= 0x7f => "\\" + Convert.ToString(b, 8).PadLeft(3, '0').ToString(CultureInfo.InvariantCulture),
        _ => null,
    };
}
