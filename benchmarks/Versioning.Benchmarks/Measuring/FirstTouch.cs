namespace Versioning.Benchmarks.Measuring;

/// <summary>
/// In a virtual machine the first write to a page of memory costs several times what later ones do, because the host
/// has to find it. Whoever runs first on tmpfs would pay for all: so each page that will be used is written once before.
/// </summary>
internal static class FirstTouch
{
    private const double BytesAtScale1 = 14.0 * (1 << 30);
    private const int Piece = 1 << 20;

    public static void Run(string work, double scale)
    {
        long available = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes * 6 / 10;
        long bytes = (long)Math.Min(BytesAtScale1 * scale, available);
        string path = Path.Combine(work, "first-touch");
        byte[] piece = new byte[Piece];
        try
        {
            using FileStream file = new(path, FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 0);
            for (long done = 0; done < bytes; done += Piece)
            {
                file.Write(piece);
            }
        }
        finally
        {
            File.Delete(path);
        }
    }
}
