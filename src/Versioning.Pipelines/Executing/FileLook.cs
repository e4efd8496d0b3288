namespace Versioning.Pipelines.Executing;

/// <summary>What tells a file that was written from one that was left alone.</summary>
internal readonly record struct FileLook(bool IsThere, long Length, DateTime Written)
{
    internal static FileLook At(string? path) =>
        path is not null && new FileInfo(path) is { Exists: true } file ? new FileLook(true, file.Length, file.LastWriteTimeUtc) : default;
}
