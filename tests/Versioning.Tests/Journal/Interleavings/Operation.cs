using Versioning.Storage;
using Versioning.Tests.Faults;

namespace Versioning.Tests.Journal.Interleavings;

/// <summary>What an actor asks of the store, parked until the scheduler answers.</summary>
/// <param name="Kind">The operation.</param>
/// <param name="Key">Its key, or the prefix for lists.</param>
/// <param name="Content">What a create brings.</param>
internal readonly record struct Operation(StoreOperation Kind, string Key, ReadOnlyMemory<byte> Content = default)
{
    internal bool IsEntry => Within.StartsWith(StoreKeys.Journal, StringComparison.Ordinal);

    internal bool IsCheckpoint => Within.StartsWith(StoreKeys.Checkpoints, StringComparison.Ordinal);

    internal bool IsFormat => Within == StoreKeys.Format.Value;

    internal bool IsAnnouncement => Within.StartsWith(StoreKeys.Incoming, StringComparison.Ordinal);

    internal bool IsOfReplica => Key.StartsWith(ReplicaStore.Prefix, StringComparison.Ordinal);

    private string Within => IsOfReplica ? Key[ReplicaStore.Prefix.Length..] : Key;

    public override string ToString() => $"{Kind} {Key}".ToLowerInvariant();
}

/// <summary>How a parked operation is answered.</summary>
internal enum Verdict
{
    /// <summary>It is done, and the actor gets the answer.</summary>
    Answer,

    /// <summary>It is not done, and no answer comes.</summary>
    Fail,

    /// <summary>It is done, but no answer comes.</summary>
    LoseAnswer,

    /// <summary>No answer comes, and it is done at some later step.</summary>
    Delay,
}
