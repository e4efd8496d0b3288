using Microsoft.Win32.SafeHandles;

namespace Versioning.Files;

/// <summary>Locks between processes of one machine, and within one. They go with their process, and the files that carry them stay.</summary>
internal static class FileLock
{
    private const int SharingViolation = unchecked((int)0x80070020);
    private const int WouldBlock = 11;
    private const int WouldBlockOnMac = 35;

    /// <summary>Waits until a lock is to be had, which is held until the handle is disposed.</summary>
    internal static async Task<SafeFileHandle> WaitAsync(Func<SafeFileHandle?> tryOpen, CancellationToken cancellationToken)
    {
        for (int attempt = 0; ; attempt++)
        {
            if (tryOpen() is { } handle)
            {
                return handle;
            }

            int most = 10 << Math.Min(attempt, 4);
            await Task.Delay(TimeSpan.FromMilliseconds(Random.Shared.Next(most / 2, most)), TimeProvider.System, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>A lock, exclusive or shared with others; null: someone has it. The file is made where it is missing.</summary>
    /// <remarks>.NET's own file sharing is a lock between processes, on every platform.</remarks>
    internal static SafeFileHandle? TryOpen(string path, FileShare share)
    {
        try
        {
            return File.OpenHandle(path, FileMode.OpenOrCreate, share == FileShare.None ? FileAccess.ReadWrite : FileAccess.Read, share);
        }
        catch (IOException e) when (e.HResult is SharingViolation or WouldBlock or WouldBlockOnMac)
        {
            return null;
        }
    }
}
