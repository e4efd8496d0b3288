using System.Runtime.CompilerServices;
using Amazon.S3.Model;

namespace Versioning.S3;

/// <summary>Everything in a bucket below a prefix, page by page, in byte order.</summary>
internal sealed class Listing(S3Requests requests, string prefix)
{
    internal async IAsyncEnumerable<S3Object> PagesAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        // No key has such a character, and not every one can be sent.
        if (!prefix.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '_' or '-' or '/'))
        {
            yield break;
        }

        string last = "";
        string? token = null;
        do
        {
            ListObjectsV2Response page = await PageAsync(token, cancellationToken).ConfigureAwait(false);
            foreach (S3Object found in page.S3Objects ?? [])
            {
                // What reads the journal relies on the order.
                if (string.CompareOrdinal(found.Key, last) <= 0 || !found.Key.StartsWith(requests.Prefix + prefix, StringComparison.Ordinal))
                {
                    throw S3Errors.Odd(prefix, requests.Location, $"the server lists '{found.Key}' behind '{last}'; keys are not in byte order, or not those that were asked for.");
                }

                last = found.Key;
                yield return found;
            }

            if (page.IsTruncated is true && (string.IsNullOrEmpty(page.NextContinuationToken) || page.NextContinuationToken == token))
            {
                throw S3Errors.Odd(prefix, requests.Location, "the server says that a list goes on, but not where.", transient: true);
            }

            token = page.IsTruncated is true ? page.NextContinuationToken : null;
        }
        while (token is not null);
    }

    private Task<ListObjectsV2Response> PageAsync(string? token, CancellationToken cancellationToken) => requests.SendAsync(
        prefix,
        0,
        static _ => false,
        (client, stop) => client.ListObjectsV2Async(new ListObjectsV2Request { BucketName = requests.Bucket, Prefix = requests.Prefix + prefix, ContinuationToken = token }, stop),
        cancellationToken);
}
