namespace Versioning.Storage;

/// <summary>A key and the length of its object in bytes.</summary>
/// <param name="Key">The key.</param>
/// <param name="Length">The length in bytes.</param>
public readonly record struct ObjectInfo(ObjectKey Key, long Length);

/// <summary>What a read found.</summary>
/// <param name="ObjectLength">The length of the whole object in bytes.</param>
/// <param name="Count">How many bytes were written to the destination.</param>
public readonly record struct ObjectRead(long ObjectLength, int Count);

/// <summary>
/// One place that holds immutable objects. Every object is written once and never changed; the only atomic
/// operation that anything relies on is <see cref="CreateAsync"/>.
/// </summary>
/// <remarks>
/// Absence and a lost race are values. Whatever else goes wrong is a <see cref="StoreUnavailableException"/>,
/// or an <see cref="OperationCanceledException"/> where the caller asked for it. Every operation may be called
/// from many threads at once, and again after a failure.
/// </remarks>
public abstract class ObjectStore : IAsyncDisposable
{
    /// <summary>The longest object that <see cref="CreateAsync"/> takes, in bytes.</summary>
    public const int MaxObjectLength = 256 * 1024 * 1024;

    /// <summary>Where this store is, for messages; never holds a credential.</summary>
    public abstract string Location { get; }

    /// <summary>Whether each request takes a round trip over a network: then requests are larger, and more of them run side by side.</summary>
    public virtual bool IsRemote => false;

    /// <summary>Whether objects can be created and deleted. Where they can't, both throw, and so does every commit before it begins.</summary>
    public virtual bool CanWrite => true;

    /// <summary>Whether <see cref="ListAsync"/> works. A store without it is found by the keys that follow from each other, and can only be read.</summary>
    public virtual bool CanList => true;

    /// <summary>Creates an object: all or nothing, durable when it returns. Of racing creators exactly one gets true.</summary>
    /// <param name="key">The key.</param>
    /// <param name="content">All bytes; not touched after the call returns.</param>
    /// <param name="cancellationToken">A cancelled create may or may not have happened.</param>
    /// <returns>True: created now. False: the key already has an object, which is untouched.</returns>
    public ValueTask<bool> CreateAsync(ObjectKey key, ReadOnlyMemory<byte> content, CancellationToken cancellationToken = default)
    {
        Validate(key);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(content.Length, MaxObjectLength, nameof(content));
        cancellationToken.ThrowIfCancellationRequested();
        ValueTask<bool> creating = CreateCoreAsync(key, content, cancellationToken);
        return Telemetry.CountsRequests ? CountAsync("create", creating) : creating;
    }

    /// <summary>Reads from <paramref name="offset"/> until the destination is full or the object ends.</summary>
    /// <param name="key">The key.</param>
    /// <param name="offset">The first byte; at or beyond the end gives a count of 0. Negative: that many bytes before the end (or the start, where the object is shorter).</param>
    /// <param name="destination">Where the bytes go.</param>
    /// <param name="cancellationToken">Ends the read.</param>
    /// <returns>
    /// Null where there is no such object. Otherwise the count is exactly the smaller of the destination's length and
    /// what the object has from the offset on; a backend that delivers less throws.
    /// </returns>
    public ValueTask<ObjectRead?> ReadAsync(ObjectKey key, long offset, Memory<byte> destination, CancellationToken cancellationToken = default)
    {
        Validate(key);
        cancellationToken.ThrowIfCancellationRequested();
        ValueTask<ObjectRead?> reading = ReadCoreAsync(key, offset, destination, cancellationToken);
        return Telemetry.CountsRequests ? CountAsync("read", reading) : reading;
    }

    /// <summary>The length of an object in bytes, or null where there is none.</summary>
    public ValueTask<long?> StatAsync(ObjectKey key, CancellationToken cancellationToken = default)
    {
        Validate(key);
        cancellationToken.ThrowIfCancellationRequested();
        ValueTask<long?> asking = StatCoreAsync(key, cancellationToken);
        return Telemetry.CountsRequests ? CountAsync("stat", asking) : asking;
    }

    /// <summary>
    /// Lists every object whose key begins with <paramref name="prefix"/>, in the byte order of the keys, strongly
    /// consistent: an object whose creation returned before the call is listed.
    /// </summary>
    /// <param name="prefix">Empty for all, else the beginning of keys; need not end at a separator.</param>
    /// <param name="cancellationToken">Ends the listing.</param>
    public IAsyncEnumerable<ObjectInfo> ListAsync(string prefix, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(prefix);
        if (Telemetry.CountsRequests)
        {
            Telemetry.Request("list", Location, failure: null);
        }

        return ListCoreAsync(prefix, cancellationToken);
    }

    /// <summary>Deletes an object; may be called again.</summary>
    /// <returns>Whether it was there.</returns>
    public ValueTask<bool> DeleteAsync(ObjectKey key, CancellationToken cancellationToken = default)
    {
        Validate(key);
        cancellationToken.ThrowIfCancellationRequested();
        ValueTask<bool> deleting = DeleteCoreAsync(key, cancellationToken);
        return Telemetry.CountsRequests ? CountAsync("delete", deleting) : deleting;
    }

    /// <summary>The part of an object that a read means: the rules of <see cref="ReadAsync"/>, for every backend to take from here.</summary>
    /// <param name="objectLength">The length of the object in bytes.</param>
    /// <param name="offset">The first byte; negative: that many bytes before the end.</param>
    /// <param name="destinationLength">How many bytes there is room for.</param>
    /// <returns>The first byte, within the object or at its end, and how many; none where the read begins at or beyond the end.</returns>
    public static (long Start, int Count) ResolveRange(long objectLength, long offset, int destinationLength)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(objectLength);
        ArgumentOutOfRangeException.ThrowIfNegative(destinationLength);
        long start = offset < 0 ? Math.Max(0, objectLength + offset) : Math.Min(offset, objectLength);
        return (start, (int)Math.Min(destinationLength, objectLength - start));
    }

    /// <inheritdoc/>
    public virtual ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        return ValueTask.CompletedTask;
    }

    /// <summary>What <see cref="CreateAsync"/> does, with valid arguments.</summary>
    protected abstract ValueTask<bool> CreateCoreAsync(ObjectKey key, ReadOnlyMemory<byte> content, CancellationToken cancellationToken);

    /// <summary>What <see cref="ReadAsync"/> does, with valid arguments.</summary>
    protected abstract ValueTask<ObjectRead?> ReadCoreAsync(ObjectKey key, long offset, Memory<byte> destination, CancellationToken cancellationToken);

    /// <summary>What <see cref="StatAsync"/> does, with valid arguments.</summary>
    protected abstract ValueTask<long?> StatCoreAsync(ObjectKey key, CancellationToken cancellationToken);

    /// <summary>What <see cref="ListAsync"/> does, with valid arguments.</summary>
    protected abstract IAsyncEnumerable<ObjectInfo> ListCoreAsync(string prefix, CancellationToken cancellationToken);

    /// <summary>What <see cref="DeleteAsync"/> does, with valid arguments.</summary>
    protected abstract ValueTask<bool> DeleteCoreAsync(ObjectKey key, CancellationToken cancellationToken);

    private async ValueTask<T> CountAsync<T>(string request, ValueTask<T> pending)
    {
        Exception? failure = null;
        try
        {
            return await pending.ConfigureAwait(false);
        }
        catch (Exception e)
        {
            failure = e;
            throw;
        }
        finally
        {
            Telemetry.Request(request, Location, failure);
        }
    }

    private static void Validate(ObjectKey key)
    {
        if (key.Value.Length == 0)
        {
            throw new ArgumentException("The key is empty.", nameof(key));
        }
    }
}
