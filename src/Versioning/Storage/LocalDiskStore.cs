using System.Runtime.CompilerServices;
using Microsoft.Win32.SafeHandles;

namespace Versioning.Storage;

/// <summary>A store in a directory, on a local disk or a network share that has hard links; each object is one file.</summary>
/// <remarks>
/// Names beginning with <c>.tmp-</c> are files that are still being written; no key may have such a segment. Reads run
/// on the caller's thread, and so do creates up to 1 MiB; larger ones run on the thread pool.
/// </remarks>
public sealed class LocalDiskStore : ObjectStore
{
    // Large enough for the disk, small enough that a cancellation is noticed within milliseconds.
    private const int Slice = 8 * 1024 * 1024;
    private const int LargestInlineCreate = 1024 * 1024;

    // Far longer than any create takes.
    private static readonly TimeSpan AbandonedAfter = TimeSpan.FromDays(1);

    private readonly string _root;
    private readonly DurableDirectories _directories;

    /// <summary>Opens a directory as a store; it is created with the first object.</summary>
    /// <param name="directory">The directory.</param>
    public LocalDiskStore(string directory)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(directory);
        _root = Path.TrimEndingDirectorySeparator(Path.GetFullPath(directory));
        _directories = new(_root);
    }

    /// <inheritdoc/>
    public override string Location => _root;

    /// <inheritdoc/>
    protected override ValueTask<bool> CreateCoreAsync(ObjectKey key, ReadOnlyMemory<byte> content, CancellationToken cancellationToken) =>
        // A flush of megabytes takes long enough that a caller will want to go on meanwhile.
        content.Length > LargestInlineCreate
            ? new(Task.Run(() => Now(key, () => Create(key, content, cancellationToken)).AsTask(), cancellationToken))
            : Now(key, () => Create(key, content, cancellationToken));

    /// <inheritdoc/>
    protected override ValueTask<ObjectRead?> ReadCoreAsync(ObjectKey key, long offset, Memory<byte> destination, CancellationToken cancellationToken) =>
        Now(key, () => Read(key, offset, destination.Span, cancellationToken));

    /// <inheritdoc/>
    protected override ValueTask<long?> StatCoreAsync(ObjectKey key, CancellationToken cancellationToken) => Now(key, () => Stat(key));

    /// <inheritdoc/>
    protected override async IAsyncEnumerable<ObjectInfo> ListCoreAsync(string prefix, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        using IEnumerator<ObjectInfo> objects = DirectoryWalk.Objects(_root, prefix).GetEnumerator();
        while (MoveNext())
        {
            yield return objects.Current;
            cancellationToken.ThrowIfCancellationRequested();
        }

        bool MoveNext()
        {
            try
            {
                return objects.MoveNext();
            }
            catch (Exception e) when (DiskErrors.Translate(e, prefix, _root) is { } translated)
            {
                throw translated;
            }
        }
    }

    /// <inheritdoc/>
    protected override ValueTask<bool> DeleteCoreAsync(ObjectKey key, CancellationToken cancellationToken) => Now(key, () => Delete(key));

    private bool Create(ObjectKey key, ReadOnlyMemory<byte> content, CancellationToken cancellationToken)
    {
        try
        {
            return CreateOnce(key, content.Span, cancellationToken);
        }
        catch (DirectoryNotFoundException)
        {
            // Someone tidied up a directory that this store had seen before.
            _directories.Forget();
            return CreateOnce(key, content.Span, cancellationToken);
        }
    }

    private bool CreateOnce(ObjectKey key, ReadOnlySpan<byte> content, CancellationToken cancellationToken)
    {
        string path = PathOf(key);
        string directory = Path.GetDirectoryName(path)!;
        bool created = false;
        ThrowIfDirectory(key, path);
        if (!File.Exists(path))
        {
            if (_directories.Ensure(directory))
            {
                RemoveAbandoned(directory);
            }

            if (StoreKeys.BeginsBlock(key))
            {
                // Nobody writes to the blocks before it any more, so nobody would look there.
                foreach (string block in Directory.EnumerateDirectories(Path.GetDirectoryName(directory)!))
                {
                    RemoveAbandoned(block);
                }
            }

            string temporary = Path.Join(directory, $"{DirectoryWalk.TemporaryPrefix}{Guid.NewGuid():N}");
            try
            {
                Write(temporary, content, cancellationToken);
                created = PlatformFiles.TryPublish(temporary, path);
            }
            finally
            {
                RemoveTemporary(temporary);
            }

            if (!created)
            {
                ThrowIfDirectory(key, path);
            }
        }

        // After a lost race too: the winner may not have come this far, and what the caller builds on its object must
        // not outlive it. The temporary is gone by now, so the same flush covers its removal.
        PlatformFiles.FlushDirectory(directory);
        NoteStore(key);
        return created;
    }

    /// <summary>A place that has the format object is a store, and without it none any more.</summary>
    private void NoteStore(ObjectKey key)
    {
        if (key == StoreKeys.Format)
        {
            _directories.Rely(PathOf(key));
        }
    }

    private static void Write(string path, ReadOnlySpan<byte> content, CancellationToken cancellationToken)
    {
        DiskSteps.Before(DiskStep.CreateFile);
        using SafeFileHandle handle = File.OpenHandle(path, FileMode.CreateNew, FileAccess.Write, FileShare.ReadWrite);
        for (int done = 0; done < content.Length;)
        {
            cancellationToken.ThrowIfCancellationRequested();
            ReadOnlySpan<byte> slice = content.Slice(done, Math.Min(Slice, content.Length - done));
            DiskSteps.Before(DiskStep.Write);
            RandomAccess.Write(handle, slice, done);
            if (content.Length > Slice)
            {
                PlatformFiles.StartWriteBack(handle, done, slice.Length);
            }

            done += slice.Length;
        }

        DiskSteps.Before(DiskStep.Flush);
        RandomAccess.FlushToDisk(handle);
    }

    private ObjectRead? Read(ObjectKey key, long offset, Span<byte> destination, CancellationToken cancellationToken)
    {
        using SafeFileHandle? handle = OpenOrNull(key);
        if (handle is null)
        {
            return null;
        }

        NoteStore(key);
        long length = RandomAccess.GetLength(handle);
        (long start, int count) = ResolveRange(length, offset, destination.Length);
        for (int done = 0; done < count;)
        {
            cancellationToken.ThrowIfCancellationRequested();
            int read = RandomAccess.Read(handle, destination[done..Math.Min(done + Slice, count)], start + done);
            if (read == 0)
            {
                throw new StoreUnavailableException(
                    "object_changed",
                    $"'{key}' in {_root} became shorter while it was read: {length} bytes before, {RandomAccess.GetLength(handle)} now.",
                    "Objects never change: find out what else writes to this directory, then run a verification.");
            }

            done += read;
        }

        return new(length, count);
    }

    private long? Stat(ObjectKey key)
    {
        using SafeFileHandle? handle = OpenOrNull(key);
        return handle is null ? null : RandomAccess.GetLength(handle);
    }

    private bool Delete(ObjectKey key)
    {
        string path = PathOf(key);
        ThrowIfDirectory(key, path);
        if (!PlatformFiles.TryRemove(path))
        {
            return false;
        }

        PlatformFiles.FlushDirectory(Path.GetDirectoryName(path)!);
        return true;
    }

    private SafeFileHandle? OpenOrNull(ObjectKey key)
    {
        string path = PathOf(key);
        if (PlatformFiles.IsAbsent(path))
        {
            return null;
        }

        try
        {
            // Sharing everything takes no lock, and lets Windows delete the object while it is read.
            return File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
        catch (UnauthorizedAccessException)
        {
            ThrowIfDirectory(key, path);
            throw;
        }
    }

    private void ThrowIfDirectory(ObjectKey key, string path)
    {
        if (Directory.Exists(path))
        {
            throw new StoreUnavailableException(
                "not_an_object",
                $"'{key}' in {_root} is a directory where an object belongs.",
                "Something other than this library made it: move it away.");
        }
    }

    private string PathOf(ObjectKey key)
    {
        if (key.Value.StartsWith(DirectoryWalk.TemporaryPrefix, StringComparison.Ordinal)
            || key.Value.Contains($"/{DirectoryWalk.TemporaryPrefix}", StringComparison.Ordinal))
        {
            throw new ArgumentException($"'{key}' is a name for files that are still being written.", nameof(key));
        }

        return Path.Join(_root, key.Value);
    }

    /// <summary>Removes what killed writers left behind. One that still lives loses its create, with an error, and nothing else.</summary>
    private static void RemoveAbandoned(string directory)
    {
        DateTime before = (TimeProvider.System.GetUtcNow() - AbandonedAfter).UtcDateTime;
        foreach (string path in DirectoryWalk.Temporaries(directory).Where(path => File.GetLastWriteTimeUtc(path) < before))
        {
            RemoveTemporary(path);
        }
    }

    private static void RemoveTemporary(string temporary)
    {
        try
        {
            _ = PlatformFiles.TryRemove(temporary);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // It is no object, it is not listed, and it must not hide how the create ended.
        }
    }

    private ValueTask<T> Now<T>(ObjectKey key, Func<T> operation)
    {
        try
        {
            return new(operation());
        }
        catch (Exception e) when (DiskErrors.Translate(e, key.Value, _root) is { } translated)
        {
            return ValueTask.FromException<T>(translated);
        }
    }
}
