using System.Globalization;

namespace Versioning.S3;

/// <summary>
/// Gives up an attempt in which nothing happens for too long: bytes that are not taken, an answer that does not come or
/// does not end. The client sees a broken connection and sends again. What an object holds is left to the reader.
/// </summary>
internal sealed class AttemptLimit(TimeSpan limit, HttpMessageHandler inner, TimeProvider? time = null) : DelegatingHandler(inner)
{
    private const int LongestAnswer = 16 * 1024 * 1024;

    // Fits into the buffers of a connection, so that an early refusal can't be lost over it; asking first costs a round trip.
    private const int SentUnasked = 64 * 1024;

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        using var timer = new CancellationTokenSource(limit, time ?? TimeProvider.System);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, timer.Token);
        if (request.Content is { } content)
        {
            request.Headers.ExpectContinue &= content.Headers.ContentLength > SentUnasked;
            request.Content = new WatchedContent(content, () => Restart(timer));
        }

        HttpResponseMessage? response = null;
        try
        {
            response = await base.SendAsync(request, either.Token).ConfigureAwait(false);
            if (!HoldsObject(request, response))
            {
                await response.Content.LoadIntoBufferAsync(LongestAnswer, either.Token).ConfigureAwait(false);
            }

            return response;
        }
        catch (OperationCanceledException e) when (!cancellationToken.IsCancellationRequested)
        {
            response?.Dispose();
            throw new IOException(string.Create(CultureInfo.InvariantCulture, $"Nothing was heard from {request.RequestUri?.Host} for {limit.TotalSeconds} s."), e);
        }
        catch
        {
            response?.Dispose();
            throw;
        }
    }

    private static bool HoldsObject(HttpRequestMessage request, HttpResponseMessage response) =>
        request.Method == HttpMethod.Head
        || (request.Method == HttpMethod.Get && response.IsSuccessStatusCode && request.RequestUri?.Query.Contains("list-type=", StringComparison.Ordinal) != true);

    private void Restart(CancellationTokenSource timer)
    {
        try
        {
            timer.CancelAfter(limit);
        }
        catch (ObjectDisposedException)
        {
            // The answer came before the last byte was sent.
        }
    }
}
