using System.Buffers;
using System.Globalization;
using System.IO.Hashing;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Win32.SafeHandles;
using Versioning.Storage;

namespace Versioning.Files;

/// <summary>What stands at a path of a target folder.</summary>
internal enum TargetState
{
    Absent,
    File,
    Link,

    /// <summary>A folder, device, socket or pipe.</summary>
    Other,

    /// <summary>Nothing, and a file or link stands in the place of one of its folders.</summary>
    Obstructed,
}

/// <summary>What lies in a folder.</summary>
/// <param name="Path">Its path from the root of the target.</param>
/// <param name="IsFolder">Whether it is a folder.</param>
internal readonly record struct TargetItem(byte[] Path, bool IsFolder);

/// <summary>A folder that is written to by paths that are not trusted: no link in it is ever followed. Thread-safe.</summary>
internal abstract class TargetFolder : IDisposable
{
    /// <summary>Names of unfinished files start so.</summary>
    public const string TemporaryPrefix = ".vers-";

    /// <summary>Names of unfinished files end so; between are 32 hexadecimal digits.</summary>
    public const string TemporarySuffix = ".partial";

    private readonly Lazy<bool> _isCaseInsensitive;

    protected TargetFolder() => _isCaseInsensitive = new Lazy<bool>(ProbeCase);

    /// <summary>Whether names that differ in case only are the same file here.</summary>
    public bool IsCaseInsensitive => _isCaseInsensitive.Value;

    /// <summary>Opens a folder, making it where it is missing.</summary>
    public static TargetFolder Open(string path)
    {
        string full = Path.GetFullPath(path);
        if (File.Exists(full))
        {
            throw new ConflictException("path_blocked", $"'{path}' is a file, so nothing can be written into it.", "Name a folder.");
        }

        DiskSteps.Before(DiskStep.MakeDirectory);
        Directory.CreateDirectory(full);
        return Posix.IsSupported ? new PosixTargetFolder(full) : new PortableTargetFolder(full);
    }

    /// <summary>Refuses a path that could leave the folder or that this platform can't hold.</summary>
    public static void CheckPath(ReadOnlySpan<byte> path)
    {
        ManifestPath.Validate(path, OperatingSystem.IsWindows());
        if (IsTemporaryName(path[(path.LastIndexOf((byte)'/') + 1)..]))
        {
            throw TargetErrors.Reserved(path);
        }
    }

    /// <summary>What stands at a path.</summary>
    public abstract TargetState Probe(byte[] path, out FileStamp stamp, out FileKind kind);

    /// <summary>Reads stamps of many paths that were looked at before; null where a stamp does not tell of every change.</summary>
    public virtual PosixStampReader? Stamps() => null;

    /// <summary>The stamp of the file at a path; null where none is, or where it can't be looked at.</summary>
    public FileStamp? TryStamp(byte[] path)
    {
        try
        {
            return Probe(path, out FileStamp stamp, out _) == TargetState.File ? stamp : null;
        }
        catch (Exception e) when (e is VersioningException or IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>The file at a path, open for reading; null where none is, or where it can't be opened.</summary>
    public SafeFileHandle? TryOpenRead(byte[] path)
    {
        try
        {
            return OpenRead(path);
        }
        catch (Exception e) when (e is VersioningException or IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>Opens a file for reading; it has to be one.</summary>
    public abstract SafeFileHandle OpenRead(byte[] path);

    /// <summary>The bytes of where the link at a path points; null where no link is any more.</summary>
    public abstract byte[]? ReadLink(byte[] path);

    /// <summary>Starts a file next to its final name, making its folders.</summary>
    /// <param name="path">Where it will be.</param>
    /// <param name="size">How long it will be, so that a full disk shows early.</param>
    /// <param name="kind">A file, executable or not.</param>
    public abstract PendingFile Create(byte[] path, long size, FileKind kind);

    /// <summary>The same, or goes on with what an earlier try left, where that is possible.</summary>
    /// <param name="path">Where it will be.</param>
    /// <param name="size">How long it will be.</param>
    /// <param name="kind">A file, executable or not.</param>
    /// <param name="content">What it will be.</param>
    public virtual PendingFile Resume(byte[] path, long size, FileKind kind, Digest content) => Create(path, size, kind);

    /// <summary>Makes a file of which all bytes are at hand.</summary>
    /// <param name="path">Where it will be.</param>
    /// <param name="content">Its bytes.</param>
    /// <param name="kind">A file, executable or not.</param>
    /// <param name="replace">Whether a file or link of that name gives way.</param>
    /// <param name="mtimeNs">As for <see cref="PendingFile.Commit"/>.</param>
    public virtual void WriteWhole(byte[] path, ReadOnlySpan<byte> content, FileKind kind, bool replace, long mtimeNs = 0)
    {
        using PendingFile file = Create(path, content.Length, kind);
        file.Write(content, 0);
        file.Commit(replace, mtimeNs);
    }

    /// <summary>Gives a path the content of a file of this machine's cache.</summary>
    /// <param name="path">Where it will be.</param>
    /// <param name="source">The full path of the file.</param>
    /// <param name="size">Its length in bytes.</param>
    /// <param name="kind">A file, executable or not.</param>
    /// <param name="how">Not <see cref="LinkKind.Auto"/>.</param>
    /// <param name="replace">Whether a file or link of that name gives way.</param>
    /// <param name="mtimeNs">The time that a file of its own gets.</param>
    /// <returns>False where this disk can't do it in that way; nothing was done then.</returns>
    /// <exception cref="FileNotFoundException">The cache has no such file any more.</exception>
    public bool TryPlace(byte[] path, string source, long size, FileKind kind, LinkKind how, bool replace, long mtimeNs)
    {
        switch (how)
        {
            case LinkKind.Hard:
                return TryLink(path, source, replace);
            case LinkKind.Symbolic:
                if (!File.Exists(source))
                {
                    throw new FileNotFoundException(null, source);
                }

                LinkTo(path, source, replace);
                return true;
        }

        using SafeFileHandle from = File.OpenHandle(source, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        using PendingFile file = Create(path, how == LinkKind.Reflink ? 0 : size, kind);
        if (how == LinkKind.Copy)
        {
            FileCopying.Copy(from, 0, file.Handle, 0, size);
        }
        else if (!FileCopying.TryClone(from, file.Handle))
        {
            return false;
        }

        file.Commit(replace, mtimeNs);
        return true;
    }

    /// <summary>Gives a file another name here; false where the disk can't.</summary>
    protected abstract bool TryLink(byte[] path, string source, bool replace);

    /// <summary>Makes a link to a file of ours that lies elsewhere.</summary>
    protected abstract void LinkTo(byte[] path, string source, bool replace);

    /// <summary>What lies in a folder but unfinished files, in byte order of the paths below it; nothing where nothing is.</summary>
    public abstract IReadOnlyList<TargetItem> List(byte[] folder);

    /// <summary>Removes the file or link at a path.</summary>
    public abstract void Remove(byte[] path);

    /// <summary>Removes a folder that is empty but for what killed fetches left there; false: it is not.</summary>
    public abstract bool TryRemoveFolder(byte[] path);

    /// <summary>Makes a link that stays inside the folder; anything else is refused.</summary>
    public abstract void CreateLink(byte[] path, byte[] target, bool replace);

    /// <summary>Removes what killed fetches left in the root and in the folders that were written to; what others are writing stays.</summary>
    public abstract void RemoveAbandoned();

    public void Dispose()
    {
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    protected abstract void Dispose(bool disposing);

    protected abstract bool ProbeCase();

    /// <summary>Whether a name is one that we give to unfinished files; no part of the pattern is left out, so that a user's own '.vers-notes' is not.</summary>
    public static bool IsTemporaryName(ReadOnlySpan<byte> name) =>
        name.Length == TemporaryPrefix.Length + 32 + TemporarySuffix.Length
        && Ascii.Equals(name[..TemporaryPrefix.Length], TemporaryPrefix)
        && Ascii.Equals(name[^TemporarySuffix.Length..], TemporarySuffix)
        && !name[TemporaryPrefix.Length..^TemporarySuffix.Length].ContainsAnyExcept(Digits);

    /// <summary>A new name for an unfinished file.</summary>
    public static string TemporaryName() => TemporaryPrefix + Names.Next() + TemporarySuffix;

    private static readonly SearchValues<byte> Digits = SearchValues.Create("0123456789abcdef"u8);

    /// <summary>The name of an unfinished file that the next try will look for.</summary>
    protected static string TemporaryName(ReadOnlySpan<byte> path, FileKind kind, Digest content)
    {
        var hash = new XxHash128();
        hash.Append(path);
        Span<byte> rest = stackalloc byte[1 + Digest.Size];
        rest[0] = (byte)kind;
        content.CopyTo(rest[1..]);
        hash.Append(rest);
        return TemporaryPrefix + hash.GetCurrentHashAsUInt128().ToString("x32", CultureInfo.InvariantCulture) + TemporarySuffix;
    }

    /// <summary>128 bits that no other process has, counted on: asking for new ones for each of many small files takes longer than naming them.</summary>
    private static class Names
    {
        private static readonly UInt128 First = new(BitConverter.ToUInt64(RandomNumberGenerator.GetBytes(8)), BitConverter.ToUInt64(RandomNumberGenerator.GetBytes(8)));
        private static ulong _count;

        public static string Next() => unchecked(First + Interlocked.Increment(ref _count)).ToString("x32", CultureInfo.InvariantCulture);
    }
}
