using System.Globalization;
using Amazon.S3.Model;
using Versioning.Storage;

namespace Versioning.S3;

/// <summary>Reads ranges of objects; where the bytes break off or stop coming, it asks for the rest.</summary>
internal sealed class RangeReader(S3Requests requests, TimeSpan stallTimeout)
{
    // Beyond any object; some servers can't count as far as the largest offset.
    private const long BeyondAnyObject = 1L << 53;

    internal async ValueTask<ObjectRead?> ReadAsync(ObjectKey key, long offset, Memory<byte> destination, CancellationToken cancellationToken)
    {
        // From further before the end than there is room for: the server would send the end as well.
        bool needsLength = destination.Length == 0 || offset < -destination.Length || offset >= BeyondAnyObject;
        long start = offset;
        if (needsLength)
        {
            if ((await requests.HeadAsync(key, cancellationToken).ConfigureAwait(false))?.ContentLength is not { } length)
            {
                return null;
            }

            (start, int count) = ObjectStore.ResolveRange(length, offset, destination.Length);
            if (count == 0)
            {
                return new(length, 0);
            }

            destination = destination[..count];
        }

        return await ReadAsync(new RangeRead(key, start, destination), cancellationToken).ConfigureAwait(false);
    }

    private async Task<ObjectRead?> ReadAsync(RangeRead read, CancellationToken cancellationToken)
    {
        for (int attempt = 0; ; attempt++)
        {
            GetObjectResponse response;
            try
            {
                response = await requests.SendAsync(
                    read.Key.Value,
                    0,
                    e => S3Requests.IsAbsent(e) || S3Requests.IsBeyondEnd(e),
                    (client, token) => client.GetObjectAsync(new GetObjectRequest { BucketName = requests.Bucket, Key = requests.Prefix + read.Key.Value, ByteRange = read.Rest() }, token),
                    cancellationToken).ConfigureAwait(false);
            }
            catch (Exception e) when (S3Requests.IsAbsent(e))
            {
                return read.Done == 0 ? null : throw Changed(read, "it is gone");
            }
            catch (Exception e) when (S3Requests.IsBeyondEnd(e))
            {
                return await BeyondEndAsync(read, cancellationToken).ConfigureAwait(false);
            }

            using (response)
            {
                Begin(read, response);
                try
                {
                    await FillAsync(read, response.ResponseStream, cancellationToken).ConfigureAwait(false);
                    return new(read.ObjectLength, read.Wanted);
                }
                catch (Exception) when (cancellationToken.IsCancellationRequested)
                {
                    throw new OperationCanceledException(cancellationToken);
                }
                catch (Exception e) when (requests.Translate(e, read.Key.Value) is not null)
                {
                    if (attempt >= requests.MaxRetries)
                    {
                        throw S3Errors.BrokenOff(read.Key.Value, requests.Location, read.Done, read.Wanted, requests.MaxRetries, e);
                    }
                }
            }

            await S3Requests.PauseAsync(attempt, cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task FillAsync(RangeRead read, Stream body, CancellationToken cancellationToken)
    {
        using var stall = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        while (read.Done < read.Wanted)
        {
            stall.CancelAfter(stallTimeout);
            int count;
            try
            {
                count = await body.ReadAsync(read.Room(), stall.Token).ConfigureAwait(false);
            }
            catch (OperationCanceledException e)
            {
                throw new TimeoutException(string.Create(CultureInfo.InvariantCulture, $"No byte came for {stallTimeout.TotalSeconds} s."), e);
            }

            read.Done += count > 0 ? count : throw new EndOfStreamException("The answer ended early.");
        }
    }

    /// <summary>Takes from an answer which bytes of which object follow, and that they are those that were asked for.</summary>
    private void Begin(RangeRead read, GetObjectResponse response)
    {
        long first = 0, length = response.ContentLength;
        if (response.ContentRange is { Length: > 0 } text && !TryParse(text, out first, out length))
        {
            throw S3Errors.Odd(read.Key.Value, requests.Location, $"the server sends the range '{text}'.", transient: true);
        }

        if (read.IsBegun && (length != read.ObjectLength || response.ETag != read.Tag))
        {
            throw Changed(read, "another object stands in its place");
        }

        if (!read.IsBegun)
        {
            read.Begin(length, response.ETag);
        }

        if (first != read.Next && read.Wanted > 0)
        {
            throw S3Errors.Odd(read.Key.Value, requests.Location, $"the server sends bytes from {first} on instead of {read.Next}: it does not honour ranges.");
        }
    }

    /// <summary>Nothing lies where the read begins: the object ends before, or is empty.</summary>
    private async Task<ObjectRead?> BeyondEndAsync(RangeRead read, CancellationToken cancellationToken)
    {
        if ((await requests.HeadAsync(read.Key, cancellationToken).ConfigureAwait(false))?.ContentLength is not { } length)
        {
            return null;
        }

        return !read.IsBegun && ObjectStore.ResolveRange(length, read.Offset, read.Destination.Length).Count == 0
            ? new(length, 0)
            : throw Changed(read, $"it has {length} bytes and yet nothing at {read.Offset}");
    }

    private StoreUnavailableException Changed(RangeRead read, string how) => new(
        "object_changed", $"'{read.Key}' in {requests.Location} changed while it was read: {how}.", "Objects never change: find out what else writes to this bucket, then run a verification.");

    private static bool TryParse(string text, out long first, out long length)
    {
        const string unit = "bytes ";
        int dash = text.IndexOf('-', StringComparison.Ordinal), slash = text.IndexOf('/', StringComparison.Ordinal);
        (first, length) = (0, 0);
        return text.StartsWith(unit, StringComparison.Ordinal) && dash > unit.Length && slash > dash
            && long.TryParse(text.AsSpan(unit.Length..dash), NumberStyles.None, CultureInfo.InvariantCulture, out first)
            && long.TryParse(text.AsSpan(slash + 1), NumberStyles.None, CultureInfo.InvariantCulture, out length)
            && length > first;
    }
}
