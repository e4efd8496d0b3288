using Versioning.Storage;

namespace Versioning.Journal;

/// <summary>
/// What a mirror says in a replica before it creates entries there: up to which position. Where the journal ends before
/// it, a run was interrupted, or is at work. Taken away when all of them are there; nothing depends on that, so it may stay.
/// </summary>
internal static class IncomingEntries
{
    /// <summary>The positions that were announced, fulfilled ones too.</summary>
    internal static async Task<IReadOnlyList<long>> ListAsync(ObjectStore objects, CancellationToken cancellationToken)
    {
        var announced = new List<long>();
        await foreach (ObjectInfo info in objects.ListAsync(StoreKeys.Incoming, cancellationToken).ConfigureAwait(false))
        {
            if (StoreKeys.TryParseSequence(info.Key, out long sequence) && StoreKeys.IncomingUpTo(sequence) == info.Key)
            {
                announced.Add(sequence);
            }
        }

        return announced;
    }

    internal static ValueTask<bool> AnnounceAsync(ObjectStore objects, long upTo, CancellationToken cancellationToken) =>
        objects.CreateAsync(StoreKeys.IncomingUpTo(upTo), ReadOnlyMemory<byte>.Empty, cancellationToken);
}
