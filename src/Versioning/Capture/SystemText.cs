using System.Text;

namespace Versioning.Capture;

/// <summary>Short texts that a system shows as files.</summary>
internal static class SystemText
{
    private const int MaxLength = 16 * 1024;

    /// <summary>The value in the first line 'name : value'; null where there is none in the first 16 KiB.</summary>
    public static string? Field(string path, string name)
    {
        byte[] bytes = new byte[MaxLength];
        int length;
        try
        {
            using FileStream file = File.OpenRead(path);
            length = file.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }

        foreach (string line in Encoding.UTF8.GetString(bytes, 0, length).Split('\n'))
        {
            int colon = line.IndexOf(':', StringComparison.Ordinal);
            if (colon >= 0 && line.AsSpan(0, colon).Trim().SequenceEqual(name))
            {
                string value = line[(colon + 1)..].Trim();
                return value.Length == 0 ? null : value;
            }
        }

        return null;
    }
}
