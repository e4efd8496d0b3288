using System.Net;
using Amazon.Runtime;
using Amazon.S3;
using Amazon.S3.Model;
using Versioning.Storage;

namespace Versioning.S3;

/// <summary>Sends requests to one bucket: each ends, and what goes wrong is told in this library's words.</summary>
internal sealed class S3Requests(IAmazonS3 client, S3Location place, CallLimits limits)
{
    private readonly string? _endpoint = client.Config.ServiceURL;

    internal string Bucket => place.Bucket;

    internal string Prefix => place.Prefix;

    internal string Location { get; } = place.ToString();

    internal int MaxRetries => limits.MaxRetries;

    /// <summary>Whether the connection itself says that bytes arrive as they were sent.</summary>
    internal bool IsEncrypted => _endpoint is null ? client.Config is not { UseHttp: true } : _endpoint.StartsWith("https:", StringComparison.OrdinalIgnoreCase);

    /// <summary>Sends one request, which the client repeats within its budget; <paramref name="send"/> may run again.</summary>
    /// <param name="name">The key or prefix that it is about, for messages.</param>
    /// <param name="length">How many bytes it sends.</param>
    /// <param name="isValue">Which refusals mean something to who sends it: they are thrown as they are.</param>
    /// <param name="send">Sends it.</param>
    /// <param name="cancellationToken">The caller's.</param>
    internal async Task<T> SendAsync<T>(string name, long length, Func<Exception, bool> isValue, Func<IAmazonS3, CancellationToken, Task<T>> send, CancellationToken cancellationToken)
    {
        for (int call = 1; ; call++)
        {
            using var timer = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            timer.CancelAfter(limits.OfCall(length));
            try
            {
                return await send(client, timer.Token).ConfigureAwait(false);
            }
            catch (Exception) when (cancellationToken.IsCancellationRequested)
            {
                throw new OperationCanceledException(cancellationToken);
            }
            catch (Exception) when (timer.IsCancellationRequested && call < limits.Calls)
            {
                // Nothing came of this call in its time: the next may fare better.
            }
            catch (Exception e) when (!isValue(e) && Translate(e, name) is { } translated)
            {
                throw translated;
            }
        }
    }

    /// <summary>What the server says about an object without sending it; null where there is none.</summary>
    internal async Task<GetObjectMetadataResponse?> HeadAsync(ObjectKey key, CancellationToken cancellationToken)
    {
        try
        {
            return await SendAsync(key.Value, 0, IsAbsent, (client, token) => client.GetObjectMetadataAsync(Bucket, Prefix + key.Value, token), cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (IsAbsent(e))
        {
            return null;
        }
    }

    internal StoreUnavailableException? Translate(Exception error, string name) => S3Errors.Translate(error, name, Location, _endpoint);

    /// <summary>Waits before a repetition of our own, longer each time.</summary>
    internal static Task PauseAsync(int attempt, CancellationToken cancellationToken) =>
        Task.Delay(TimeSpan.FromMilliseconds(Random.Shared.NextDouble() * (50 << Math.Min(attempt, 6))), TimeProvider.System, cancellationToken);

    internal static bool IsAbsent(Exception error) => error is AmazonServiceException { StatusCode: HttpStatusCode.NotFound, ErrorCode: not "NoSuchBucket" };

    internal static bool IsThere(Exception error) => error is AmazonServiceException { StatusCode: HttpStatusCode.PreconditionFailed };

    internal static bool IsBeingWritten(Exception error) =>
        error is AmazonServiceException { StatusCode: HttpStatusCode.Conflict, ErrorCode: "ConditionalRequestConflict" or "OperationAborted" };

    internal static bool IsBeyondEnd(Exception error) => error is AmazonServiceException { StatusCode: HttpStatusCode.RequestedRangeNotSatisfiable };
}
