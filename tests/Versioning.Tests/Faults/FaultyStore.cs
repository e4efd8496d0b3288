using System.Runtime.CompilerServices;
using Versioning.Storage;

namespace Versioning.Tests.Faults;

/// <summary>The operations of a store.</summary>
internal enum StoreOperation { Create, Read, Stat, List, Delete }

/// <summary>Where in an operation a script is asked: nothing has happened yet, or all of it has.</summary>
internal enum FaultPhase { Before, After }

/// <summary>What a script wants to happen.</summary>
internal enum FaultAction
{
    /// <summary>Go on.</summary>
    None,

    /// <summary>A transient error. Before: nothing happened. After: it happened, and the response was lost.</summary>
    Throw,

    /// <summary>The process dies here: this and every later operation throws <see cref="StoppedException"/>.</summary>
    Stop,
}

/// <summary>The process died. Not a <see cref="VersioningException"/>, so that nothing handles it.</summary>
internal sealed class StoppedException() : Exception("The process was stopped here.");

/// <summary>Fails as a script says; the key is the prefix for lists.</summary>
internal sealed class FaultyStore(ObjectStore inner, Func<StoreOperation, string, FaultPhase, FaultAction> script) : ObjectStore
{
    public const string InjectedCode = "injected";

    private volatile bool _stopped;

    public override string Location => inner.Location;

    public override bool IsRemote => inner.IsRemote;

    public override bool CanWrite => inner.CanWrite;

    public override bool CanList => inner.CanList;

    /// <summary>Whether a <see cref="FaultAction.Stop"/> was reached.</summary>
    public bool IsStopped => _stopped;

    protected override ValueTask<bool> CreateCoreAsync(ObjectKey key, ReadOnlyMemory<byte> content, CancellationToken cancellationToken) =>
        RunAsync(StoreOperation.Create, key, () => inner.CreateAsync(key, content, cancellationToken));

    protected override ValueTask<ObjectRead?> ReadCoreAsync(ObjectKey key, long offset, Memory<byte> destination, CancellationToken cancellationToken) =>
        RunAsync(StoreOperation.Read, key, () => inner.ReadAsync(key, offset, destination, cancellationToken));

    protected override ValueTask<long?> StatCoreAsync(ObjectKey key, CancellationToken cancellationToken) =>
        RunAsync(StoreOperation.Stat, key, () => inner.StatAsync(key, cancellationToken));

    protected override ValueTask<bool> DeleteCoreAsync(ObjectKey key, CancellationToken cancellationToken) =>
        RunAsync(StoreOperation.Delete, key, () => inner.DeleteAsync(key, cancellationToken));

    protected override async IAsyncEnumerable<ObjectInfo> ListCoreAsync(string prefix, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        Ask(StoreOperation.List, prefix, FaultPhase.Before);
        await foreach (ObjectInfo info in inner.ListAsync(prefix, cancellationToken))
        {
            ThrowIfStopped();
            yield return info;
        }

        Ask(StoreOperation.List, prefix, FaultPhase.After);
    }

    private async ValueTask<T> RunAsync<T>(StoreOperation operation, ObjectKey key, Func<ValueTask<T>> run)
    {
        Ask(operation, key.Value, FaultPhase.Before);
        T result = await run();
        Ask(operation, key.Value, FaultPhase.After);
        return result;
    }

    private void Ask(StoreOperation operation, string key, FaultPhase phase)
    {
        // A dead process gets no responses either, so another thread's operation in flight ends here as well.
        ThrowIfStopped();
        switch (script(operation, key, phase))
        {
            case FaultAction.Throw:
                throw new StoreUnavailableException(InjectedCode, $"Injected fault: {operation} '{key}', {phase}.", transient: true);
            case FaultAction.Stop:
                _stopped = true;
                throw new StoppedException();
        }
    }

    private void ThrowIfStopped()
    {
        if (_stopped)
        {
            throw new StoppedException();
        }
    }
}
