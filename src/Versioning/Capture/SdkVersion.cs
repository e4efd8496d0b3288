using System.Text.Json;

namespace Versioning.Capture;

/// <summary>The .NET SDK that commands in a folder use, found as the dotnet command finds it, without starting it.</summary>
internal static class SdkVersion
{
    private const long MaxBytes = 64 * 1024;

    /// <summary>The version; null where no SDK is installed, none fits, or <c>global.json</c> asks for something that is not known here.</summary>
    public static string? Find(string folder) => Root() is { } root ? Find(folder, Path.Join(root, "sdk")) : null;

    /// <param name="folder">Where <c>global.json</c> is looked for, upwards.</param>
    /// <param name="installed">The folder with one folder for each SDK.</param>
    internal static string? Find(string folder, string installed)
    {
        try
        {
            SdkNumber[] numbers = [.. Directory.GetDirectories(installed).Select(path => SdkNumber.Parse(Path.GetFileName(path))).OfType<SdkNumber>().Order()];
            return GlobalJson(folder) is { } file ? Chosen(file, numbers) : numbers.LastOrDefault()?.Text;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException)
        {
            return null;
        }
    }

    private static string? Chosen(string file, SdkNumber[] installed)
    {
        if (new FileInfo(file).Length > MaxBytes)
        {
            return null;
        }

        using JsonDocument document = JsonDocument.Parse(File.ReadAllBytes(file), new() { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true });
        if (document.RootElement.ValueKind != JsonValueKind.Object || !document.RootElement.TryGetProperty("sdk", out JsonElement sdk) || sdk.ValueKind != JsonValueKind.Object)
        {
            return installed.LastOrDefault()?.Text;
        }

        // Where SDKs lie elsewhere, the list of those that are installed here says nothing.
        string? wanted = Property(sdk, "version");
        if (sdk.TryGetProperty("paths", out _) || (wanted is not null && SdkNumber.Parse(wanted) is null))
        {
            return null;
        }

        var least = SdkNumber.Parse(wanted ?? "0.0.0")!;
        bool previews = least.IsPreview || !sdk.TryGetProperty("allowPrerelease", out JsonElement allow) || allow.ValueKind != JsonValueKind.False;
        string policy = (Property(sdk, "rollForward") ?? (wanted is null ? "latestMajor" : "latestPatch")).ToLowerInvariant();
        return least.Choose(policy, [.. installed.Where(number => previews || !number.IsPreview)])?.Text;
    }

    private static string? Property(JsonElement sdk, string name) =>
        sdk.TryGetProperty(name, out JsonElement value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    private static string? GlobalJson(string folder)
    {
        for (string? at = Path.GetFullPath(folder); at is not null; at = Path.GetDirectoryName(at))
        {
            string file = Path.Join(at, "global.json");
            if (File.Exists(file))
            {
                return file;
            }
        }

        return null;
    }

    // Who was started by the dotnet command knows it; else the one on the PATH.
    private static string? Root()
    {
        string name = OperatingSystem.IsWindows() ? "dotnet.exe" : "dotnet";
        string? host = Environment.GetEnvironmentVariable("DOTNET_HOST_PATH");
        IEnumerable<string?> candidates = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
            .Select(folder => (string?)Path.Join(folder, name))
            .Prepend(host);
        string? found = candidates.FirstOrDefault(File.Exists);
        return found is null ? null : Path.GetDirectoryName(File.ResolveLinkTarget(found, returnFinalTarget: true)?.FullName ?? found);
    }
}
