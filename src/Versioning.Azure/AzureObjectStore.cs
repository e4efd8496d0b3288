using System.Runtime.CompilerServices;
using Azure;
using Azure.Core;
using Azure.Storage;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using Versioning.Storage;

namespace Versioning.Azure;

/// <summary>A store in an Azure Blob container, or under a prefix in one; each object is one block blob.</summary>
/// <remarks>
/// <para>
/// A location is <c>azure://account/container/prefix</c>, the prefix optional, or with the full name of the account's
/// host, such as <c>azure://account.blob.core.usgovcloudapi.net/container</c>. It never holds a credential
/// (<see cref="AzureStoreOptions"/> says where those come from). The container has to exist.
/// </para>
/// <para>
/// A create stays exact where its answer was lost and the client asked again: each blob carries, as the metadata value
/// <c>creation</c>, a random id of the call that made it, and a call that finds the blob there looks for its own. So it
/// says true to exactly one caller, also where others write the same bytes. Only a delete whose answer was lost may
/// say that nothing was there.
/// </para>
/// </remarks>
public sealed class AzureObjectStore : ObjectStore
{
    private const string Creation = "creation";

    private readonly BlobContainerClient _container;
    private readonly AzureLocation _location;
    private readonly AzureLimits _limits;
    private readonly int? _pageSize;

    /// <summary>A store in a container that you have a client for; its own retries hold, within the time of one try.</summary>
    /// <param name="container">The client; not disposed of here.</param>
    /// <param name="prefix">What every key begins with, without separators at its ends; empty for the whole container.</param>
    /// <param name="options">How long a call of the client may take, and how often it is made where it takes longer; nothing else of them is used.</param>
    public AzureObjectStore(BlobContainerClient container, string prefix = "", AzureStoreOptions? options = null)
        : this(Required(container), isOurs: false, AzureLocation.Of(container, prefix), (options ?? new()).Validated())
    {
    }

    private AzureObjectStore(BlobContainerClient container, bool isOurs, AzureLocation location, AzureStoreOptions options)
    {
        (_container, _location, _limits, _pageSize) = (container, location, new(options, isOurs), options.PageSize);
        Location = location.ToString();
    }

    /// <summary>
    /// Makes the credential of last resort, such as <c>DefaultAzureCredential</c>: set by a program, asked when a store is
    /// opened for which nothing else gives one.
    /// </summary>
    public static Func<TokenCredential>? DefaultCredential { get; set; }

    /// <inheritdoc/>
    public override string Location { get; }

    /// <inheritdoc/>
    public override bool IsRemote => true;

    /// <summary>Opens <c>azure://account/container/prefix</c> with a credential from the environment; no request is made.</summary>
    /// <param name="location">The location.</param>
    /// <exception cref="StoreUnavailableException">There is no credential, or one of another account.</exception>
    public static AzureObjectStore Open(string location) => Open(location, null);

    /// <summary>Opens <c>azure://account/container/prefix</c>; no request is made.</summary>
    /// <param name="location">The location.</param>
    /// <param name="options">How to reach it; null for the environment alone.</param>
    /// <exception cref="StoreUnavailableException">There is no credential, or one of another account.</exception>
    public static AzureObjectStore Open(string location, AzureStoreOptions? options)
    {
        AzureStoreOptions valid = (options ?? new()).Validated();
        AzureLocation parsed = AzureLocation.Parse(location);
        return new(AzureAccess.Open(parsed, valid), isOurs: valid.Container is null, parsed, valid);
    }

    /// <inheritdoc/>
    protected override async ValueTask<bool> CreateCoreAsync(ObjectKey key, ReadOnlyMemory<byte> content, CancellationToken cancellationToken)
    {
        string creation = Guid.NewGuid().ToString("N");
        BlobUploadOptions upload = new()
        {
            Conditions = new() { IfNoneMatch = ETag.All },
            Metadata = new Dictionary<string, string> { [Creation] = creation },
            // One request: blocks would be a second one to commit, and what a crash leaves of them lies there for a week.
            TransferOptions = new() { InitialTransferSize = MaxObjectLength + 1L, MaximumTransferSize = MaxObjectLength + 1L, MaximumConcurrency = 1 },

            // Against damage on the way; whether the bytes are the right ones is decided by SHA-256 when they are read.
            TransferValidation = new() { ChecksumAlgorithm = StorageChecksumAlgorithm.MD5 },
        };
        bool created = await RunAsync(key.Value, content.Length, token => UploadAsync(key, content, upload, token), cancellationToken).ConfigureAwait(false);
        return created || (await PropertiesAsync(key, cancellationToken).ConfigureAwait(false))?.Metadata.TryGetValue(Creation, out string? found) == true && found == creation;
    }

    /// <inheritdoc/>
    protected override async ValueTask<ObjectRead?> ReadCoreAsync(ObjectKey key, long offset, Memory<byte> destination, CancellationToken cancellationToken)
    {
        if (offset >= 0 && !destination.IsEmpty && offset <= long.MaxValue - destination.Length
            && await RunAsync(key.Value, destination.Length, token => DownloadAsync(key, offset, destination, token), cancellationToken).ConfigureAwait(false) is { } answer)
        {
            return answer.Found;
        }

        // Azure has no ranges from the end, none without bytes and none behind the end: those need the length.
        if (await StatCoreAsync(key, cancellationToken).ConfigureAwait(false) is not { } length)
        {
            return null;
        }

        (long start, int count) = ResolveRange(length, offset, destination.Length);
        if (count == 0)
        {
            return new(length, 0);
        }

        return await RunAsync(key.Value, count, token => DownloadAsync(key, start, destination[..count], token), cancellationToken).ConfigureAwait(false) is { } second
            ? second.Found
            : throw AzureErrors.WrongAnswer(key.Value, _location, $"it has {length} bytes, and yet none at {start}");
    }

    /// <inheritdoc/>
    protected override async ValueTask<long?> StatCoreAsync(ObjectKey key, CancellationToken cancellationToken) =>
        (await PropertiesAsync(key, cancellationToken).ConfigureAwait(false))?.ContentLength;

    /// <inheritdoc/>
    protected override async IAsyncEnumerable<ObjectInfo> ListCoreAsync(string prefix, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        int skipped = _location.BlobName("").Length;
        string? last = null;
        string? continuation = null;
        do
        {
            cancellationToken.ThrowIfCancellationRequested();
            Page<BlobItem> page = await RunAsync(prefix, 0, token => PageAsync(prefix, continuation, token), cancellationToken).ConfigureAwait(false);
            foreach (BlobItem blob in page.Values)
            {
                if (blob.Name.Length <= skipped || blob.Name[skipped..] is not { } key || !ObjectKey.IsValid(key))
                {
                    continue;
                }

                if (string.CompareOrdinal(last, key) >= 0)
                {
                    throw AzureErrors.Unordered(prefix, _location);
                }

                last = key;
                cancellationToken.ThrowIfCancellationRequested();
                yield return new(new(key), blob.Properties.ContentLength ?? throw AzureErrors.WrongAnswer(key, _location, "the listing has no length for it"));
            }

            continuation = page.ContinuationToken;
        }
        while (!string.IsNullOrEmpty(continuation));
    }

    /// <inheritdoc/>
    protected override ValueTask<bool> DeleteCoreAsync(ObjectKey key, CancellationToken cancellationToken) => RunAsync(
        key.Value,
        0,
        async token =>
        {
            try
            {
                await BlobOf(key).DeleteAsync(DeleteSnapshotsOption.IncludeSnapshots, cancellationToken: token).ConfigureAwait(false);
                return true;
            }
            catch (RequestFailedException e) when (AzureErrors.IsAbsent(e))
            {
                return false;
            }
        },
        cancellationToken);

    private async Task<bool> UploadAsync(ObjectKey key, ReadOnlyMemory<byte> content, BlobUploadOptions upload, CancellationToken cancellationToken)
    {
        try
        {
            await BlobOf(key).UploadAsync(BinaryData.FromBytes(content), upload, cancellationToken).ConfigureAwait(false);
            return true;
        }
        catch (RequestFailedException e) when (AzureErrors.IsThere(e))
        {
            return false;
        }
    }

    /// <returns>What was found, null for no object; or null where the object has no byte at the offset: 416, or from Azurite an empty answer.</returns>
    private async Task<Answer?> DownloadAsync(ObjectKey key, long offset, Memory<byte> destination, CancellationToken cancellationToken)
    {
        try
        {
            Response<BlobDownloadStreamingResult> answer = await BeginDownloadAsync(key, new(offset, destination.Length), cancellationToken).ConfigureAwait(false);
            using BlobDownloadStreamingResult result = OfService(key.Value, answer.Value, answer.GetRawResponse());
            return result.Details.ContentLength == 0 ? null : new(await BlobBody.ReadAsync(result, offset, destination, what => AzureErrors.WrongAnswer(key.Value, _location, what), cancellationToken).ConfigureAwait(false));
        }
        catch (RequestFailedException e) when (AzureErrors.IsAbsent(e))
        {
            return new Answer(null);
        }
        catch (RequestFailedException e) when (AzureErrors.IsBehindTheEnd(e))
        {
            return null;
        }
    }

    /// <summary>
    /// Waits no longer than it may. Where an error answer stalls, a client without <see cref="ErrorBodyPolicy"/> blocks its
    /// thread and hears of no end: it is left behind, as it has nothing of the caller's in its hands.
    /// </summary>
    private async Task<Response<BlobDownloadStreamingResult>> BeginDownloadAsync(ObjectKey key, HttpRange range, CancellationToken cancellationToken)
    {
        Task<Response<BlobDownloadStreamingResult>> answer = BlobOf(key).DownloadStreamingAsync(new BlobDownloadOptions { Range = range }, cancellationToken);
        try
        {
            return await answer.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            _ = answer.ContinueWith(static late => late.Result.Value.Dispose(), CancellationToken.None, TaskContinuationOptions.OnlyOnRanToCompletion, TaskScheduler.Default);
            throw;
        }
    }

    private ValueTask<BlobProperties?> PropertiesAsync(ObjectKey key, CancellationToken cancellationToken) => RunAsync<BlobProperties?>(
        key.Value,
        0,
        async token =>
        {
            try
            {
                Response<BlobProperties> answer = await BlobOf(key).GetPropertiesAsync(cancellationToken: token).ConfigureAwait(false);
                return OfService(key.Value, answer.Value, answer.GetRawResponse());
            }
            catch (RequestFailedException e) when (AzureErrors.IsAbsent(e))
            {
                return null;
            }
        },
        cancellationToken);

    private async Task<Page<BlobItem>> PageAsync(string prefix, string? continuation, CancellationToken cancellationToken)
    {
        Page<BlobItem> page = await _container.GetBlobsAsync(new GetBlobsOptions { Prefix = _location.BlobName(prefix) }, cancellationToken)
            .AsPages(continuation, _pageSize)
            .FirstAsync(cancellationToken)
            .ConfigureAwait(false);
        return OfService(prefix, page, page.GetRawResponse());
    }

    private T OfService<T>(string name, T value, Response answer) => AzureErrors.IsOfService(answer)
        ? value
        : throw AzureErrors.WrongAnswer(name, _location, "something other than the Blob service answered");

    private async ValueTask<T> RunAsync<T>(string name, long bytes, Func<CancellationToken, Task<T>> request, CancellationToken cancellationToken)
    {
        for (int call = 1; ; call++)
        {
            using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            limit.CancelAfter(_limits.OfCall(bytes));
            try
            {
                return await request(limit.Token).ConfigureAwait(false);
            }
            catch (Exception) when (limit.IsCancellationRequested && !cancellationToken.IsCancellationRequested && call < _limits.Calls)
            {
                // Nothing came of this call in its time: the next may fare better.
            }
            catch (Exception e) when (AzureErrors.Translate(e, name, _location) is { } translated)
            {
                // However the client reports it: the caller asked for the end.
                cancellationToken.ThrowIfCancellationRequested();
                throw translated;
            }
        }
    }

    private BlobClient BlobOf(ObjectKey key) => _container.GetBlobClient(_location.BlobName(key.Value));

    private static BlobContainerClient Required(BlobContainerClient container)
    {
        ArgumentNullException.ThrowIfNull(container);
        return container;
    }

    private readonly record struct Answer(ObjectRead? Found);
}
