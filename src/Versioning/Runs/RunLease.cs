using System.Diagnostics.CodeAnalysis;

namespace Versioning.Runs;

/// <summary>A file lock that a run holds as long as its process lives: who can take it knows that nobody runs there any more. No clock is asked.</summary>
internal sealed class RunLease : IDisposable
{
    private const string FileName = "lease";

    private readonly FileStream? _file;

    private RunLease(FileStream? file) => _file = file;

    /// <summary>Takes the lease of a run that has just started here.</summary>
    internal static RunLease Take(string folder) => new(TryOpen(folder, FileMode.OpenOrCreate, out FileStream? file) ? file : null);

    /// <summary>Whether the process of a run lives; null: it did not start on this machine, or nothing is known of it.</summary>
    internal static bool? IsHeld(string folder)
    {
        if (!File.Exists(Path.Join(folder, FileName)))
        {
            return null;
        }

        bool isFree = TryOpen(folder, FileMode.Open, out FileStream? file);
        file?.Dispose();
        return !isFree;
    }

    public void Dispose() => _file?.Dispose();

    private static bool TryOpen(string folder, FileMode mode, [NotNullWhen(true)] out FileStream? file)
    {
        try
        {
            file = new FileStream(Path.Join(folder, FileName), mode, FileAccess.ReadWrite, FileShare.None, bufferSize: 0);
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            file = null;
            return false;
        }
    }
}
