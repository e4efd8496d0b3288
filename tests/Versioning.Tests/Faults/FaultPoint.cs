using Versioning.Storage;

namespace Versioning.Tests.Faults;

/// <summary>The n-th request of a store, before or after it has happened, and what goes wrong there.</summary>
internal sealed class FaultPoint(int index, FaultPhase phase, FaultAction action)
{
    private int _seen = -1;
    private volatile bool _reached;

    /// <summary>Whether there were that many requests.</summary>
    internal bool Reached => _reached;

    /// <summary>How many requests came to this phase.</summary>
    internal int Seen => Volatile.Read(ref _seen) + 1;

    internal FaultyStore Over(ObjectStore inner) => new(inner, Ask);

    private FaultAction Ask(StoreOperation operation, string key, FaultPhase at)
    {
        if (at != phase || Interlocked.Increment(ref _seen) != index)
        {
            return FaultAction.None;
        }

        _reached = true;
        return action;
    }

    public override string ToString() => $"{action} {phase} request {index}";
}
