namespace Versioning.Capture;

/// <summary>What the driver of NVIDIA cards says of itself and of them, without a program being started.</summary>
internal static class NvidiaDriver
{
    private const int MaxCards = 64;

    /// <summary>The models, in the order of their places, joined by commas; null where there is no driver.</summary>
    /// <param name="folder">Where the driver's files are.</param>
    public static string? Models(string folder = "/proc/driver/nvidia")
    {
        try
        {
            string[] models =
            [
                .. Directory.GetDirectories(Path.Join(folder, "gpus"))
                    .Order(StringComparer.Ordinal)
                    .Take(MaxCards)
                    .Select(card => SystemText.Field(Path.Join(card, "information"), "Model"))
                    .OfType<string>(),
            ];
            return models.Length == 0 ? null : string.Join(", ", models);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>The driver's version; null where there is none.</summary>
    /// <param name="folder">Where the driver's files are.</param>
    public static string? Version(string folder = "/proc/driver/nvidia")
    {
        // NVRM version: NVIDIA UNIX x86_64 Kernel Module  535.161.08  Sat Feb 24 …; the first word with two dots.
        string? line = SystemText.Field(Path.Join(folder, "version"), "NVRM version");
        return line?.Split(' ', StringSplitOptions.RemoveEmptyEntries).FirstOrDefault(word => char.IsAsciiDigit(word[0]) && word.Contains('.', StringComparison.Ordinal));
    }
}
