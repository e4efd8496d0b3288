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
/// <remarks>What the disk says against a write is an error with the path that it was about, see <see cref="TargetErrors.Translate"/>.</remarks>
internal abstract partial class TargetFolder : IDisposable
{
    private readonly Lazy<bool> _isCaseInsensitive;

    protected TargetFolder(string full) => (Root, _isCaseInsensitive) = (full, new Lazy<bool>(() => Told([], ProbeCase)));

    /// <summary>Whether names that differ in case only are the same file here.</summary>
    public bool IsCaseInsensitive => _isCaseInsensitive.Value;

    /// <summary>Its full path.</summary>
    protected string Root { get; }

    /// <summary>Opens a folder, making it where it is missing.</summary>
    public static TargetFolder Open(string path)
    {
        string full = Path.GetFullPath(path);
        if (File.Exists(full))
        {
            throw new ConflictException("path_blocked", $"'{path}' is a file, so nothing can be written into it.", "Name a folder.");
        }

        return TargetErrors.Told<TargetFolder>(full, [], () =>
        {
            DiskSteps.Before(DiskStep.MakeDirectory);
            Directory.CreateDirectory(full);
            return Posix.IsSupported ? new PosixTargetFolder(full) : new PortableTargetFolder(full);
        });
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
    public PendingFile Create(byte[] path, long size, FileKind kind) => Told(path, () => CreateCore(path, size, kind));

    /// <summary>The same, or goes on with what an earlier try left, where that is possible.</summary>
    /// <param name="path">Where it will be.</param>
    /// <param name="size">How long it will be.</param>
    /// <param name="kind">A file, executable or not.</param>
    /// <param name="content">What it will be.</param>
    public PendingFile Resume(byte[] path, long size, FileKind kind, Digest content) => Told(path, () => ResumeCore(path, size, kind, content));

    /// <summary>Makes a file of which all bytes are at hand.</summary>
    /// <param name="path">Where it will be.</param>
    /// <param name="content">Its bytes.</param>
    /// <param name="kind">A file, executable or not.</param>
    /// <param name="replace">Whether a file or link of that name gives way.</param>
    /// <param name="mtimeNs">As for <see cref="PendingFile.Commit"/>.</param>
    public void WriteWhole(byte[] path, ReadOnlySpan<byte> content, FileKind kind, bool replace, long mtimeNs = 0)
    {
        try
        {
            WriteWholeCore(path, content, kind, replace, mtimeNs);
        }
        catch (Exception e) when (TargetErrors.Translate(e, Root, path) is { } told)
        {
            throw told;
        }
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
                return Told(path, () => TryLink(path, source, replace));
            case LinkKind.Symbolic:
                if (!File.Exists(source))
                {
                    throw new FileNotFoundException(null, source);
                }

                TargetErrors.Told(Root, path, () => LinkTo(path, source, replace));
                return true;
        }

        using SafeFileHandle from = File.OpenHandle(source, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        using PendingFile file = Create(path, how == LinkKind.Reflink ? 0 : size, kind);
        if (how == LinkKind.Copy)
        {
            file.Copy(from, 0, 0, size);
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
    public void CreateLink(byte[] path, byte[] target, bool replace) => TargetErrors.Told(Root, path, () => CreateLinkCore(path, target, replace));

    /// <summary>Removes what killed fetches left in the root and in the folders that were written to; what others are writing stays.</summary>
    public abstract void RemoveAbandoned();

    public void Dispose()
    {
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    protected abstract void Dispose(bool disposing);

    protected abstract bool ProbeCase();

    protected abstract PendingFile CreateCore(byte[] path, long size, FileKind kind);

    protected virtual PendingFile ResumeCore(byte[] path, long size, FileKind kind, Digest content) => CreateCore(path, size, kind);

    protected virtual void WriteWholeCore(byte[] path, ReadOnlySpan<byte> content, FileKind kind, bool replace, long mtimeNs)
    {
        using PendingFile file = CreateCore(path, content.Length, kind);
        file.Write(content, 0);
        file.Commit(replace, mtimeNs);
    }

    protected abstract void CreateLinkCore(byte[] path, byte[] target, bool replace);

    private T Told<T>(byte[] path, Func<T> write) => TargetErrors.Told(Root, path, write);
}
