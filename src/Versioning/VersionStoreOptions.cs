using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Versioning;

/// <summary>How a store is used on this machine. Nothing of it is kept in the store.</summary>
public sealed class VersionStoreOptions
{
    /// <summary>Who is recorded as the author. Default: git's configured user, else the user of this machine.</summary>
    public string? Author { get; init; }

    /// <summary>
    /// Signs every journal entry that is written, and versions where that is asked for or the store demands it. Default: none.
    /// </summary>
    public SigningKey? Signer { get; init; }

    /// <summary>
    /// The ids of keys, one of which the store must have trusted first; any other store is refused as <c>key_not_trusted</c>.
    /// The whole journal is folded then, as a checkpoint would have to be believed. Default: none, and whatever the store says counts.
    /// </summary>
    public IReadOnlyList<Digest> TrustedKeys { get; init; } = [];

    /// <summary>The clock. Recorded times are informative; nothing is decided by them. Default: the system's.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>Where commits, fetches and failures are logged. Default: nowhere.</summary>
    public ILogger Logger { get; init; } = NullLogger.Instance;

    /// <summary>The folder of the file cache and of the metadata cache. Default: <c>VERSIONING_CACHE</c>, else <c>versioning</c> under the user's cache folder.</summary>
    public string? CacheDirectory { get; init; }

    /// <summary>
    /// How much of what remote stores say of their contents (journal, footers, tree nodes) this machine keeps, in bytes, about,
    /// for all stores together; 0: nothing. It may be deleted at any time. Default: 512 MiB.
    /// </summary>
    public long MetadataCacheBytes { get; init; } = 512 * 1024 * 1024;

    /// <summary>
    /// How much of the files that were restored this machine keeps for the next folder that wants them, in bytes, about;
    /// never more than a tenth of the disk. Default: 20 GiB.
    /// </summary>
    public long ContentCacheBytes { get; init; } = 20L * 1024 * 1024 * 1024;

    /// <summary>How many pieces of work run side by side. Default: the number of processors.</summary>
    public int Concurrency { get; init; } = Environment.ProcessorCount;

    /// <summary>How many requests to a remote store are under way at once, at most. Each may hold some MiB. Default: eight for each processor, from 8 to 32.</summary>
    public int Requests { get; init; } = Math.Clamp(8 * Environment.ProcessorCount, 8, 32);

    /// <summary>This machine's cache.</summary>
    internal string CacheRoot => CacheDirectory ?? Files.CacheDirectory.Default();

    /// <summary>How many reads of a store run side by side.</summary>
    internal int ReadsOf(Storage.ObjectStore objects) => objects.IsRemote ? Requests : Concurrency;
}
