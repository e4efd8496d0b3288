using System.Buffers;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Versioning.Files;

/// <summary>Gives a new file the content of another one, without its bytes going through this process where the system can do that.</summary>
internal static partial class FileCopying
{
    private const int BufferLength = 1024 * 1024;

    /// <summary>Shares the blocks of a file; false where the disk can't, and nothing was done.</summary>
    internal static bool TryClone(SafeFileHandle from, SafeFileHandle to)
    {
        const nuint clone = 0x40049409;
        return OperatingSystem.IsLinux() && Control(to, clone, (nint)from.DangerousGetHandle()) == 0;
    }

    /// <summary>Copies a part of a file.</summary>
    /// <param name="from">The file.</param>
    /// <param name="start">Where the part begins there.</param>
    /// <param name="to">Another file.</param>
    /// <param name="offset">Where the part goes there.</param>
    /// <param name="length">How many bytes.</param>
    /// <exception cref="IOException">The disk is full, or the file can't be read or ended early.</exception>
    internal static void Copy(SafeFileHandle from, long start, SafeFileHandle to, long offset, long length)
    {
        long done = 0;
        while (OperatingSystem.IsLinux() && done < length)
        {
            long at = start + done, into = offset + done;
            nint copied = CopyRange(from, ref at, to, ref into, (nint)Math.Min(length - done, 1 << 30), 0);
            if (copied <= 0)
            {
                break;
            }

            done += copied;
        }

        byte[] buffer = ArrayPool<byte>.Shared.Rent(BufferLength);
        try
        {
            while (done < length)
            {
                int read = RandomAccess.Read(from, buffer.AsSpan(0, (int)Math.Min(BufferLength, length - done)), start + done);
                if (read == 0)
                {
                    throw new EndOfStreamException("The file that is copied ended early.");
                }

                RandomAccess.Write(to, buffer.AsSpan(0, read), offset + done);
                done += read;
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    [LibraryImport("libc", EntryPoint = "ioctl", SetLastError = true)]
    private static partial int Control(SafeFileHandle handle, nuint request, nint argument);

    [LibraryImport("libc", EntryPoint = "copy_file_range", SetLastError = true)]
    private static partial nint CopyRange(SafeFileHandle from, ref long offset, SafeFileHandle to, ref long into, nint length, uint flags);
}
