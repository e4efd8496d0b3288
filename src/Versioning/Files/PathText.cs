using System.Text;
using System.Text.Unicode;

namespace Versioning.Files;

/// <summary>Paths as people read them: what is not UTF-8 or would disturb a terminal is escaped.</summary>
internal static class PathText
{
    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    public static string Show(ReadOnlySpan<byte> path)
    {
        var text = new StringBuilder(path.Length);
        while (!path.IsEmpty)
        {
            bool valid = Rune.DecodeFromUtf8(path, out Rune rune, out int used) == System.Buffers.OperationStatus.Done;
            if (valid && !Rune.IsControl(rune))
            {
                text.Append(rune.ToString());
            }
            else
            {
                foreach (byte b in path[..used])
                {
                    text.Append("\\x").Append(b.ToString("x2", null));
                }
            }

            path = path[used..];
        }

        return text.ToString();
    }

    /// <summary>Bytes of a path that the system gave as text; a lone surrogate has none.</summary>
    public static byte[] Encode(string path)
    {
        try
        {
            return Strict.GetBytes(path);
        }
        catch (EncoderFallbackException)
        {
            throw NotUtf8(path);
        }
    }

    public static bool IsUtf8(ReadOnlySpan<byte> path) => Utf8.IsValid(path);

    public static VersioningException NotUtf8(string shownPath) => new(
        "name_not_utf8",
        $"The name of '{shownPath}' is not valid UTF-8, so it can't be stored on every platform.",
        "Rename the file, or leave it out with a pattern in .versignore.");
}
