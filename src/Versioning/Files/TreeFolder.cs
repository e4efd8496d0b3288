using Microsoft.Win32.SafeHandles;

namespace Versioning.Files;

/// <summary>
/// Where folders of whole versions lie in this machine's cache. Beside each lie its lease, which everyone who uses it
/// holds shared, and whoever lets it go exclusively, and the lock of whoever makes it. Both go with their process.
/// </summary>
/// <remarks>
/// A name could be opened before and locked after someone removed it. So whoever opens a lease does it under a lock of
/// the whole folder that whoever removes one holds exclusively.
/// </remarks>
internal sealed class TreeFolder(string cacheDirectory)
{
    /// <summary>Their folder in the machine's cache.</summary>
    internal const string FolderName = "versions";

    internal const string LeaseSuffix = ".lease";
    internal const string LockSuffix = ".lock";
    internal const string PartialSuffix = ".partial";
    internal const string GoneSuffix = ".gone";

    internal string Root { get; } = Path.Join(cacheDirectory, FolderName);

    internal string PathOf(string name) => Path.Join(Root, name);

    /// <summary>A tree, and what of it is unfinished.</summary>
    internal IEnumerable<string> FoldersOf(string name) => [PathOf(name), PathOf(name) + PartialSuffix];

    /// <summary>Holds a tree, whether it is there or not, until the handle is disposed.</summary>
    internal async Task<SafeFileHandle> HoldAsync(string name, CancellationToken cancellationToken)
    {
        CacheDirectory.Make(cacheDirectory);
        CacheDirectory.Make(Root);
        SafeFileHandle lease = await FileLock.WaitAsync(() => TryHold(name), cancellationToken).ConfigureAwait(false);
        Mark(PathOf(name) + LeaseSuffix);
        return lease;
    }

    /// <summary>Lets one at a time make a tree that all of them hold.</summary>
    internal Task<SafeFileHandle> LockAsync(string name, CancellationToken cancellationToken) =>
        FileLock.WaitAsync(() => FileLock.TryOpen(PathOf(name) + LockSuffix, FileShare.None), cancellationToken);

    /// <summary>What keeps leases from being opened, as soon as nobody is opening one.</summary>
    internal Task<SafeFileHandle> CloseAsync(CancellationToken cancellationToken) => FileLock.WaitAsync(TryClose, cancellationToken);

    /// <summary>Which of some trees someone holds.</summary>
    internal async Task<HashSet<string>> HeldAsync(IEnumerable<string> names, CancellationToken cancellationToken)
    {
        if (!Directory.Exists(Root))
        {
            return [];
        }

        // While the gate is closed nobody else looks in this way, which is to take a lease for a moment.
        using SafeFileHandle gate = await CloseAsync(cancellationToken).ConfigureAwait(false);
        return [.. names.Where(name => File.Exists(PathOf(name) + LeaseSuffix) && IsHeld(name))];
    }

    /// <summary>What keeps leases from being opened; null: someone is opening one just now.</summary>
    internal SafeFileHandle? TryClose() => FileLock.TryOpen(Gate, FileShare.None);

    /// <summary>A lease that nobody has; null: someone has it.</summary>
    internal SafeFileHandle? TryTake(string name) => FileLock.TryOpen(PathOf(name) + LeaseSuffix, FileShare.None);

    private bool IsHeld(string name)
    {
        using SafeFileHandle? lease = TryTake(name);
        return lease is null;
    }

    private string Gate => Path.Join(Root, "gate");

    private SafeFileHandle? TryHold(string name)
    {
        using SafeFileHandle? gate = FileLock.TryOpen(Gate, FileShare.Read);
        return gate is null ? null : FileLock.TryOpen(PathOf(name) + LeaseSuffix, FileShare.Read);
    }

    private static void Mark(string lease)
    {
        try
        {
            File.SetLastWriteTimeUtc(lease, TimeProvider.System.GetUtcNow().UtcDateTime);
        }
        catch (Exception e) when (FileCache.IsHarmless(e))
        {
            // It only goes earlier than it might.
        }
    }
}
