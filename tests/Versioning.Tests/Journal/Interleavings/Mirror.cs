using Versioning.Journal;
using Versioning.Mirroring;
using Versioning.Packs;
using Versioning.Storage;

namespace Versioning.Tests.Journal.Interleavings;

/// <summary>Brings the replica up to date, as the product does.</summary>
/// <param name="name">Its name; it appends nothing to the store.</param>
/// <param name="batch">How many entries appear at once.</param>
internal sealed class Mirror(string name, int batch) : Actor(name)
{
    protected override async Task<long?> ActAsync()
    {
        var target = new ReplicaStore(Store);
        using var journal = new JournalLog(Store, InstantTime.Instance, readsAtOnce: 1);
        using var packs = new PackReader(Store, reference => journal.State.Resolve(reference), journal.FoldAsync);
        using var replica = new JournalLog(target, InstantTime.Instance, readsAtOnce: 1);
        var mirror = new MirrorOperation(Store, journal, packs, target, replica, concurrency: 1, batch);
        MirrorResult result;
        try
        {
            result = await mirror.RunAsync(null, CancellationToken.None);
        }
        catch (ConflictException e)
        {
            Execution.Witness.Report($"{Name} takes the replica for something else: {e.Message}");
            return null;
        }

        if (Execution.Witness.Replica.Position < result.Position)
        {
            Execution.Witness.Report($"{Name} says that the replica is at {result.Position}, and it is at {Execution.Witness.Replica.Position}");
        }

        return null;
    }
}

/// <summary>Reads a version of the replica.</summary>
internal sealed class ReplicaReader(string name, long number) : Reader(name, number)
{
    protected override ObjectStore See(ObjectStore all) => new ReplicaStore(all);
}
