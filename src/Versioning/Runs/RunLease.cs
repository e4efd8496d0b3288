using System.Diagnostics.CodeAnalysis;

namespace Versioning.Runs;

/// <summary>A file lock that a run holds as long as its process lives: who can take it knows that nobody runs there any more. No clock is asked.</summary>
internal sealed class RunLease : IDisposable
{
    /// <summary>How often it is tried while somebody else looks at it, which takes them no time.</summary>
    private const int Tries = 1000;

    private readonly FileStream _file;

    private RunLease(FileStream file) => _file = file;

    /// <summary>Takes the lease of a run that is about to start here.</summary>
    /// <exception cref="IOException">It can't be had.</exception>
    internal static RunLease Take(string path)
    {
        var wait = default(SpinWait);
        for (int left = Tries; ; left--)
        {
            try
            {
                var lease = new RunLease(Open(path, FileMode.OpenOrCreate));

                // Whoever held it a moment ago may have removed it: then this is a lock of what nobody finds.
                if (File.Exists(path))
                {
                    return lease;
                }

                lease.Dispose();
            }
            catch (IOException e) when (left > 0 && e is not DirectoryNotFoundException)
            {
                wait.SpinOnce();
            }
        }
    }

    /// <summary>Takes a lease that nobody holds.</summary>
    internal static bool TryTake(string path, [NotNullWhen(true)] out RunLease? lease)
    {
        try
        {
            lease = new RunLease(Open(path, FileMode.Open));
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            lease = null;
            return false;
        }
    }

    /// <summary>Whether the process of a run lives; null: it did not start on this machine, or nothing is known of it.</summary>
    internal static bool? IsHeld(string path)
    {
        if (!File.Exists(path))
        {
            return null;
        }

        bool isFree = TryTake(path, out RunLease? lease);
        lease?.Dispose();
        return !isFree;
    }

    public void Dispose() => _file.Dispose();

    // Elsewhere what is open can be removed anyway.
    private static FileStream Open(string path, FileMode mode) =>
        new(path, mode, FileAccess.ReadWrite, OperatingSystem.IsWindows() ? FileShare.Delete : FileShare.None, bufferSize: 0);
}
