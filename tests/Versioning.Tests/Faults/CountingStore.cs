using System.Runtime.CompilerServices;
using Versioning.Storage;

namespace Versioning.Tests.Faults;

/// <summary>Counts operations and bytes, so that a test can say that cost follows the change.</summary>
internal sealed class CountingStore(ObjectStore inner) : ObjectStore
{
    private readonly long[] _operations = new long[Enum.GetValues<StoreOperation>().Length];
    private long _written;
    private long _read;
    private long _listed;

    public override string Location => inner.Location;

    public override bool IsRemote => inner.IsRemote;

    public override bool CanWrite => inner.CanWrite;

    public override bool CanList => inner.CanList;

    /// <summary>The content of all creates, lost races included: it was sent.</summary>
    public long BytesWritten => Interlocked.Read(ref _written);

    /// <summary>The bytes that reads delivered.</summary>
    public long BytesRead => Interlocked.Read(ref _read);

    /// <summary>The keys that lists delivered.</summary>
    public long KeysListed => Interlocked.Read(ref _listed);

    /// <summary>All operations.</summary>
    public long Total => Enum.GetValues<StoreOperation>().Sum(Count);

    /// <summary>How often an operation was begun.</summary>
    public long Count(StoreOperation operation) => Interlocked.Read(ref _operations[(int)operation]);

    /// <summary>Begins again at zero.</summary>
    public void Reset()
    {
        foreach (StoreOperation operation in Enum.GetValues<StoreOperation>())
        {
            Interlocked.Exchange(ref _operations[(int)operation], 0);
        }

        Interlocked.Exchange(ref _written, 0);
        Interlocked.Exchange(ref _read, 0);
        Interlocked.Exchange(ref _listed, 0);
    }

    public override string ToString() =>
        string.Join(", ", Enum.GetValues<StoreOperation>().Select(o => $"{o} {Count(o)}")) + $", written {BytesWritten}, read {BytesRead}";

    protected override ValueTask<bool> CreateCoreAsync(ObjectKey key, ReadOnlyMemory<byte> content, CancellationToken cancellationToken)
    {
        Begin(StoreOperation.Create);
        Interlocked.Add(ref _written, content.Length);
        return inner.CreateAsync(key, content, cancellationToken);
    }

    protected override async ValueTask<ObjectRead?> ReadCoreAsync(ObjectKey key, long offset, Memory<byte> destination, CancellationToken cancellationToken)
    {
        Begin(StoreOperation.Read);
        ObjectRead? read = await inner.ReadAsync(key, offset, destination, cancellationToken);
        Interlocked.Add(ref _read, read?.Count ?? 0);
        return read;
    }

    protected override ValueTask<long?> StatCoreAsync(ObjectKey key, CancellationToken cancellationToken)
    {
        Begin(StoreOperation.Stat);
        return inner.StatAsync(key, cancellationToken);
    }

    protected override async IAsyncEnumerable<ObjectInfo> ListCoreAsync(string prefix, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        Begin(StoreOperation.List);
        await foreach (ObjectInfo info in inner.ListAsync(prefix, cancellationToken))
        {
            Interlocked.Increment(ref _listed);
            yield return info;
        }
    }

    protected override ValueTask<bool> DeleteCoreAsync(ObjectKey key, CancellationToken cancellationToken)
    {
        Begin(StoreOperation.Delete);
        return inner.DeleteAsync(key, cancellationToken);
    }

    private void Begin(StoreOperation operation) => Interlocked.Increment(ref _operations[(int)operation]);
}
