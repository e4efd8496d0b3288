namespace Versioning.Benchmarks.Measuring;

/// <summary>Puts the machine into the same state before every measured command.</summary>
internal static class PageCache
{
    /// <summary>Lets the kernel forget a file: without room for pages, every tool would be measured finding some.</summary>
    public static void Drop(string file)
    {
        if (File.Exists(file))
        {
            Shell.Output("dd", "of=" + file, "oflag=nocache", "conv=notrunc,fdatasync", "count=0", "status=none");
        }
    }

    /// <summary>Writes out what earlier commands left dirty, then reads every file below a path once.</summary>
    public static void Warm(string path)
    {
        if (!Path.Exists(path))
        {
            return;
        }

        Shell.Output("sync", "-f", path);
        IEnumerable<string> files = File.Exists(path)
            ? [path]
            : new DirectoryInfo(path)
                .EnumerateFiles("*", new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.ReparsePoint })
                .Select(file => file.FullName);
        byte[] buffer = new byte[1024 * 1024];
        foreach (string file in files)
        {
            using Microsoft.Win32.SafeHandles.SafeFileHandle handle = File.OpenHandle(file);
            for (long offset = 0; RandomAccess.Read(handle, buffer, offset) is > 0 and int read; offset += read)
            {
            }
        }
    }
}
