using System.ComponentModel;
using Microsoft.Win32.SafeHandles;

namespace Versioning.Files;

/// <summary>Reads symbolic links.</summary>
internal static unsafe class PosixLink
{
    /// <summary>The target of a link, which has to be UTF-8.</summary>
    public static byte[] Read(SafeFileHandle directory, ReadOnlySpan<byte> terminatedName, ReadOnlySpan<byte> path)
    {
        Span<byte> buffer = stackalloc byte[4097];
        nint length;
        fixed (byte* name = terminatedName)
        fixed (byte* b = buffer)
        {
            length = Posix.ReadLinkAt(directory, name, b, buffer.Length);
        }

        if (length < 0)
        {
            throw SourceErrors.Unreadable(path, new Win32Exception(Posix.LastError));
        }

        ReadOnlySpan<byte> target = buffer[..(int)length];
        return PathText.IsUtf8(target) ? target.ToArray() : throw PathText.NotUtf8($"{PathText.Show(path)} -> {PathText.Show(target)}");
    }
}
