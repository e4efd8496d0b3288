using System.IO.Hashing;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Versioning.Storage;
using Versioning.Tests.Faults;

namespace Versioning.Tests.Journal.Interleavings;

/// <summary>
/// One actor's view of the shared store: every operation waits until the scheduler says how it is answered, and then
/// happens at once, on the scheduler's thread.
/// </summary>
internal sealed class ParkingStore(Execution execution, Actor actor) : ObjectStore
{
    public override string Location => "memory";

    protected override async ValueTask<bool> CreateCoreAsync(ObjectKey key, ReadOnlyMemory<byte> content, CancellationToken cancellationToken)
    {
        var operation = new Operation(StoreOperation.Create, key.Value, content);
        ulong origin = actor.History;
        Verdict verdict = await actor.ParkAsync(operation);
        if (verdict == Verdict.Delay)
        {
            execution.Delay(new DelayedWrite(key, content.ToArray(), actor, origin));
        }

        bool created = verdict is Verdict.Answer or Verdict.LoseAnswer && execution.Create(key, content, actor, origin);
        Answered(operation, verdict, created ? 1UL : 0);
        actor.Confirmed |= created && operation is { IsEntry: true, IsOfReplica: false };
        return created;
    }

    protected override async ValueTask<ObjectRead?> ReadCoreAsync(ObjectKey key, long offset, Memory<byte> destination, CancellationToken cancellationToken)
    {
        var operation = new Operation(StoreOperation.Read, key.Value);
        Verdict verdict = await actor.ParkAsync(operation);
        Answered(operation, verdict, execution.OriginOf(key));
        return await execution.Objects.ReadAsync(key, offset, destination, cancellationToken);
    }

    protected override async ValueTask<long?> StatCoreAsync(ObjectKey key, CancellationToken cancellationToken)
    {
        var operation = new Operation(StoreOperation.Stat, key.Value);
        Verdict verdict = await actor.ParkAsync(operation);
        Answered(operation, verdict, execution.OriginOf(key));
        return await execution.Objects.StatAsync(key, cancellationToken);
    }

    protected override async IAsyncEnumerable<ObjectInfo> ListCoreAsync(string prefix, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var operation = new Operation(StoreOperation.List, prefix);
        Verdict verdict = await actor.ParkAsync(operation);
        List<ObjectInfo> found = await execution.Objects.ListAsync(prefix, cancellationToken).ToListAsync(cancellationToken);

        // Who lists everything reads no further than the journal.
        IEnumerable<ObjectInfo> told = prefix.Length == 0 ? found.TakeWhile(info => string.CompareOrdinal(info.Key.Value, StoreKeys.Packs) < 0) : found;
        Answered(operation, verdict, told.Aggregate(1UL, (hash, info) => Mix(hash, HashOf(info.Key.Value))));
        foreach (ObjectInfo info in found)
        {
            yield return info;
        }
    }

    protected override async ValueTask<bool> DeleteCoreAsync(ObjectKey key, CancellationToken cancellationToken)
    {
        var operation = new Operation(StoreOperation.Delete, key.Value);
        Verdict verdict = await actor.ParkAsync(operation);
        bool deleted = verdict is Verdict.Answer or Verdict.LoseAnswer && execution.Delete(key);
        Answered(operation, verdict, deleted ? 1UL : 0);
        return deleted;
    }

    internal static ulong HashOf(string text) => XxHash3.HashToUInt64(MemoryMarshal.AsBytes(text.AsSpan()));

    internal static ulong Mix(ulong left, ulong right)
    {
        ulong mixed = (left ^ (right + 0x9E3779B97F4A7C15)) * 0xBF58476D1CE4E5B9;
        mixed = (mixed ^ (mixed >> 29)) * 0x94D049BB133111EB;
        return mixed ^ (mixed >> 32);
    }

    /// <summary>What an actor was told is all that it can depend on: its history stands for its state.</summary>
    private void Answered(Operation operation, Verdict verdict, ulong result)
    {
        bool silent = verdict != Verdict.Answer;
        actor.History = Mix(actor.History, Mix(HashOf(operation.Key), ((ulong)operation.Kind << 1) | (silent ? 1UL : 0)));
        if (silent)
        {
            throw new StoreUnavailableException(FaultyStore.InjectedCode, "No answer came.", transient: true);
        }

        actor.History = Mix(actor.History, result);
    }
}

/// <summary>A create that was given up by who asked for it, and may still happen.</summary>
internal sealed record DelayedWrite(ObjectKey Key, ReadOnlyMemory<byte> Content, Actor Actor, ulong Origin);
