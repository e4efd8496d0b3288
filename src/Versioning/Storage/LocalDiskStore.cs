using System.ComponentModel;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using Microsoft.Win32.SafeHandles;

namespace Versioning.Storage;

/// <summary>A store in a directory. Needs a file system with hard links (or Windows) so that of racing writers one wins.</summary>
public sealed class LocalDiskStore : ObjectStore
{
    private const string TemporaryPrefix = ".tmp-";
    private const int NoSpace = 28, NotPermitted = 1, NotSupported = 95, TooManyLinks = 31;

    private readonly string _root;

    /// <summary>Uses a directory, which is made with the first object.</summary>
    public LocalDiskStore(string directory)
    {
        ArgumentException.ThrowIfNullOrEmpty(directory);
        _root = Path.GetFullPath(directory);
    }

    /// <inheritdoc/>
    public override string Location => _root;

    /// <inheritdoc/>
    protected override ValueTask<bool> CreateCoreAsync(ObjectKey key, ReadOnlyMemory<byte> content, CancellationToken cancellationToken)
    {
        string path = PathOf(key);
        string directory = Path.GetDirectoryName(path)!;
        string temporary = Path.Combine(directory, TemporaryPrefix + RandomNumberGenerator.GetHexString(24, lowercase: true));
        try
        {
            MakeDirectory(directory);
            if (File.Exists(path))
            {
                return ValueTask.FromResult(false);
            }

            using (SafeFileHandle handle = File.OpenHandle(temporary, FileMode.CreateNew, FileAccess.Write, FileShare.None, FileOptions.None, content.Length))
            {
                RandomAccess.Write(handle, content.Span, 0);
                RandomAccess.FlushToDisk(handle);
            }

            // The entry must not become visible before the bytes are durable, nor be reported before it is durable itself.
            bool created = PlatformFiles.TryName(temporary, path);
            File.Delete(temporary);
            PlatformFiles.SyncDirectory(directory);
            return ValueTask.FromResult(created);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or Win32Exception)
        {
            Discard(temporary);
            throw Unavailable("write", key, e);
        }
    }

    /// <inheritdoc/>
    protected override ValueTask<ObjectRead?> ReadCoreAsync(ObjectKey key, long offset, Memory<byte> destination, CancellationToken cancellationToken)
    {
        try
        {
            using SafeFileHandle handle = File.OpenHandle(PathOf(key));
            long length = RandomAccess.GetLength(handle);
            long start = Math.Min(length, offset < 0 ? Math.Max(0, length + offset) : offset);
            int wanted = (int)Math.Min(destination.Length, length - start);
            int count = 0;
            while (count < wanted)
            {
                int read = RandomAccess.Read(handle, destination.Span[count..wanted], start + count);
                if (read == 0)
                {
                    throw new StoreUnavailableException("short_read", $"{key} in {_root} ended at byte {start + count} of {length}: something truncated it.", "Objects never change; check the disk.");
                }

                count += read;
            }

            return ValueTask.FromResult<ObjectRead?>(new ObjectRead(length, count));
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return ValueTask.FromResult<ObjectRead?>(null);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Unavailable("read", key, e);
        }
    }

    /// <inheritdoc/>
    protected override ValueTask<long?> StatCoreAsync(ObjectKey key, CancellationToken cancellationToken)
    {
        try
        {
            var file = new FileInfo(PathOf(key));
            return ValueTask.FromResult<long?>(file.Exists ? file.Length : null);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Unavailable("look up", key, e);
        }
    }

    /// <inheritdoc/>
    protected override async IAsyncEnumerable<ObjectInfo> ListCoreAsync(string prefix, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var pending = new Stack<(string Key, long? Length)>(Children("", prefix));
        while (pending.TryPop(out (string Key, long? Length) next))
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (next.Length is { } length)
            {
                yield return new ObjectInfo(new ObjectKey(next.Key), length);
                continue;
            }

            foreach ((string Key, long? Length) child in Children(next.Key, prefix))
            {
                pending.Push(child);
            }
        }

        await Task.CompletedTask.ConfigureAwait(false);
    }

    /// <inheritdoc/>
    protected override ValueTask<bool> DeleteCoreAsync(ObjectKey key, CancellationToken cancellationToken)
    {
        string path = PathOf(key);
        try
        {
            if (!File.Exists(path))
            {
                return ValueTask.FromResult(false);
            }

            File.Delete(path);
            PlatformFiles.SyncDirectory(Path.GetDirectoryName(path)!);
            return ValueTask.FromResult(true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or Win32Exception)
        {
            throw Unavailable("delete", key, e);
        }
    }

    /// <summary>What a directory holds below a prefix, last first; a directory's key ends with a slash and so sorts as what is in it.</summary>
    private List<(string Key, long? Length)> Children(string directory, string prefix)
    {
        var children = new List<(string Key, long? Length)>();
        try
        {
            foreach (FileSystemInfo entry in new DirectoryInfo(Path.Combine(_root, directory)).EnumerateFileSystemInfos())
            {
                bool isDirectory = entry is DirectoryInfo;
                string key = directory + entry.Name + (isDirectory ? "/" : "");
                bool matters = key.StartsWith(prefix, StringComparison.Ordinal) || (isDirectory && prefix.StartsWith(key, StringComparison.Ordinal));
                bool isObject = !entry.Name.StartsWith(TemporaryPrefix, StringComparison.Ordinal) && ObjectKey.IsValid(key.TrimEnd('/'));
                if (matters && isObject && entry.LinkTarget is null)
                {
                    children.Add((key, entry is FileInfo file ? file.Length : null));
                }
            }
        }
        catch (Exception e) when (e is DirectoryNotFoundException or FileNotFoundException)
        {
            // Deleted while it was listed.
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new StoreUnavailableException("store_unavailable", $"Could not list {directory} in {_root}: {e.Message}", "Check the disk and the rights on the folder.", e);
        }

        children.Sort((a, b) => string.CompareOrdinal(b.Key, a.Key));
        return children;
    }

    private string PathOf(ObjectKey key) => Path.Combine(_root, key.Value.Replace('/', Path.DirectorySeparatorChar));

    private static void MakeDirectory(string directory)
    {
        if (Directory.Exists(directory))
        {
            return;
        }

        string? parent = Path.GetDirectoryName(directory);
        if (parent is not null)
        {
            MakeDirectory(parent);
        }

        Directory.CreateDirectory(directory);
        if (parent is not null)
        {
            PlatformFiles.SyncDirectory(parent);
        }
    }

    private static void Discard(string temporary)
    {
        try
        {
            File.Delete(temporary);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Listing ignores it.
        }
    }

    private StoreUnavailableException Unavailable(string what, ObjectKey key, Exception e)
    {
        (string code, string hint) = e switch
        {
            UnauthorizedAccessException => ("access_denied", "Check the rights on the folder."),
            Win32Exception { NativeErrorCode: NotPermitted or NotSupported or TooManyLinks } =>
                ("links_unsupported", "This file system has no hard links, which shared writing needs. Put the store on another one."),
            IOException when (e.HResult & 0xFFFF) is NoSpace or 112 => ("disk_full", "Free space and try again; nothing was published."),
            _ => ("store_unavailable", "Check the disk and the rights on the folder."),
        };
        return new StoreUnavailableException(code, $"Could not {what} {key} in {_root}: {e.Message}", hint, e);
    }
}
