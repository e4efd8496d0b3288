using System.Text;

namespace Versioning.Capture;

/// <summary>Whether what a section of a patch carries looks like a credential.</summary>
internal static class PatchScan
{
    // Content that git has to hold in memory as well.
    private const int MaxContent = 64 * 1024 * 1024;
    private const int Window = 1024 * 1024;
    private const int Overlap = 16 * 1024;

    /// <summary>The reason to leave the section out; null where there is none.</summary>
    public static LeftOutReason? Look(ReadOnlySpan<byte> section, string path)
    {
        if (!BinaryPatch.IsBinary(section))
        {
            return HasSecretLine(section, SecretText.IsConfiguration(path)) ? LeftOutReason.SecretContent : null;
        }

        try
        {
            return BinaryPatch.Contents(section, MaxContent).Exists(content => HasSecret(content)) ? LeftOutReason.SecretContent : null;
        }
        catch (InvalidDataException)
        {
            return LeftOutReason.TooLong;
        }
    }

    // Lines that go, that come and that stand around them: all of them are in the patch.
    private static bool HasSecretLine(ReadOnlySpan<byte> section, bool isConfiguration)
    {
        bool inHunk = false;
        foreach (Range range in section.Split((byte)'\n'))
        {
            ReadOnlySpan<byte> line = section[range];
            inHunk |= line.StartsWith("@@ "u8);
            if (inHunk && line.Length > 1 && SecretText.IsSecretLine(Encoding.Latin1.GetString(line[1..]).TrimEnd('\r'), isConfiguration))
            {
                return true;
            }
        }

        return false;
    }

    private static bool HasSecret(byte[] content)
    {
        // Without zero bytes UTF-16 reads as ASCII does.
        bool isText = content is [0xff, 0xfe, ..] or [0xfe, 0xff, ..];
        byte[] bytes = content.AsSpan().Contains((byte)0) ? [.. content.Where(b => b != 0)] : content;
        for (int at = 0; at < bytes.Length; at += Window - Overlap)
        {
            string text = Encoding.Latin1.GetString(bytes, at, Math.Min(Window, bytes.Length - at));
            if (SecretShapes.Find(text, 0).Length > 0 || (isText && text.Split('\n').Any(line => SecretText.IsSecretLine(line, isConfiguration: true))))
            {
                return true;
            }
        }

        return false;
    }
}
