using Versioning.Storage;

namespace Versioning.Files;

/// <summary>Small files that are replaced: whoever reads them sees the one before or all of the new one.</summary>
internal static class WholeFile
{
    // Far longer than any write takes.
    private static readonly TimeSpan AbandonedAfter = TimeSpan.FromDays(1);

    internal static void Write(string path, ReadOnlySpan<byte> content)
    {
        // A link in the file's place stays one.
        string real = File.Exists(path) ? File.ResolveLinkTarget(path, returnFinalTarget: true)?.FullName ?? path : path;
        string temporary = $"{real}.{Guid.NewGuid():N}";
        try
        {
            DiskSteps.Before(DiskStep.CreateFile);
            using (var file = new FileStream(temporary, FileMode.CreateNew, FileAccess.Write, FileShare.None, bufferSize: 0))
            {
                DiskSteps.Before(DiskStep.Write);
                file.Write(content);
                file.Flush(flushToDisk: true);
            }

            DiskSteps.Before(DiskStep.Rename);
            File.Move(temporary, real, overwrite: true);
        }
        catch
        {
            DiskSteps.Before(DiskStep.Remove);
            File.Delete(temporary);
            throw;
        }

        RemoveAbandoned(Path.GetFullPath(real));
    }

    /// <summary>Removes what killed writers of this file left beside it.</summary>
    private static void RemoveAbandoned(string path)
    {
        string prefix = Path.GetFileName(path) + ".";
        DateTime before = (TimeProvider.System.GetUtcNow() - AbandonedAfter).UtcDateTime;
        try
        {
            foreach (string left in Directory.EnumerateFiles(Path.GetDirectoryName(path)!).Where(IsTemporary).Where(file => File.GetLastWriteTimeUtc(file) < before))
            {
                File.Delete(left);
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // They are in nobody's way, and go another time.
        }

        bool IsTemporary(string file) =>
            Path.GetFileName(file) is var name && name.StartsWith(prefix, StringComparison.Ordinal) && Guid.TryParseExact(name.AsSpan(prefix.Length), "N", out _);
    }
}
