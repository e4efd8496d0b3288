namespace Versioning.Benchmarks.Measuring;

/// <summary>
/// In a virtual machine the first write to a page of memory costs several times what later ones do, because the host
/// has to find it, and takes it back when it lies free for a while. Where much is written to memory that cost is all
/// that would be measured: so as many pages are written and freed right before.
/// </summary>
internal static class FirstTouch
{
    private const int Piece = 1 << 20;

    /// <param name="folder">A folder on tmpfs; on any other file system nothing is done.</param>
    /// <param name="bytes">How many will be written.</param>
    public static void Run(string folder, long bytes)
    {
        if (FileSystem.Of(folder) != "tmpfs")
        {
            return;
        }

        string path = Path.Combine(folder, "first-touch");
        byte[] piece = new byte[Piece];
        using (FileStream file = new(path, FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 0))
        {
            for (long done = 0; done < bytes; done += Piece)
            {
                file.Write(piece);
            }
        }

        File.Delete(path);
    }
}
