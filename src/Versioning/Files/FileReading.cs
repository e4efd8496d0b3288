using Microsoft.Win32.SafeHandles;

namespace Versioning.Files;

/// <summary>Reads that go on until the buffer is full or the file ends.</summary>
internal static class FileReading
{
    /// <returns>How many bytes were read: less than asked for only at the end of the file.</returns>
    public static int Fill(SafeFileHandle handle, Span<byte> destination, long offset)
    {
        int filled = 0;
        while (filled < destination.Length && RandomAccess.Read(handle, destination[filled..], offset + filled) is > 0 and var read)
        {
            filled += read;
        }

        return filled;
    }
}
