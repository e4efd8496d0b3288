namespace Versioning.MSBuild;

/// <summary>A file of a version, as it was when it had been restored.</summary>
/// <param name="folder">The folder below obj that it is in, with a slash at its end.</param>
/// <param name="path">Its path in the version.</param>
/// <param name="time">Its <see cref="FileTime"/>.</param>
internal sealed class RestoredFile(string folder, string path, long time)
{
    internal string Path => path;

    /// <summary>Where it is.</summary>
    internal string Place => folder + path;

    internal long Time => time;
}
