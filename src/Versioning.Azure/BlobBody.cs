using System.Net.Http.Headers;
using Azure.Storage.Blobs.Models;
using Versioning.Storage;

namespace Versioning.Azure;

/// <summary>Takes the bytes of an answer to a ranged read, exactly those that were asked for.</summary>
internal static class BlobBody
{
    /// <param name="result">The answer; the client goes on by itself where its body breaks off.</param>
    /// <param name="offset">The first byte that was asked for.</param>
    /// <param name="destination">Where the bytes go; not empty.</param>
    /// <param name="wrong">Makes the exception for an answer to something else.</param>
    /// <param name="cancellationToken">Ends the read.</param>
    internal static async Task<ObjectRead> ReadAsync(
        BlobDownloadStreamingResult result, long offset, Memory<byte> destination, Func<string, Exception> wrong, CancellationToken cancellationToken)
    {
        if (!ContentRangeHeaderValue.TryParse(result.Details.ContentRange, out ContentRangeHeaderValue? range) || range is not { Length: { } length, From: { } from } || from != offset)
        {
            throw wrong($"the server answered with another range than the one from {offset}");
        }

        int count = (int)Math.Min(destination.Length, length - offset);
        int done = await result.Content.ReadAtLeastAsync(destination[..count], count, throwOnEndOfStream: false, cancellationToken).ConfigureAwait(false);
        return done == count ? new(length, count) : throw wrong($"the answer ended after {done} of {count} bytes");
    }
}
