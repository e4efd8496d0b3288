using System.ComponentModel;
using System.Runtime.InteropServices;

namespace Versioning.Storage;

/// <summary>The two things that .NET can't do with files: give a file a name only where the name is free, and make a directory's entries durable.</summary>
internal static partial class PlatformFiles
{
    private const int FileExists = 17; // EEXIST, on Linux and macOS alike
    private const int WindowsAlreadyExists = 183, WindowsFileExists = 80;
    private const uint WriteThrough = 8;

    /// <summary>Gives a complete temporary file its final name. The temporary name may stay (Unix) or go (Windows).</summary>
    /// <returns>False where the name is taken; what has it is untouched.</returns>
    /// <exception cref="Win32Exception">The system refused.</exception>
    internal static bool TryName(string temporary, string name)
    {
        // File.Move without overwrite looks first and renames then: two racing writers can both win.
        if (OperatingSystem.IsWindows())
        {
            if (MoveFileEx(temporary, name, WriteThrough))
            {
                return true;
            }

            int error = Marshal.GetLastPInvokeError();
            return error is WindowsAlreadyExists or WindowsFileExists ? false : throw new Win32Exception(error);
        }

        if (Link(temporary, name) == 0)
        {
            return true;
        }

        int code = Marshal.GetLastPInvokeError();
        return code == FileExists ? false : throw new Win32Exception(code);
    }

    /// <summary>Makes the entries of a directory survive a power cut. Windows does so by itself.</summary>
    internal static void SyncDirectory(string directory)
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        int descriptor = Open(directory, 0);
        if (descriptor < 0)
        {
            throw new Win32Exception(Marshal.GetLastPInvokeError());
        }

        _ = Fsync(descriptor);
        _ = Close(descriptor);
    }

    [LibraryImport("libc", EntryPoint = "link", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Link(string existing, string name);

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "fsync")]
    private static partial int Fsync(int descriptor);

    [LibraryImport("libc", EntryPoint = "close")]
    private static partial int Close(int descriptor);

    [LibraryImport("kernel32", EntryPoint = "MoveFileExW", SetLastError = true, StringMarshalling = StringMarshalling.Utf16)]
    [return: MarshalAs(UnmanagedType.Bool)]
    private static partial bool MoveFileEx(string existing, string name, uint flags);
}
