using Azure.Core;
using Azure.Core.Pipeline;

namespace Versioning.Azure;

/// <summary>
/// Takes in what comes with an error answer, within the time of one try. The client would read it later, on a blocked
/// thread, without a limit and without another try: an answer that stalls there would hold the caller for ever.
/// </summary>
internal sealed class ErrorBodyPolicy(AzureLimits limits) : HttpPipelinePolicy
{
    // The service's own are below 2 KiB; what is longer is a page of something else and is cut off.
    private const int MaxLength = 64 * 1024;

    /// <inheritdoc/>
    public override async ValueTask ProcessAsync(HttpMessage message, ReadOnlyMemory<HttpPipelinePolicy> pipeline)
    {
        await ProcessNextAsync(message, pipeline).ConfigureAwait(false);
        if (message.Response.Status < 400 || message.Response.ContentStream is not { CanSeek: false } body)
        {
            return;
        }

        using var limit = CancellationTokenSource.CreateLinkedTokenSource(message.CancellationToken);
        limit.CancelAfter(limits.OfTry(0));
        byte[] taken = new byte[Math.Min(MaxLength, message.Response.Headers.ContentLengthLong ?? MaxLength)];
        int length = await body.ReadAtLeastAsync(taken, taken.Length, throwOnEndOfStream: false, limit.Token).ConfigureAwait(false);
        await body.DisposeAsync().ConfigureAwait(false);
        message.Response.ContentStream = new MemoryStream(taken, 0, length, writable: false, publiclyVisible: true);
    }

    /// <inheritdoc/>
    public override void Process(HttpMessage message, ReadOnlyMemory<HttpPipelinePolicy> pipeline) => ProcessNext(message, pipeline);
}
