namespace Versioning.Storage.Http;

/// <summary>
/// A store behind a plain web address: a bucket behind a CDN, or a folder that a web server shows. It is read by ranges;
/// nothing can be created, deleted or listed.
/// </summary>
/// <remarks>
/// No credential is ever sent: no cookie, no user, no client certificate. Redirects are followed, but none from https
/// to http. Objects never change, so whatever a cache holds of one is right; what caches can get wrong is that an object
/// is absent, when it came to be after they asked. <see cref="HttpReader"/> says what is done about that.
/// </remarks>
internal sealed class HttpStore : ObjectStore
{
    private readonly HttpReader _reader;

    /// <param name="address">As <see cref="HttpAddress.Parse"/> gives it.</param>
    /// <param name="limits">Null: the usual ones.</param>
    /// <param name="configure">Changes how connections are made.</param>
    internal HttpStore(Uri address, HttpLimits? limits = null, Action<SocketsHttpHandler>? configure = null)
    {
        Location = address.AbsoluteUri.TrimEnd('/');
        _reader = new(address, Location, limits ?? HttpLimits.Default, configure);
    }

    /// <inheritdoc/>
    public override string Location { get; }

    /// <inheritdoc/>
    public override bool IsRemote => true;

    /// <inheritdoc/>
    public override bool CanWrite => false;

    /// <inheritdoc/>
    public override bool CanList => false;

    /// <inheritdoc/>
    public override ValueTask DisposeAsync()
    {
        _reader.Dispose();
        return base.DisposeAsync();
    }

    /// <inheritdoc/>
    protected override ValueTask<bool> CreateCoreAsync(ObjectKey key, ReadOnlyMemory<byte> content, CancellationToken cancellationToken) =>
        ValueTask.FromException<bool>(ReadOnlyStores.ReadOnly(Location));

    /// <inheritdoc/>
    protected override async ValueTask<ObjectRead?> ReadCoreAsync(ObjectKey key, long offset, Memory<byte> destination, CancellationToken cancellationToken)
    {
        // What ends before the object does can't be asked for from its end.
        bool isInside = offset < -(long)destination.Length;
        if (!isInside && destination.Length > 0)
        {
            return await _reader.ReadAsync(key, offset, destination, cancellationToken).ConfigureAwait(false);
        }

        if (await StatCoreAsync(key, cancellationToken).ConfigureAwait(false) is not { } length)
        {
            return null;
        }

        (long start, int count) = ResolveRange(length, offset, destination.Length);
        return count == 0
            ? new ObjectRead(length, 0)
            : await _reader.ReadAsync(key, start, destination[..count], cancellationToken).ConfigureAwait(false);
    }

    /// <summary>By reading a byte: more servers tell the length with it than with a HEAD.</summary>
    protected override async ValueTask<long?> StatCoreAsync(ObjectKey key, CancellationToken cancellationToken) =>
        (await _reader.ReadAsync(key, 0, new byte[1], cancellationToken).ConfigureAwait(false))?.ObjectLength;

    /// <inheritdoc/>
    protected override IAsyncEnumerable<ObjectInfo> ListCoreAsync(string prefix, CancellationToken cancellationToken) =>
        throw ReadOnlyStores.NoListing(Location);

    /// <inheritdoc/>
    protected override ValueTask<bool> DeleteCoreAsync(ObjectKey key, CancellationToken cancellationToken) =>
        ValueTask.FromException<bool>(ReadOnlyStores.ReadOnly(Location));
}
