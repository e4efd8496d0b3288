using Versioning.Storage;

namespace Versioning.Tests.Journal.Interleavings;

internal enum Ending
{
    /// <summary>Still at work.</summary>
    None,

    /// <summary>Reported success.</summary>
    Succeeded,

    /// <summary>Reported that a condition does not hold: a lost race.</summary>
    Refused,

    /// <summary>Reported that the store does not answer: it may have happened or not.</summary>
    Unknown,

    /// <summary>Ended by anything else.</summary>
    Failed,
}

/// <summary>One participant of the protocol, in a process of its own.</summary>
/// <param name="name">The author of its entries; an actor appends at most one.</param>
internal abstract class Actor(string name)
{
    private TaskCompletionSource<Verdict>? _go;

    internal string Name => name;

    /// <summary>The rule that this actor does not keep.</summary>
    internal Rule Off { get; init; }

    internal Operation? Pending { get; private set; }

    internal bool Stopped { get; set; }

    internal ulong History { get; set; }

    internal Ending Ending { get; private set; }

    /// <summary>The position of its entry, where it knows one.</summary>
    internal long? Position { get; private set; }

    /// <summary>Whether it was told that its entry is in.</summary>
    internal bool Confirmed { get; set; }

    internal Exception? Failure { get; private set; }

    internal bool IsAtWork => Ending == Ending.None && !Stopped;

    protected Execution Execution { get; private set; } = null!;

    protected ObjectStore Store { get; private set; } = null!;

    protected ActorJournal Journal { get; private set; } = null!;

    /// <summary>Runs until the first operation is parked.</summary>
    internal void Start(Execution execution, int index)
    {
        Execution = execution;
        Store = See(new ParkingStore(execution, this));
        Journal = ActorJournal.Open(Store, execution.Scenario, Off);
        NextPack = ((UInt128)(uint)(index + 1)) << 64;
        History = ParkingStore.HashOf(name);
        _ = LiveAsync();
    }

    internal Task<Verdict> ParkAsync(Operation operation)
    {
        // Continuations run inside SetResult, so that nothing is left to do when a step returns.
        _go = new TaskCompletionSource<Verdict>();
        Pending = operation;
        return _go.Task;
    }

    /// <summary>Runs until the next operation is parked, or the end.</summary>
    internal void Step(Verdict verdict)
    {
        TaskCompletionSource<Verdict> go = _go!;
        Pending = null;
        go.SetResult(verdict);
    }

    /// <returns>The position of the entry that was appended, or null where there was nothing to append.</returns>
    protected abstract Task<long?> ActAsync();

    /// <summary>The part of all objects that it takes for the store.</summary>
    protected virtual ObjectStore See(ObjectStore all) => all;

    protected bool Keeps(Rule rule) => Off != rule;

    /// <summary>A name for a pack that nobody else uses, the same in every execution.</summary>
    protected Packs.PackId NewPack() => new(NextPack++);

    /// <summary>Deletes packs; where no answer comes, someone else may do it later.</summary>
    protected async Task DeleteAsync(IEnumerable<Packs.PackId> packs)
    {
        foreach (Packs.PackId pack in packs)
        {
            try
            {
                await Store.DeleteAsync(StoreKeys.Pack(pack));
            }
            catch (StoreUnavailableException)
            {
                // Left lying.
            }
        }
    }

    private UInt128 NextPack { get; set; }

    private async Task LiveAsync()
    {
        try
        {
            Position = await ActAsync();
            Ending = Ending.Succeeded;
        }
        catch (Exception e) when (e is ConflictException or NotFoundException)
        {
            (Failure, Ending) = (e, Ending.Refused);
        }
        catch (StoreUnavailableException e) when (e.IsTransient)
        {
            (Failure, Ending) = (e, Ending.Unknown);
        }
        catch (Exception e) // Whatever it is, the execution reports it.
        {
            (Failure, Ending) = (e, Ending.Failed);
        }
    }
}
