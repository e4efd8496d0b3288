using Versioning.Tests.Storage;

namespace Versioning.Tests.Store;

/// <summary>A folder that is gone after the test.</summary>
internal sealed class TempFolder : IDisposable
{
    internal TempFolder() => Root = TemporaryPlace.Create("versioning-tests");

    internal string Root { get; }

    internal VersionStoreOptions Options => new() { Author = "tester", CacheDirectory = Of("cache") };

    internal string Of(string path) => Path.Combine(Root, path);

    internal string Write(string path, byte[] content)
    {
        string full = Of(path);
        Directory.CreateDirectory(Path.GetDirectoryName(full)!);
        File.WriteAllBytes(full, content);
        return full;
    }

    internal string Write(string path, string content) => Write(path, System.Text.Encoding.UTF8.GetBytes(content));

    public void Dispose() => Directory.Delete(Root, recursive: true);
}
