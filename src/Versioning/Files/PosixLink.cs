using System.ComponentModel;
using Microsoft.Win32.SafeHandles;

namespace Versioning.Files;

/// <summary>Reads symbolic links.</summary>
internal static unsafe class PosixLink
{
    /// <summary>The target of a link, which has to be UTF-8.</summary>
    public static byte[] Read(SafeFileHandle directory, ReadOnlySpan<byte> terminatedName, ReadOnlySpan<byte> path)
    {
        byte[] target = ReadBytes(directory, terminatedName) ?? throw SourceErrors.Unreadable(path, new Win32Exception(Posix.LastError));
        return PathText.IsUtf8(target) ? target : throw PathText.NotUtf8($"{PathText.Show(path)} -> {PathText.Show(target)}");
    }

    /// <summary>The target of a link, whatever it is; null: errno says why.</summary>
    public static byte[]? ReadBytes(SafeFileHandle directory, ReadOnlySpan<byte> terminatedName)
    {
        Span<byte> buffer = stackalloc byte[4097];
        nint length;
        fixed (byte* name = terminatedName)
        fixed (byte* b = buffer)
        {
            length = Posix.ReadLinkAt(directory, name, b, buffer.Length);
        }

        return length < 0 ? null : buffer[..(int)length].ToArray();
    }
}
