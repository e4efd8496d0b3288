using Microsoft.Win32.SafeHandles;

namespace Versioning.Files;

/// <summary>Opens the folder that the user named; a link there is followed, as it was meant.</summary>
internal static unsafe class PosixRoot
{
    public static SafeFileHandle Open(string path)
    {
        fixed (byte* p = (byte[])[.. PathText.Encode(path), 0])
        {
            int fd = Posix.OpenPath(p, Posix.ReadOnly | Posix.Directory | Posix.CloseOnExec, 0);
            return fd >= 0 ? new SafeFileHandle(fd, ownsHandle: true) : throw Posix.Error("Can't open the folder", path);
        }
    }
}
