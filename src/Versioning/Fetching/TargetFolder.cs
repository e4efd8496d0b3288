using System.Collections.Concurrent;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Microsoft.Win32.SafeHandles;
using Versioning.Files;
using Versioning.Storage;

namespace Versioning.Fetching;

/// <summary>A folder that a version is written into; nothing is ever written outside it, and links in it are never followed.</summary>
internal sealed partial class TargetFolder
{
    internal const string TemporaryPrefix = ".vers-";

    private readonly string _root;
    private readonly ConcurrentDictionary<string, bool> _made = new();

    internal TargetFolder(string path)
    {
        _root = Path.GetFullPath(path);
        FileStat.Result found = FileStat.Of(_root);
        if (found.Type is FileStat.Type.File or FileStat.Type.Other)
        {
            throw new ConflictException("target_in_the_way", $"'{_root}' is not a folder.", "Name a folder to fetch into.");
        }

        Directory.CreateDirectory(_root);
    }

    internal string Root => _root;

    /// <summary>Whether nothing is in it.</summary>
    internal bool IsEmpty => !Directory.EnumerateFileSystemEntries(_root).Any();

    /// <summary>What is at a path; null where nothing is.</summary>
    /// <exception cref="ConflictException">A folder on the way is a link or a file.</exception>
    internal FileStat.Result Probe(string path)
    {
        CheckFolders(path);
        return FileStat.Of(FullPath(path));
    }

    internal string FullPath(string path)
    {
        ManifestPath.Validate(path, OperatingSystem.IsWindows());
        return Path.Combine(_root, path.Replace('/', Path.DirectorySeparatorChar));
    }

    /// <summary>Begins a file under a temporary name beside its final one.</summary>
    internal PendingFile Create(string path, long size, FileKind kind)
    {
        string full = FullPath(path);
        string directory = MakeFolder(path);
        string temporary = Path.Combine(directory, TemporaryPrefix + RandomNumberGenerator.GetHexString(16, lowercase: true));
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, Share = FileShare.None, PreallocationSize = size > 1 << 20 ? size : 0 };
        try
        {
            SafeFileHandle handle = File.OpenHandle(temporary, options.Mode, options.Access, options.Share, FileOptions.None, options.PreallocationSize);
            return new PendingFile(handle, temporary, full, kind);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Unwritable(full, e);
        }
    }

    internal void CreateLink(string path, string target, bool replace)
    {
        string full = FullPath(path);
        if (!ManifestPath.StaysInside(path, target))
        {
            throw new IntegrityException("unsafe_path", $"The link '{path}' points to '{target}', outside the folder; it is not made.", "The version was made by something else.");
        }

        MakeFolder(path);
        if (replace && FileStat.Of(full).Type is FileStat.Type.File or FileStat.Type.Link)
        {
            File.Delete(full);
        }

        try
        {
            File.CreateSymbolicLink(full, target);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Unwritable(full, e);
        }
    }

    private string MakeFolder(string path)
    {
        int slash = path.LastIndexOf('/');
        if (slash < 0)
        {
            return _root;
        }

        string folder = path[..slash];
        string full = Path.Combine(_root, folder.Replace('/', Path.DirectorySeparatorChar));
        if (_made.ContainsKey(folder))
        {
            return full;
        }

        CheckFolders(path);
        try
        {
            Directory.CreateDirectory(full);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Unwritable(full, e);
        }

        // Looked at again: a link could have been planted in between.
        CheckFolders(path);
        _made[folder] = true;
        RemoveAbandoned(full);
        return full;
    }

    private void CheckFolders(string path)
    {
        for (int slash = path.IndexOf('/', StringComparison.Ordinal); slash > 0; slash = path.IndexOf('/', slash + 1))
        {
            if (_made.ContainsKey(path[..slash]))
            {
                continue;
            }

            string full = Path.Combine(_root, path[..slash]);
            if (FileStat.Of(full).Type is FileStat.Type.Link or FileStat.Type.File or FileStat.Type.Other)
            {
                throw new ConflictException("target_in_the_way", $"'{full}' is in the way: a folder is needed there, and links are not followed.", "Move it away, or fetch into another folder.");
            }
        }
    }

    private static void RemoveAbandoned(string folder)
    {
        foreach (string left in Directory.EnumerateFiles(folder, TemporaryPrefix + "*"))
        {
            // A fetch that runs now keeps its files open for writing only briefly; what is old was killed.
            if (File.GetLastWriteTimeUtc(left) < DateTime.UtcNow.AddHours(-1))
            {
                File.Delete(left);
            }
        }
    }

    internal static VersioningException Unwritable(string path, Exception e) =>
        new("target_unwritable", $"'{path}' can't be written: {e.Message}", "Check the disk's space and your rights; the same command goes on where this one stopped.", e);
}

/// <summary>A file that does not have its name yet.</summary>
internal sealed partial class PendingFile(SafeFileHandle handle, string temporary, string path, FileKind kind) : IDisposable
{
    private const int CurrentDirectory = -100, FileExists = 17;
    private const uint NoReplace = 1;
    private bool _named;

    internal void Write(long offset, ReadOnlySpan<byte> content)
    {
        try
        {
            RandomAccess.Write(handle, content, offset);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw TargetFolder.Unwritable(path, e);
        }
    }

    /// <summary>Gives the file its name.</summary>
    /// <exception cref="ConflictException">Something has the name, and <paramref name="replace"/> is false.</exception>
    internal void Commit(bool replace)
    {
        if (kind == FileKind.Executable && !OperatingSystem.IsWindows())
        {
            UnixFileMode mode = File.GetUnixFileMode(handle);
            UnixFileMode executable = (UnixFileMode)(((int)mode & 0b100_100_100) >> 2);
            File.SetUnixFileMode(handle, mode | executable | UnixFileMode.UserExecute);
        }

        handle.Dispose();
        try
        {
            if (replace)
            {
                File.Move(temporary, path, overwrite: true);
            }
            else if (!TryRename())
            {
                throw new ConflictException("file_exists", $"'{path}' appeared while it was fetched.", "Use --force to replace what is there.");
            }

            _named = true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or System.ComponentModel.Win32Exception)
        {
            throw TargetFolder.Unwritable(path, e);
        }
        finally
        {
            Dispose();
        }
    }

    public void Dispose()
    {
        handle.Dispose();
        if (!_named)
        {
            File.Delete(temporary);
        }
    }

    private bool TryRename()
    {
        if (OperatingSystem.IsLinux())
        {
            if (RenameAt2(CurrentDirectory, temporary, CurrentDirectory, path, NoReplace) == 0)
            {
                return true;
            }

            if (Marshal.GetLastPInvokeError() == FileExists)
            {
                return false;
            }
        }

        bool named = PlatformFiles.TryPublish(temporary, path);
        File.Delete(temporary);
        return named;
    }

    [LibraryImport("libc", EntryPoint = "renameat2", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int RenameAt2(int oldDirectory, string oldPath, int newDirectory, string newPath, uint flags);
}
