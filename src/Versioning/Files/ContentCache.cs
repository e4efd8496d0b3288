using System.Text;
using Microsoft.Win32.SafeHandles;

namespace Versioning.Files;

/// <summary>
/// Whole files by their SHA-256, read only, for every folder on this machine that wants them. A file that is as it was
/// when it was hashed bears a <see cref="FileSeal"/>; any other one is hashed again before it is used, and goes where it is
/// wrong. Thread safe, and safe for many processes.
/// </summary>
/// <param name="cacheDirectory">This machine's cache.</param>
/// <param name="maxBytes">How much it may hold, in bytes; never more than a tenth of the disk.</param>
internal sealed class ContentCache(string cacheDirectory, long maxBytes) : IDisposable
{
    /// <summary>Its folder in the machine's cache.</summary>
    internal const string FolderName = "content";

    private const UnixFileMode Writable = UnixFileMode.UserWrite | UnixFileMode.GroupWrite | UnixFileMode.OtherWrite;

    /// <summary>A file that is used is marked as used so often.</summary>
    private static readonly TimeSpan MarksEvery = TimeSpan.FromHours(1);

    private readonly Lazy<TargetFolder> _folder = new(() =>
    {
        CacheDirectory.Make(Path.Join(cacheDirectory, FolderName));
        return TargetFolder.Open(Path.Join(cacheDirectory, FolderName));
    });

    private readonly Lazy<long> _most = new(() => Math.Min(maxBytes, DiskPart(cacheDirectory)));
    private CacheLimit? _limit;

    /// <summary>How much it may hold on this disk.</summary>
    internal long MostBytes => _most.Value;

    /// <summary>Where files are written to.</summary>
    internal TargetFolder Folder => _folder.Value;

    /// <summary>Whether a file is worth a place: one that takes most of the room drives out all others.</summary>
    internal bool Takes(long size) => size <= MostBytes / 4;

    /// <summary>Where a file lies in <see cref="Folder"/>.</summary>
    internal static byte[] PathOf(Digest sha256, FileKind kind)
    {
        string hex = sha256.ToHex();
        return Encoding.ASCII.GetBytes($"{hex[..2]}/{hex}{(kind == FileKind.Executable ? ContentFiles.ExecutableSuffix : "")}");
    }

    internal string FullPathOf(Digest sha256, FileKind kind) => Path.Join(cacheDirectory, FolderName, Encoding.ASCII.GetString(PathOf(sha256, kind)));

    /// <summary>Whether the file is there and what it should be. What is not goes.</summary>
    internal bool Has(Digest sha256, FileKind kind, long size, CancellationToken cancellationToken)
    {
        byte[] path = PathOf(sha256, kind);
        if (Folder.Probe(path, out FileStamp stamp, out FileKind found) != TargetState.File)
        {
            return false;
        }

        // A file that is linked into a folder has one mode, which somebody may have changed there.
        string full = FullPathOf(sha256, kind);
        bool isKind = found == kind || OperatingSystem.IsWindows();
        if (isKind && stamp.Size == size && (FileSeal.Holds(sha256, stamp.MtimeNs) || IsSound(path, full, sha256, isSealed: false, cancellationToken)))
        {
            Mark(full);
            return true;
        }

        CacheFiles.TryRemove(full);
        return false;
    }

    /// <summary>Hashes a file, and seals it anew where that was lost; false: it is not what it should be, and is removed. One that is gone is fine.</summary>
    internal bool Verify(Digest sha256, FileKind kind, CancellationToken cancellationToken)
    {
        byte[] path = PathOf(sha256, kind);
        string full = FullPathOf(sha256, kind);
        bool isSealed = Folder.TryStamp(path) is { } stamp && FileSeal.Holds(sha256, stamp.MtimeNs);
        if (IsSound(path, full, sha256, isSealed, cancellationToken) || !File.Exists(full))
        {
            return true;
        }

        CacheFiles.TryRemove(full);
        return false;
    }

    /// <summary>Takes note of a file that was written into <see cref="Folder"/> with a seal.</summary>
    internal void Added(Digest sha256, FileKind kind, long size)
    {
        MakeReadOnly(FullPathOf(sha256, kind));
        Note(size);
    }

    /// <summary>Takes note of bytes that this cache has to answer for, whether they lie here or in a tree.</summary>
    internal void Note(long bytes) =>
        (_limit ??= new CacheLimit(
            Path.Join(cacheDirectory, FolderName),
            MostBytes,
            ContentFiles.Used,
            ContentFiles.IsInUse,
            others: () => new TreeRemoval(new TreeFolder(cacheDirectory), Path.Join(cacheDirectory, FolderName)).Items())).Note(bytes);

    public void Dispose()
    {
        if (_folder.IsValueCreated)
        {
            _folder.Value.Dispose();
        }
    }

    /// <summary>Hashes a file, and seals it where it has no seal.</summary>
    private bool IsSound(byte[] path, string full, Digest sha256, bool isSealed, CancellationToken cancellationToken)
    {
        try
        {
            using SafeFileHandle handle = Folder.OpenRead(path);
            if (FileHashing.Sha256(handle, cancellationToken) != sha256)
            {
                return false;
            }

            if (isSealed)
            {
                return true;
            }

            MakeReadOnly(full);
            File.SetLastWriteTimeUtc(full, DateTime.UnixEpoch.AddTicks(FileSeal.TimeOf(sha256) / 100));
            return true;
        }
        catch (Exception e) when (e is VersioningException || FileCache.IsHarmless(e))
        {
            return false;
        }
    }

    internal static void MakeReadOnly(string full)
    {
        try
        {
            if (OperatingSystem.IsWindows())
            {
                File.SetAttributes(full, File.GetAttributes(full) | FileAttributes.ReadOnly);
            }
            else
            {
                File.SetUnixFileMode(full, File.GetUnixFileMode(full) & ~Writable);
            }
        }
        catch (Exception e) when (FileCache.IsHarmless(e))
        {
            // Another process was faster to remove it.
        }
    }

    private static void Mark(string full)
    {
        try
        {
            DateTime now = TimeProvider.System.GetUtcNow().UtcDateTime;
            if (now - File.GetLastAccessTimeUtc(full) > MarksEvery)
            {
                File.SetLastAccessTimeUtc(full, now);
            }
        }
        catch (Exception e) when (FileCache.IsHarmless(e))
        {
            // It only goes earlier than it might.
        }
    }

    private static long DiskPart(string directory)
    {
        try
        {
            // The folder itself is perhaps not there yet.
            string at = Path.GetFullPath(directory);
            while (!Directory.Exists(at) && Path.GetDirectoryName(at) is { } above)
            {
                at = above;
            }

            return new DriveInfo(at).TotalSize / 10;
        }
        catch (Exception e) when (FileCache.IsHarmless(e) || e is ArgumentException)
        {
            return long.MaxValue;
        }
    }
}
