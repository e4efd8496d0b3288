using System.Text;
using Microsoft.Win32.SafeHandles;
using Versioning.Storage;

namespace Versioning.Files;

/// <summary>The target over System.IO: each component is looked at before it is used.</summary>
internal sealed class PortableTargetFolder(string root) : TargetFolder(root)
{
    /// <summary>How old a leftover has to be: where a file is locked only after it was made, its maker needs a moment.</summary>
    private static readonly TimeSpan AbandonedAge = OperatingSystem.IsWindows() ? TimeSpan.Zero : TimeSpan.FromSeconds(2);

    private readonly HashSet<string> _written = new(StringComparer.Ordinal);
    private readonly Lock _lock = new();

    public override TargetState Probe(byte[] path, out FileStamp stamp, out FileKind kind)
    {
        stamp = default;
        kind = default;
        if (!TryResolve(path, create: false, out string full))
        {
            return TargetState.Obstructed;
        }

        var info = new FileInfo(full);
        if (info.LinkTarget is not null)
        {
            kind = FileKind.Link;
            stamp = PortableStamp.Of(info);
            return TargetState.Link;
        }

        if (Directory.Exists(full))
        {
            return TargetState.Other;
        }

        if (!info.Exists)
        {
            return TargetState.Absent;
        }

        kind = !OperatingSystem.IsWindows() && (info.UnixFileMode & UnixFileMode.UserExecute) != 0 ? FileKind.Executable : FileKind.File;
        stamp = PortableStamp.Of(info);
        return TargetState.File;
    }

    public override SafeFileHandle OpenRead(byte[] path)
    {
        string full = Resolve(path, create: false);
        return File.Exists(full) && new FileInfo(full).LinkTarget is null
            ? File.OpenHandle(full)
            : throw TargetErrors.NotFile(path);
    }

    public override byte[]? ReadLink(byte[] path) =>
        new FileInfo(Resolve(path, create: false)).LinkTarget is { } link ? Encoding.UTF8.GetBytes(link.Replace(Path.DirectorySeparatorChar, '/')) : null;

    protected override PendingFile CreateCore(byte[] path, long size, FileKind kind)
    {
        string full = Resolve(path, create: true);
        return new PortablePendingFile(Root, Path.Join(Path.GetDirectoryName(full), TemporaryName()), full, path, size, kind);
    }

    protected override void CreateLinkCore(byte[] path, byte[] target, bool replace)
    {
        if (!PathText.IsUtf8(target) || !LinkTarget.StaysInside(path, target) || Path.IsPathRooted(Encoding.UTF8.GetString(target)))
        {
            throw LinkTarget.Leaves(path, target);
        }

        MakeLink(path, Encoding.UTF8.GetString(target).Replace('/', Path.DirectorySeparatorChar), replace);
    }

    protected override void LinkTo(byte[] path, string source, bool replace) => MakeLink(path, source, replace);

    protected override bool TryLink(byte[] path, string source, bool replace)
    {
        string full = Resolve(path, create: true);
        RequireFree(path, replace);
        string temporary = Path.Join(Path.GetDirectoryName(full), TemporaryName());
        if (!PlatformFiles.TryLink(source, temporary))
        {
            return false;
        }

        MoveInto(temporary, full, replace);
        return true;
    }

    public override IReadOnlyList<TargetItem> List(byte[] folder)
    {
        if (!TryResolve(folder, create: false, out string full) || !IsFolder(full))
        {
            return File.Exists(full) || new FileInfo(full).LinkTarget is not null ? throw TargetErrors.Exists(folder) : [];
        }

        // As "name/" a folder comes where what is below it does.
        return
        [
            .. new DirectoryInfo(full).EnumerateFileSystemInfos()
                .Where(info => info is DirectoryInfo || !IsTemporaryName(Encoding.UTF8.GetBytes(info.Name)))
                .Select(info => (Path: (byte[])[.. folder, (byte)'/', .. Encoding.UTF8.GetBytes(info.Name)], IsFolder: IsFolder(info.FullName)))
                .OrderBy(item => Encoding.Latin1.GetString(item.Path) + (item.IsFolder ? "/" : ""), StringComparer.Ordinal)
                .Select(item => new TargetItem(item.Path, item.IsFolder)),
        ];
    }

    public override bool TryRemoveFolder(byte[] path)
    {
        if (!TryResolve(path, create: false, out string full) || !IsFolder(full))
        {
            return !File.Exists(full) && new FileInfo(full).LinkTarget is null;
        }

        RemoveAbandoned([full]);
        try
        {
            Directory.Delete(full);
            return true;
        }
        catch (IOException) when (Directory.EnumerateFileSystemEntries(full).Any())
        {
            return false;
        }
    }

    public override void Remove(byte[] path)
    {
        string full = Resolve(path, create: false);
        CacheFiles.AllowRemoval(full);
        File.Delete(full);
    }

    /// <summary>Gives a link its name and leaves nothing behind.</summary>
    private static void MoveInto(string temporary, string full, bool replace)
    {
        try
        {
            CacheFiles.AllowRemoval(full);
            File.Move(temporary, full, replace);
        }
        finally
        {
            // Where both names are of the same file already, moving does nothing and says that all is well.
            File.Delete(temporary);
        }
    }

    private void MakeLink(byte[] path, string target, bool replace)
    {
        string full = Resolve(path, create: true);
        RequireFree(path, replace);
        string temporary = Path.Join(Path.GetDirectoryName(full), TemporaryName());
        File.CreateSymbolicLink(temporary, target);
        MoveInto(temporary, full, replace);
    }

    private void RequireFree(byte[] path, bool replace)
    {
        if (Probe(path, out _, out _) is var state && (state == TargetState.Other || (state != TargetState.Absent && !replace)))
        {
            throw TargetErrors.Exists(path);
        }
    }

    public override void RemoveAbandoned()
    {
        string[] directories;
        lock (_lock)
        {
            directories = [.. _written.Append(Root).Distinct()];
        }

        RemoveAbandoned(directories);
    }

    private static void RemoveAbandoned(string[] directories)
    {
        DateTime before = TimeProvider.System.GetUtcNow().UtcDateTime - AbandonedAge;
        foreach (string file in directories.Where(Directory.Exists).SelectMany(d => Directory.EnumerateFiles(d, TemporaryPrefix + "*" + TemporarySuffix)))
        {
            if (IsTemporaryName(Encoding.UTF8.GetBytes(Path.GetFileName(file))) && File.GetLastWriteTimeUtc(file) < before)
            {
                try
                {
                    File.OpenHandle(file, FileMode.Open, FileAccess.ReadWrite, FileShare.None).Dispose();
                    File.Delete(file);
                }
                catch (IOException)
                {
                    // Somebody still writes to it.
                }
            }
        }
    }

    protected override void Dispose(bool disposing) { }

    protected override bool ProbeCase()
    {
        string name = TemporaryName();
        string full = Path.Join(Root, name);
        File.WriteAllBytes(full, []);
        try
        {
            return File.Exists(Path.Join(Root, name.ToUpperInvariant()));
        }
        finally
        {
            File.Delete(full);
        }
    }

    private static bool IsFolder(string full) => Directory.Exists(full) && new DirectoryInfo(full).LinkTarget is null;

    private string Resolve(byte[] path, bool create) =>
        TryResolve(path, create, out string full) ? full : throw TargetErrors.Blocked(Encoding.UTF8.GetBytes(Path.GetRelativePath(Root, full).Replace(Path.DirectorySeparatorChar, '/')));

    /// <summary>The full path; false: that of the file or link which is in the way.</summary>
    private bool TryResolve(byte[] path, bool create, out string full)
    {
        CheckPath(path);
        string[] segments = Encoding.UTF8.GetString(path).Split('/');
        string at = Root;
        for (int i = 0; i < segments.Length - 1; i++)
        {
            at = Path.Join(at, segments[i]);
            var info = new FileInfo(at);
            if (info.LinkTarget is not null || info.Exists)
            {
                full = at;
                return false;
            }

            if (create)
            {
                Directory.CreateDirectory(at);
            }
        }

        if (create)
        {
            lock (_lock)
            {
                _written.Add(at);
            }
        }

        full = Path.Join(at, segments[^1]);
        return true;
    }
}
