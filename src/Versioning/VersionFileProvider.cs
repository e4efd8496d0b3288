using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.FileProviders;
using Microsoft.Extensions.Primitives;
using Versioning.Fetching;
using Versioning.Packs;
using Versioning.Trees;

namespace Versioning;

/// <summary>
/// The files of one version, for whatever takes an <see cref="IFileProvider"/>: static files, configuration, templates.
/// Made by <see cref="VersionStore.OpenFilesAsync"/>, which reads them from the store as they are wanted, or of a folder in
/// this machine's cache. A version never changes, so nothing is watched.
/// </summary>
public sealed class VersionFileProvider : IFileProvider
{
    private readonly string? _root;
    private readonly Dictionary<string, IFileInfo> _files = new(StringComparer.Ordinal);
    private readonly Dictionary<string, List<IFileInfo>> _folders = new(StringComparer.Ordinal) { [""] = [] };

    /// <summary>The files of a folder in this machine's cache, which has to be held as long as they are used.</summary>
    public VersionFileProvider(LocalVersion version)
    {
        ArgumentNullException.ThrowIfNull(version);
        _root = version.Path;
    }

    private VersionFileProvider()
    {
    }

    /// <inheritdoc/>
    public IFileInfo GetFileInfo(string subpath)
    {
        if (!TryClean(subpath, out string? path) || path.Length == 0)
        {
            return new NotFoundFileInfo(subpath ?? "");
        }

        if (_root is null)
        {
            return _files.TryGetValue(path, out IFileInfo? found) ? found : new NotFoundFileInfo(subpath);
        }

        var file = new FileInfo(Path.Join(_root, path));
        return file.Exists ? new LocalEntry(file) : new NotFoundFileInfo(subpath);
    }

    /// <inheritdoc/>
    public IDirectoryContents GetDirectoryContents(string subpath)
    {
        if (!TryClean(subpath, out string? path))
        {
            return NotFoundDirectoryContents.Singleton;
        }

        if (_root is null)
        {
            return _folders.TryGetValue(path, out List<IFileInfo>? found) ? new Contents(found) : NotFoundDirectoryContents.Singleton;
        }

        var folder = new DirectoryInfo(Path.Join(_root, path));
        return folder.Exists ? new Contents([.. folder.EnumerateFileSystemInfos().Select(entry => new LocalEntry(entry))]) : NotFoundDirectoryContents.Singleton;
    }

    /// <inheritdoc/>
    public IChangeToken Watch(string filter) => NullChangeToken.Singleton;

    /// <summary>The files of a version as they lie in a store.</summary>
    internal static async Task<VersionFileProvider> OfAsync(PackReader packs, ManifestReader manifest, DateTimeOffset created, CancellationToken cancellationToken)
    {
        var provider = new VersionFileProvider();
        var links = new List<ManifestEntry>();
        await foreach (ManifestEntry entry in manifest.EntriesAsync(null, cancellationToken).ConfigureAwait(false))
        {
            if (entry.LinkTarget is null)
            {
                provider.Add(entry.Name, new StoredFile(packs, entry, FileName(entry.Name), created));
            }
            else
            {
                links.Add(entry);
            }
        }

        // A link to a link that comes later is not followed the first time.
        for (int before = -1; before != links.Count;)
        {
            before = links.Count;
            links.RemoveAll(link => provider.TryFollow(packs, link, created));
        }

        return provider;
    }

    private bool TryFollow(PackReader packs, ManifestEntry link, DateTimeOffset created)
    {
        string target = System.Text.Encoding.UTF8.GetString(link.LinkTarget!);
        if (!TryClean(Resolve(Folder(link.Name), target), out string? path) || !_files.TryGetValue(path, out IFileInfo? file) || file is not StoredFile stored)
        {
            return false;
        }

        Add(link.Name, new StoredFile(packs, stored.Entry, FileName(link.Name), created));
        return true;
    }

    private void Add(string path, IFileInfo file)
    {
        _files[path] = file;
        for (IFileInfo child = file; ;)
        {
            path = Folder(path);
            bool isNew = _folders.TryAdd(path, []);
            _folders[path].Add(child);
            if (!isNew || path.Length == 0)
            {
                return;
            }

            child = new StoredFolder(FileName(path), file.LastModified);
        }
    }

    private static string Folder(string path) => path.LastIndexOf('/') is var at and >= 0 ? path[..at] : "";

    private static string FileName(string path) => path[(path.LastIndexOf('/') + 1)..];

    /// <summary>A relative path from a folder, without steps up that it can take.</summary>
    private static string Resolve(string folder, string target)
    {
        var segments = new List<string>(folder.Split('/', StringSplitOptions.RemoveEmptyEntries));
        foreach (string segment in target.Split('/'))
        {
            if (segment == ".." && segments.Count > 0)
            {
                segments.RemoveAt(segments.Count - 1);
            }
            else if (segment != ".")
            {
                segments.Add(segment);
            }
        }

        return string.Join('/', segments);
    }

    private static bool TryClean(string? subpath, [NotNullWhen(true)] out string? path)
    {
        string[] segments = (subpath ?? "").Replace('\\', '/').Split('/', StringSplitOptions.RemoveEmptyEntries);
        bool isInside = !segments.Any(s => s is "." or ".." || s.Contains('\0', StringComparison.Ordinal) || (OperatingSystem.IsWindows() && s.Contains(':', StringComparison.Ordinal)));
        path = isInside ? string.Join('/', segments) : null;
        return isInside;
    }

    private sealed class Contents(IReadOnlyList<IFileInfo> entries) : IDirectoryContents
    {
        public bool Exists => true;

        public IEnumerator<IFileInfo> GetEnumerator() => entries.GetEnumerator();

        System.Collections.IEnumerator System.Collections.IEnumerable.GetEnumerator() => GetEnumerator();
    }

    private sealed class StoredFile(PackReader packs, ManifestEntry entry, string name, DateTimeOffset created) : IFileInfo
    {
        internal ManifestEntry Entry => entry;

        public bool Exists => true;

        public bool IsDirectory => false;

        public DateTimeOffset LastModified => created;

        public long Length => entry.Size;

        public string Name => name;

        public string? PhysicalPath => null;

        /// <summary>Seekable; reads and verifies what is touched.</summary>
        public Stream CreateReadStream() => new VersionFileStream(packs, entry);
    }

    private sealed class StoredFolder(string name, DateTimeOffset created) : IFileInfo
    {
        public bool Exists => true;

        public bool IsDirectory => true;

        public DateTimeOffset LastModified => created;

        public long Length => -1;

        public string Name => name;

        public string? PhysicalPath => null;

        public Stream CreateReadStream() => throw new InvalidOperationException($"'{name}' is a folder.");
    }

    private sealed class LocalEntry(FileSystemInfo entry) : IFileInfo
    {
        // Links stay inside the version, and a file's length is that of what it means.
        private readonly FileSystemInfo _real = entry.LinkTarget is null ? entry : entry.ResolveLinkTarget(returnFinalTarget: true) ?? entry;

        public bool Exists => true;

        public bool IsDirectory => _real is DirectoryInfo;

        public DateTimeOffset LastModified => new(_real.LastWriteTimeUtc);

        public long Length => _real is FileInfo file ? file.Length : -1;

        public string Name => entry.Name;

        public string? PhysicalPath => entry.FullName;

        public Stream CreateReadStream() => _real is FileInfo file ? file.OpenRead() : throw new InvalidOperationException($"'{Name}' is a folder.");
    }
}
