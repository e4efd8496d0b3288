using System.Runtime.InteropServices;

namespace Versioning.MSBuild;

/// <summary>Another name for a file. MSBuild's own task makes what it linked writable, and with it the file in the machine's cache.</summary>
internal static class HardLink
{
    /// <summary>False where the two lie on different disks, or the disk has no such links.</summary>
    internal static bool TryCreate(string file, string name) =>
        Path.DirectorySeparatorChar == '\\' ? CreateHardLink(name, file, IntPtr.Zero) : Link(file, name) == 0;

    // On these platforms it is UTF-8.
    [DllImport("libc", EntryPoint = "link", CharSet = CharSet.Ansi, BestFitMapping = false, ThrowOnUnmappableChar = true)]
    private static extern int Link(string file, string name);

    [DllImport("kernel32", EntryPoint = "CreateHardLinkW", CharSet = CharSet.Unicode)]
    [return: MarshalAs(UnmanagedType.Bool)]
    private static extern bool CreateHardLink(string name, string file, IntPtr security);
}
