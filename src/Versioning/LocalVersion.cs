using Microsoft.Win32.SafeHandles;

namespace Versioning;

/// <summary>
/// The files of a version in a folder of this machine's cache: real files that can be mapped into memory, read only, with
/// their siblings in place. They stay as long as this is not disposed; then they may go, when the cache needs the room.
/// </summary>
public sealed class LocalVersion : IDisposable, IAsyncDisposable
{
    private readonly SafeFileHandle _lease;

    internal LocalVersion(PinnedVersion version, string path, SafeFileHandle lease) => (Version, Path, _lease) = (version, path, lease);

    /// <summary>The version.</summary>
    public ArtifactPin Pin => Version.Pin;

    /// <summary>The full path of the folder.</summary>
    public string Path { get; }

    /// <summary>The full path of a file.</summary>
    /// <param name="file">Where it lies in the version, <c>/</c>-separated.</param>
    /// <exception cref="NotFoundException">There is no such file.</exception>
    public string PathOf(string file)
    {
        ArgumentException.ThrowIfNullOrEmpty(file);
        string full = System.IO.Path.GetFullPath(System.IO.Path.Join(Path, file));
        return full.StartsWith(Path + System.IO.Path.DirectorySeparatorChar, StringComparison.Ordinal) && File.Exists(full)
            ? full
            : throw new NotFoundException("file_not_found", $"{Pin.Artifact}@{Pin.Number} has no file '{file}' here.", "Where only a part was fetched, 'include' has to name it.");
    }

    /// <summary>What is enough to open it again without the store.</summary>
    internal PinnedVersion Version { get; }

    /// <inheritdoc/>
    public void Dispose() => _lease.Dispose();

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        Dispose();
        return ValueTask.CompletedTask;
    }

    /// <inheritdoc/>
    public override string ToString() => Pin.ToString();
}
