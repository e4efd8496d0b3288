using System.Buffers;
using System.Net;
using System.Net.Http.Headers;

namespace Versioning.Storage.Http;

/// <summary>Reads parts of objects by GET with ranges, and tries again where it may help; nothing above it does.</summary>
/// <remarks>
/// <para>
/// A bucket that may be read but not listed answers 403 for an object that is not there. So 403 means absent as long as
/// <c>format</c> can be read at that moment, and refused where it can't. A single object that is shut away is then taken
/// for absent: a shorter history, or damage, and never wrong bytes.
/// </para>
/// <para>
/// A cache that remembers that an object is absent hides what was written since. So for keys that come into being later,
/// those of the journal and of checkpoints, each request asks caches to look again. Many CDNs do not listen; then a
/// reader sees the store as it was some time ago, whole and verified, for as long as the CDN keeps its 404.
/// </para>
/// </remarks>
internal sealed class HttpReader : IDisposable
{
    private const int MaxRedirects = 5;
    private const int DiscardLength = 64 * 1024;

    /// <summary>A request that brought less has failed: one that brings a byte each time would never end.</summary>
    private const int Progress = 64 * 1024;

    /// <summary>The second says how S3 clients sent an object; Ceph repeats it, and the bytes are as they were.</summary>
    private static readonly HashSet<string> PlainEncodings = new(["identity", "aws-chunked"], StringComparer.OrdinalIgnoreCase);

    private static readonly string Agent = ToolVersion.Text.Replace(' ', '/');

    private readonly Uri _address;
    private readonly string _location;
    private readonly HttpLimits _limits;
    private readonly HttpMessageInvoker _client;

    internal HttpReader(Uri address, string location, HttpLimits limits, Action<SocketsHttpHandler>? configure)
    {
        (_address, _location, _limits) = (address, location, limits);
        var handler = new SocketsHttpHandler
        {
            AllowAutoRedirect = true,
            AutomaticDecompression = DecompressionMethods.None,
            ConnectTimeout = limits.Connect,
            MaxAutomaticRedirections = MaxRedirects,
            MaxConnectionsPerServer = limits.Connections,
            PooledConnectionLifetime = TimeSpan.FromMinutes(5),
            UseCookies = false,
        };
        configure?.Invoke(handler);
        _client = new HttpMessageInvoker(handler);
    }

    /// <inheritdoc/>
    public void Dispose() => _client.Dispose();

    /// <param name="key">The key.</param>
    /// <param name="offset">As for <see cref="ObjectStore.ReadAsync"/>; where negative, the destination has room for all up to the end.</param>
    /// <param name="destination">Not empty.</param>
    /// <param name="cancellationToken">Ends the read.</param>
    internal async ValueTask<ObjectRead?> ReadAsync(ObjectKey key, long offset, Memory<byte> destination, CancellationToken cancellationToken)
    {
        var transfer = new HttpTransfer(offset, destination);
        for (int failures = 0; ;)
        {
            int before = transfer.Done;
            bool wasLocated = transfer.ObjectLength is not null;
            StoreUnavailableException? failure = null;
            try
            {
                if (!await RequestAsync(key, transfer, cancellationToken).ConfigureAwait(false))
                {
                    return null;
                }

                if (transfer.IsComplete)
                {
                    return new ObjectRead(transfer.ObjectLength!.Value, transfer.Done);
                }
            }
            catch (Exception e) when (HttpErrors.Translate(e, key, _location) is { } error)
            {
                cancellationToken.ThrowIfCancellationRequested();
                failure = error.IsTransient ? error : throw error;
            }

            bool moved = transfer.Done - before >= Progress || (failure is null && !wasLocated);
            failures = moved ? 0 : failures + 1;
            if (failures >= _limits.Tries)
            {
                throw failure ?? HttpErrors.Short(key, _location);
            }

            if (failure is not null || !moved)
            {
                Telemetry.Retry("read", _location);
                await Task.Delay(_limits.PauseAfter(Math.Max(failures, 1), transfer.WantedPause), TimeProvider.System, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    /// <summary>Asks for what is missing, and takes what comes of it.</summary>
    /// <returns>Whether there is such an object.</returns>
    private async Task<bool> RequestAsync(ObjectKey key, HttpTransfer transfer, CancellationToken cancellationToken)
    {
        using var wait = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        using HttpResponseMessage response = await SendAsync(HttpMethod.Get, key, transfer.Range, wait).ConfigureAwait(false);
        transfer.WantedPause = response.Headers.RetryAfter?.Delta;
        switch (response.StatusCode)
        {
            case HttpStatusCode.PartialContent:
                await TakePartAsync(response, key, transfer, wait).ConfigureAwait(false);
                return true;
            case HttpStatusCode.OK:
                await TakeWholeAsync(response, key, transfer, wait).ConfigureAwait(false);
                return true;
            case HttpStatusCode.NotFound or HttpStatusCode.Gone:
                return false;
            case HttpStatusCode.Forbidden when key != StoreKeys.Format:
                response.Dispose();
                return await ReadAsync(StoreKeys.Format, 0, new byte[1], cancellationToken).ConfigureAwait(false) is null
                    ? throw HttpErrors.OfStatus(HttpStatusCode.Forbidden, key, _location)
                    : false;
            case HttpStatusCode.RequestedRangeNotSatisfiable:
                bool wasSuffix = transfer.IsSuffix;
                Locate(transfer, response.Content.Headers.ContentRange?.Length ?? await LengthAsync(key, cancellationToken).ConfigureAwait(false), key);
                return transfer.IsComplete || wasSuffix ? true : throw HttpErrors.OfStatus(response.StatusCode, key, _location);
            case HttpStatusCode.BadRequest or HttpStatusCode.NotImplemented when transfer.IsSuffix:
                Locate(transfer, await LengthAsync(key, cancellationToken).ConfigureAwait(false), key);
                return true;
            default:
                throw HttpErrors.OfStatus(response.StatusCode, key, _location);
        }
    }

    private async Task<HttpResponseMessage> SendAsync(HttpMethod method, ObjectKey key, RangeHeaderValue? range, CancellationTokenSource wait)
    {
        using var request = new HttpRequestMessage(method, HttpAddress.Of(_address, key));
        request.Headers.AcceptEncoding.Add(new("identity"));
        request.Headers.TryAddWithoutValidation("User-Agent", Agent);
        request.Headers.Range = range;
        if (key.Value.StartsWith(StoreKeys.Journal, StringComparison.Ordinal) || key.Value.StartsWith(StoreKeys.Checkpoints, StringComparison.Ordinal))
        {
            request.Headers.CacheControl = new() { NoCache = true };
        }

        wait.CancelAfter(_limits.Answer);
        return await _client.SendAsync(request, wait.Token).ConfigureAwait(false);
    }

    private async Task TakePartAsync(HttpResponseMessage response, ObjectKey key, HttpTransfer transfer, CancellationTokenSource wait)
    {
        RequirePlain(response, key);
        if (response.Content.Headers.ContentRange is not { Unit: "bytes", From: { } from } place)
        {
            throw HttpErrors.BadAnswer("a part of it and not which", key, _location);
        }

        Locate(transfer, place.Length ?? await LengthAsync(key, wait.Token).ConfigureAwait(false), key);
        await TakeAsync(response, from, key, transfer, wait).ConfigureAwait(false);
    }

    /// <summary>The server does not know ranges: what lies before is read and thrown away.</summary>
    private async Task TakeWholeAsync(HttpResponseMessage response, ObjectKey key, HttpTransfer transfer, CancellationTokenSource wait)
    {
        RequirePlain(response, key);
        if ((response.Content.Headers.ContentLength ?? transfer.ObjectLength) is { } length)
        {
            Locate(transfer, length, key);
            await TakeAsync(response, 0, key, transfer, wait).ConfigureAwait(false);
            return;
        }

        // Only its end tells how long it is; the next request takes what is wanted.
        Stream body = await response.Content.ReadAsStreamAsync(wait.Token).ConfigureAwait(false);
        await using (body.ConfigureAwait(false))
        {
            Locate(transfer, await DiscardAsync(body, long.MaxValue, key, wait).ConfigureAwait(false), key);
        }
    }

    private async Task TakeAsync(HttpResponseMessage response, long start, ObjectKey key, HttpTransfer transfer, CancellationTokenSource wait)
    {
        if (transfer.IsComplete)
        {
            return;
        }

        Stream body = await response.Content.ReadAsStreamAsync(wait.Token).ConfigureAwait(false);
        await using (body.ConfigureAwait(false))
        {
            long before = transfer.Position - start;
            if (before < 0)
            {
                throw HttpErrors.BadAnswer("another part of it", key, _location);
            }

            if (await DiscardAsync(body, before, key, wait).ConfigureAwait(false) < before)
            {
                return;
            }

            while (!transfer.IsComplete)
            {
                wait.CancelAfter(_limits.Stall);
                int count = await body.ReadAsync(transfer.Rest, wait.Token).ConfigureAwait(false);
                if (count == 0)
                {
                    return;
                }

                transfer.Advance(count);
            }
        }
    }

    /// <returns>How many bytes there were.</returns>
    private async Task<long> DiscardAsync(Stream body, long count, ObjectKey key, CancellationTokenSource wait)
    {
        long done = 0;
        byte[] buffer = ArrayPool<byte>.Shared.Rent(DiscardLength);
        try
        {
            while (done < count)
            {
                wait.CancelAfter(_limits.Stall);
                int read = await body.ReadAsync(buffer.AsMemory(0, (int)Math.Min(buffer.Length, count - done)), wait.Token).ConfigureAwait(false);
                if (read == 0)
                {
                    break;
                }

                done += read;
                if (done > ObjectStore.MaxObjectLength)
                {
                    throw HttpErrors.BadAnswer($"more than {ObjectStore.MaxObjectLength} bytes", key, _location);
                }
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }

        return done;
    }

    private async Task<long> LengthAsync(ObjectKey key, CancellationToken cancellationToken)
    {
        using var wait = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        using HttpResponseMessage response = await SendAsync(HttpMethod.Head, key, null, wait).ConfigureAwait(false);
        if (response.StatusCode != HttpStatusCode.OK)
        {
            throw HttpErrors.OfStatus(response.StatusCode, key, _location);
        }

        RequirePlain(response, key);
        return response.Content.Headers.ContentLength ?? throw HttpErrors.BadAnswer("no length of it", key, _location);
    }

    private void Locate(HttpTransfer transfer, long length, ObjectKey key)
    {
        if (!transfer.Locate(length))
        {
            throw HttpErrors.BadAnswer("another length of it than before", key, _location);
        }
    }

    private void RequirePlain(HttpResponseMessage response, ObjectKey key)
    {
        if (response.Content.Headers.ContentEncoding.Any(encoding => !PlainEncodings.Contains(encoding)))
        {
            throw HttpErrors.Encoded(key, _location);
        }
    }
}
