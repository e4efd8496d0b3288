using Versioning.Storage;

namespace Versioning.Tests.Store;

/// <summary>Somebody is faster, once, just before the next entry of the journal is created.</summary>
internal sealed class RacingStore(ObjectStore inner) : PassingStore(inner)
{
    private Func<Task>? _faster;

    /// <summary>What is done before.</summary>
    internal Func<Task> Faster
    {
        set => _faster = value;
    }

    protected override async ValueTask<bool> CreateCoreAsync(ObjectKey key, ReadOnlyMemory<byte> content, CancellationToken cancellationToken)
    {
        if (key.Value.StartsWith(StoreKeys.Journal, StringComparison.Ordinal) && Interlocked.Exchange(ref _faster, null) is { } first)
        {
            await first();
        }

        return await base.CreateCoreAsync(key, content, cancellationToken);
    }
}
