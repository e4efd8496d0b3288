namespace Versioning.Tests.Storage;

/// <summary>An empty directory that is gone after the test.</summary>
internal sealed class TemporaryDirectory : IDisposable
{
    private TemporaryDirectory(string parent) => Path = Directory.CreateDirectory(System.IO.Path.Join(parent, $"versioning-{Guid.NewGuid():N}")).FullName;

    public string Path { get; }

    /// <summary>On the disk of temporary files.</summary>
    public static TemporaryDirectory OnDisk() => new(System.IO.Path.GetTempPath());

    /// <summary>In memory where there is room: thousands of flushes cost seconds on a disk.</summary>
    public static TemporaryDirectory Fast() => new(TemporaryPlace.Root);

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
