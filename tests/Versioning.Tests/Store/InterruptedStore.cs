using Versioning.Storage;

namespace Versioning.Tests.Store;

/// <summary>Lets others do something just before a request, once: as they would who come in between.</summary>
internal sealed class InterruptedStore(ObjectStore inner, Func<bool> isTime, Func<Task> others) : PassingStore(inner)
{
    private int _done;

    internal bool Interrupted => _done > 0;

    protected override async ValueTask<bool> CreateCoreAsync(ObjectKey key, ReadOnlyMemory<byte> content, CancellationToken cancellationToken)
    {
        await InterruptAsync();
        return await base.CreateCoreAsync(key, content, cancellationToken);
    }

    protected override async ValueTask<ObjectRead?> ReadCoreAsync(ObjectKey key, long offset, Memory<byte> destination, CancellationToken cancellationToken)
    {
        await InterruptAsync();
        return await base.ReadCoreAsync(key, offset, destination, cancellationToken);
    }

    private async Task InterruptAsync()
    {
        if (isTime() && Interlocked.Exchange(ref _done, 1) == 0)
        {
            await others();
        }
    }
}
