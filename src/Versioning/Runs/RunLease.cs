using System.Diagnostics.CodeAnalysis;

namespace Versioning.Runs;

/// <summary>A file lock that a run holds as long as its process lives: who can take it knows that nobody runs there any more. No clock is asked.</summary>
internal sealed class RunLease : IDisposable
{
    private const string FileName = "lease";

    private readonly FileStream _file;

    private RunLease(FileStream file) => _file = file;

    /// <summary>Takes the lease of a folder; null: somebody has it, or the folder is gone.</summary>
    internal static RunLease? TryTake(string folder)
    {
        if (!TryOpen(folder, FileMode.OpenOrCreate, FileShare.None, out FileStream? file))
        {
            return null;
        }

        // Who had it before may have removed it between the opening and the lock.
        if (File.Exists(file.Name))
        {
            return new RunLease(file);
        }

        file.Dispose();
        return null;
    }

    /// <summary>Whether the process of a run lives; null: it did not start on this machine, or nothing is known of it.</summary>
    internal static bool? IsHeld(string folder)
    {
        if (!File.Exists(Path.Join(folder, FileName)))
        {
            return null;
        }

        // Shared, so that two who ask at once are not taken for the run.
        bool isFree = TryOpen(folder, FileMode.Open, FileShare.Read, out FileStream? file);
        file?.Dispose();
        return !isFree;
    }

    public void Dispose() => _file.Dispose();

    private static bool TryOpen(string folder, FileMode mode, FileShare share, [NotNullWhen(true)] out FileStream? file)
    {
        try
        {
            file = new FileStream(Path.Join(folder, FileName), mode, share == FileShare.None ? FileAccess.ReadWrite : FileAccess.Read, share, bufferSize: 0);
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            file = null;
            return false;
        }
    }
}
