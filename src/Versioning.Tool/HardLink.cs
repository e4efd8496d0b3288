using System.Runtime.InteropServices;

namespace Versioning.Tool;

/// <summary>Another name for a file; the platform has no call of its own for that yet.</summary>
internal static partial class HardLink
{
    /// <summary>False where the two lie on different disks, or the disk has no such links.</summary>
    internal static bool TryCreate(string file, string name) =>
        OperatingSystem.IsWindows() ? CreateHardLink(name, file, 0) : Link(file, name) == 0;

    [LibraryImport("libc", EntryPoint = "link", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Link(string file, string name);

    [LibraryImport("kernel32", EntryPoint = "CreateHardLinkW", StringMarshalling = StringMarshalling.Utf16)]
    [return: MarshalAs(UnmanagedType.Bool)]
    private static partial bool CreateHardLink(string name, string file, nint security);
}
