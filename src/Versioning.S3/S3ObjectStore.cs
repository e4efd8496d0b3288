using System.Runtime.CompilerServices;
using Amazon.S3;
using Amazon.S3.Model;
using Versioning.Storage;

namespace Versioning.S3;

/// <summary>A store in a bucket of S3 or of a server that speaks it and honours <c>If-None-Match: *</c>.</summary>
/// <remarks>
/// <para>
/// The client repeats what failed, <see cref="S3StoreOptions.MaxRetries"/> times, so an answer can be lost within one
/// create and the object be there when it is sent again. Each create therefore writes a random number into the object's
/// metadata and, where the server says that the key is taken, looks whether it is its own: true means that this call
/// made the object, however often it was sent; false that another did. Only a create that throws leaves it open.
/// </para>
/// <para>
/// Deleting looks first whether the object is there, since S3 does not tell; of two that delete the same object at once
/// both may be told that it was there. An answer to a look has no words: where the bucket is missing, looking and
/// deleting find nothing, and every other operation says so.
/// </para>
/// </remarks>
public sealed class S3ObjectStore : ObjectStore
{
    private const string NonceName = "x-amz-meta-versioning-create";

    private readonly IAmazonS3 _client;
    private readonly bool _ownsClient;
    private readonly S3Requests _requests;
    private readonly RangeReader _reader;

    /// <summary>A store in a bucket, through a client of the caller's.</summary>
    /// <param name="client">The client, which the caller disposes after the store.</param>
    /// <param name="bucket">The bucket, which exists.</param>
    /// <param name="prefix">What all keys begin with; null or empty for none.</param>
    /// <param name="options">How long a call of the client may take, and how often it is made where it takes longer; the rest is the client's own.</param>
    public S3ObjectStore(IAmazonS3 client, string bucket, string? prefix = null, S3StoreOptions? options = null)
        : this(client, ownsClient: false, S3Location.Of(bucket, prefix), options ?? new())
    {
    }

    private S3ObjectStore(IAmazonS3 client, bool ownsClient, S3Location place, S3StoreOptions options)
    {
        ArgumentNullException.ThrowIfNull(client);
        options.Validate();
        (_client, _ownsClient) = (client, ownsClient);
        _requests = new(client, place, new CallLimits(options, isOurs: ownsClient));
        _reader = new(_requests, options.StallTimeout);
    }

    /// <inheritdoc/>
    public override string Location => _requests.Location;

    /// <inheritdoc/>
    public override bool IsRemote => true;

    /// <summary>Opens <c>s3://bucket/prefix</c>, with region, endpoint and credentials from the environment or a profile.</summary>
    /// <param name="location">The bucket and, if wanted, a prefix. Holds no secret.</param>
    /// <exception cref="VersioningException">The location is not valid, or holds what could be a secret.</exception>
    /// <exception cref="StoreUnavailableException">No region is set for a bucket of AWS.</exception>
    public static S3ObjectStore Open(string location) => Open(location, new S3StoreOptions());

    /// <summary>Opens <c>s3://bucket/prefix</c>. Nothing is sent yet.</summary>
    /// <param name="location">The bucket and, if wanted, a prefix. Holds no secret.</param>
    /// <param name="options">How it is reached.</param>
    /// <exception cref="VersioningException">The location or an option is not valid, or the location holds what could be a secret.</exception>
    /// <exception cref="StoreUnavailableException">No region is set for a bucket of AWS.</exception>
    public static S3ObjectStore Open(string location, S3StoreOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        S3Location place = S3Location.Parse(location);
        options.Validate();
        return options.Client is { } client
            ? new(client, ownsClient: false, place, options)
            : new(S3ClientFactory.Create(options, place), ownsClient: true, place, options);
    }

    /// <inheritdoc/>
    public override ValueTask DisposeAsync()
    {
        if (_ownsClient)
        {
            _client.Dispose();
        }

        return base.DisposeAsync();
    }

    /// <inheritdoc/>
    protected override async ValueTask<bool> CreateCoreAsync(ObjectKey key, ReadOnlyMemory<byte> content, CancellationToken cancellationToken)
    {
        string nonce = Guid.NewGuid().ToString("N");
        for (int attempt = 0; ; attempt++)
        {
            try
            {
                PutObjectResponse put = await PutAsync(key, content, nonce, cancellationToken).ConfigureAwait(false);

                // Every store names what it has stored; a proxy or a page to sign in says 200 as well.
                return put.ETag is { Length: > 0 } ? true : throw S3Errors.Odd(key.Value, Location, "the answer names nothing that was stored.", transient: true);
            }
            catch (Exception e) when (S3Requests.IsThere(e))
            {
                return await _requests.HeadAsync(key, cancellationToken).ConfigureAwait(false) is { } there && there.Metadata[NonceName] == nonce;
            }
            catch (Exception e) when (S3Requests.IsBeingWritten(e) || S3Requests.IsAbsent(e))
            {
                // Another write or a deletion of the same key is under way: once it is over, the answer is clear.
                if (attempt >= _requests.MaxRetries)
                {
                    throw S3Errors.BeingWritten(key.Value, Location, attempt + 1, e);
                }
            }

            await S3Requests.PauseAsync(attempt, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <inheritdoc/>
    protected override ValueTask<ObjectRead?> ReadCoreAsync(ObjectKey key, long offset, Memory<byte> destination, CancellationToken cancellationToken) =>
        _reader.ReadAsync(key, offset, destination, cancellationToken);

    /// <inheritdoc/>
    protected override async ValueTask<long?> StatCoreAsync(ObjectKey key, CancellationToken cancellationToken) =>
        (await _requests.HeadAsync(key, cancellationToken).ConfigureAwait(false))?.ContentLength;

    /// <inheritdoc/>
    protected override async IAsyncEnumerable<ObjectInfo> ListCoreAsync(string prefix, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        await foreach (S3Object found in new Listing(_requests, prefix).PagesAsync(cancellationToken).ConfigureAwait(false))
        {
            string key = found.Key[_requests.Prefix.Length..];
            if (ObjectKey.IsValid(key))
            {
                yield return new(new(key), found.Size ?? 0);
                cancellationToken.ThrowIfCancellationRequested();
            }
        }
    }

    /// <inheritdoc/>
    protected override async ValueTask<bool> DeleteCoreAsync(ObjectKey key, CancellationToken cancellationToken)
    {
        if (await _requests.HeadAsync(key, cancellationToken).ConfigureAwait(false) is null)
        {
            return false;
        }

        try
        {
            await _requests.SendAsync(key.Value, 0, S3Requests.IsAbsent, (client, token) => client.DeleteObjectAsync(_requests.Bucket, _requests.Prefix + key.Value, token), cancellationToken).ConfigureAwait(false);
            return true;
        }
        catch (Exception e) when (S3Requests.IsAbsent(e))
        {
            return false;
        }
    }

    private Task<PutObjectResponse> PutAsync(ObjectKey key, ReadOnlyMemory<byte> content, string nonce, CancellationToken cancellationToken) => _requests.SendAsync(
        key.Value,
        content.Length,
        e => S3Requests.IsThere(e) || S3Requests.IsBeingWritten(e) || S3Requests.IsAbsent(e),
        async (client, token) =>
        {
            // In one piece: not every server takes the SDK's way of sending it in signed chunks.
            using Stream body = ContentStream.Of(content);
            var put = new PutObjectRequest
            {
                BucketName = _requests.Bucket,
                Key = _requests.Prefix + key.Value,
                InputStream = body,
                AutoCloseStream = false,
                ContentType = "application/octet-stream",
                IfNoneMatch = "*",
                UseChunkEncoding = false,
                DisablePayloadSigning = _requests.IsEncrypted,
            };
            put.Metadata.Add(NonceName, nonce);
            return await client.PutObjectAsync(put, token).ConfigureAwait(false);
        },
        cancellationToken);
}
