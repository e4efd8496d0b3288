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
}

/// <summary>A folder that is written to by paths that are not trusted: no link in it is ever followed. Thread-safe.</summary>
internal abstract class TargetFolder : IDisposable
{
    /// <summary>Names of unfinished files start so.</summary>
    public const string TemporaryPrefix = ".vers-";

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
    public static void CheckPath(ReadOnlySpan<byte> path) => ManifestPath.Validate(path, OperatingSystem.IsWindows());

    /// <summary>What stands at a path. A file or link in the place of one of its folders is a conflict.</summary>
    public abstract TargetState Probe(byte[] path, out FileStamp stamp, out FileKind kind);

    /// <summary>Opens a file for reading; it has to be one.</summary>
    public abstract SafeFileHandle OpenRead(byte[] path);

    /// <summary>Starts a file next to its final name, making its folders.</summary>
    /// <param name="path">Where it will be.</param>
    /// <param name="size">How long it will be, so that a full disk shows early.</param>
    /// <param name="kind">A file, executable or not.</param>
    public abstract PendingFile Create(byte[] path, long size, FileKind kind);

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

    public static string TemporaryName() =>
        TemporaryPrefix + Convert.ToHexStringLower(System.Security.Cryptography.RandomNumberGenerator.GetBytes(12));
}
