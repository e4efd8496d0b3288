using System.ComponentModel;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Versioning.Storage;

/// <summary>
/// What .NET does not offer: naming a file only where nothing has that name yet, making a directory's entries durable,
/// and telling what is absent from what may not be looked at.
/// </summary>
internal static partial class PlatformFiles
{
    private const int NotFound = 2, AccessDenied = 13, Exists = 17, NotADirectory = 20, InvalidArgument = 22, Interrupted = 4;
    private const int WriteThrough = 8;

    /// <summary>Thrown where the file system has no hard links.</summary>
    internal sealed class LinksUnsupportedException(int error)
        : IOException(Marshal.GetPInvokeErrorMessage(error), error);

    /// <summary>
    /// Gives a complete temporary file its name unless that is taken: exactly one of racing callers gets true.
    /// The temporary name may stay behind and is the caller's to remove.
    /// </summary>
    public static bool TryPublish(string temporary, string path)
    {
        DiskSteps.Before(DiskStep.Link);
        if (OperatingSystem.IsWindows())
        {
            if (MoveFileEx(Extended(temporary), Extended(path), WriteThrough))
            {
                return true;
            }

            int code = Marshal.GetLastPInvokeError();
            const int fileExists = 80, alreadyExists = 183;
            return code is fileExists or alreadyExists ? false : throw WindowsError(code, path);
        }

        if (Link(temporary, path) == 0)
        {
            return true;
        }

        int error = Marshal.GetLastPInvokeError();
        if (error == Exists)
        {
            return false;
        }

        throw MeansNoLinks(error) ? new LinksUnsupportedException(error) : UnixError(error, path);
    }

    /// <summary>Gives a file another name that nothing has; false where the disk can't.</summary>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    public static bool TryLink(string existing, string created)
    {
        DiskSteps.Before(DiskStep.Link);
        bool done = OperatingSystem.IsWindows() ? CreateHardLink(Extended(created), Extended(existing), 0) : Link(existing, created) == 0;
        int error = Marshal.GetLastPInvokeError();
        return done || (error is NotFound or 3 ? throw new FileNotFoundException(null, existing) : false);
    }

    /// <summary>Removes a file.</summary>
    /// <returns>Whether it was there: exactly one of racing callers gets true.</returns>
    public static bool TryRemove(string path)
    {
        DiskSteps.Before(DiskStep.Remove);
        if (OperatingSystem.IsWindows())
        {
            const int fileNotFound = 2, pathNotFound = 3;
            if (DeleteFile(Extended(path)))
            {
                return true;
            }

            int code = Marshal.GetLastPInvokeError();
            return code is fileNotFound or pathNotFound ? false : throw WindowsError(code, path);
        }

        if (Unlink(path) == 0)
        {
            return true;
        }

        int error = Marshal.GetLastPInvokeError();
        return error is NotFound or NotADirectory ? false : throw UnixError(error, path);
    }

    /// <summary>How many names a file has on Windows; 1 where that can't be told.</summary>
    public static uint CountLinks(SafeFileHandle file)
    {
        const int links = 10;
        Span<uint> information = stackalloc uint[13];
        return GetFileInformationByHandle(file, ref MemoryMarshal.GetReference(information)) ? information[links] : 1;
    }

    /// <summary>
    /// Whether nothing has this name, without the cost of an exception. Where that can't be told (no permission, or a
    /// system without the call) the answer is false, and opening the file tells why.
    /// </summary>
    public static bool IsAbsent(string path) =>
        !OperatingSystem.IsWindows() && Access(path, 0) != 0 && Marshal.GetLastPInvokeError() is NotFound or NotADirectory;

    /// <summary>Makes created and removed entries of a directory survive a power failure. Windows does so by itself.</summary>
    public static void FlushDirectory(string path)
    {
        DiskSteps.Before(DiskStep.FlushDirectory);
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        int closeOnExec = OperatingSystem.IsLinux() ? 0x80000 : 0x1000000;
        int descriptor;
        while ((descriptor = Open(path, closeOnExec)) < 0)
        {
            ThrowUnlessInterrupted(path);
        }

        try
        {
            // Some network and FUSE file systems have no such call for directories; there is nothing better to do then.
            while (FSync(descriptor) != 0 && !(Marshal.GetLastPInvokeError() is InvalidArgument || IsUnsupported(Marshal.GetLastPInvokeError())))
            {
                ThrowUnlessInterrupted(path);
            }
        }
        finally
        {
            _ = Close(descriptor);
        }
    }

    /// <summary>Asks the disk to begin with a part of a file, so that the flush at the end finds less to do. A hint only.</summary>
    public static void StartWriteBack(SafeFileHandle handle, long offset, long count)
    {
        if (OperatingSystem.IsLinux())
        {
            const uint write = 2;
            _ = SyncFileRange(handle, offset, count, write);
        }
    }

    // EPERM (FAT), EXDEV (some overlays), EMLINK (a limit of one), ENOSYS, and not supported.
    internal static bool MeansNoLinks(int error) => error is 1 or 18 or 31 || (OperatingSystem.IsLinux() && error == 38) || IsUnsupported(error);

    private static bool IsUnsupported(int error) => OperatingSystem.IsLinux() ? error == 95 : error is 45 or 102;

    private static void ThrowUnlessInterrupted(string path)
    {
        int error = Marshal.GetLastPInvokeError();
        if (error != Interrupted)
        {
            throw UnixError(error, path);
        }
    }

    private static Exception UnixError(int error, string path)
    {
        string message = $"{Marshal.GetPInvokeErrorMessage(error)}: '{path}'";
        return error == AccessDenied ? new UnauthorizedAccessException(message) : new IOException(message, error);
    }

    private static Exception WindowsError(int code, string path)
    {
        const int accessDenied = 5, facilityWin32 = unchecked((int)0x80070000);
        string message = $"{new Win32Exception(code).Message}: '{path}'";
        return code == accessDenied ? new UnauthorizedAccessException(message) : new IOException(message, facilityWin32 | code);
    }

    // Without this prefix the call itself refuses paths of more than 260 characters.
    private static string Extended(string path) =>
        !path.StartsWith(@"\\", StringComparison.Ordinal) ? @"\\?\" + path
        : path.StartsWith(@"\\?\", StringComparison.Ordinal) ? path
        : @"\\?\UNC\" + path[2..];

    [LibraryImport("libc", EntryPoint = "link", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Link(string existing, string created);

    [LibraryImport("libc", EntryPoint = "unlink", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Unlink(string path);

    [LibraryImport("libc", EntryPoint = "access", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Access(string path, int mode);

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    private static partial int FSync(int descriptor);

    [LibraryImport("libc", EntryPoint = "close")]
    private static partial int Close(int descriptor);

    [LibraryImport("libc", EntryPoint = "sync_file_range")]
    private static partial int SyncFileRange(SafeFileHandle handle, long offset, long count, uint flags);

    [LibraryImport("kernel32", EntryPoint = "MoveFileExW", SetLastError = true, StringMarshalling = StringMarshalling.Utf16)]
    [return: MarshalAs(UnmanagedType.Bool)]
    private static partial bool MoveFileEx(string existing, string created, int flags);

    [LibraryImport("kernel32", EntryPoint = "CreateHardLinkW", SetLastError = true, StringMarshalling = StringMarshalling.Utf16)]
    [return: MarshalAs(UnmanagedType.Bool)]
    private static partial bool CreateHardLink(string created, string existing, nint security);

    [LibraryImport("kernel32", EntryPoint = "DeleteFileW", SetLastError = true, StringMarshalling = StringMarshalling.Utf16)]
    [return: MarshalAs(UnmanagedType.Bool)]
    private static partial bool DeleteFile(string path);

    [LibraryImport("kernel32", SetLastError = true)]
    [return: MarshalAs(UnmanagedType.Bool)]
    private static partial bool GetFileInformationByHandle(SafeFileHandle file, ref uint information);
}
