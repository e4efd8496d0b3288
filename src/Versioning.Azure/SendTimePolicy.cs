using Azure.Core;
using Azure.Core.Pipeline;

namespace Versioning.Azure;

/// <summary>Gives a request time for what it sends: a timeout that suits a short one would end every pack on a slow line.</summary>
internal sealed class SendTimePolicy(AzureLimits limits) : HttpPipelineSynchronousPolicy
{
    /// <inheritdoc/>
    public override void OnSendingRequest(HttpMessage message)
    {
        if (message.Request.Content is { } content && content.TryComputeLength(out long length))
        {
            message.NetworkTimeout = limits.OfTry(length);
        }
    }
}
