using Versioning.Storage;

namespace Versioning.Files;

/// <summary>Small files that are replaced: whoever reads them sees the one before or all of the new one.</summary>
internal static class WholeFile
{
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
    }
}
