using System.Net;
using System.Security.Authentication;
using System.Xml;
using Amazon.Runtime;

namespace Versioning.S3;

/// <summary>Says what a failure of the SDK means for a store and what to do about it.</summary>
internal static class S3Errors
{
    private const string Later = "Do the same again later; nothing was damaged.";

    /// <summary>The exception to throw instead, or null for what is not the network's, the server's or the SDK's.</summary>
    /// <param name="error">What was thrown.</param>
    /// <param name="name">The key or the prefix that it was about; may be empty.</param>
    /// <param name="location">The store.</param>
    /// <param name="endpoint">The server, where it is one's own.</param>
    internal static StoreUnavailableException? Translate(Exception error, string name, string location, string? endpoint)
    {
        string where = Where(name, location);
        string server = endpoint ?? "AWS";
        return error switch
        {
            AmazonServiceException { StatusCode: not 0 } service => OfAnswer(service, where),
            HttpRequestException { HttpRequestError: HttpRequestError.NameResolutionError } => new(
                "store_unavailable", $"{where}: the name of {server} is not known here.", "Check the endpoint (AWS_ENDPOINT_URL_S3), the region and the network.", error, transient: true),
            _ when Has<AuthenticationException>(error) => new(
                "tls_failed", $"{where}: no trusted connection to {server} could be made: {Innermost(error).Message}", "Trust the server's certificate on this machine, or correct the endpoint.", error),
            HttpRequestException or IOException or TimeoutException or OperationCanceledException or ObjectDisposedException => new(
                "store_unavailable", $"{where}: {server} does not answer: {Innermost(error).Message}", $"Check the endpoint and the network. {Later}", error, transient: true),
            AmazonClientException when Speaks(error, "region") => NoRegion(location, error),
            AmazonClientException when Speaks(error, "credential") || Speaks(error, "profile") || Speaks(error, "SSO") => new(
                "no_credentials",
                $"{where}: no credentials for {server} were found, or they could not be renewed.",
                "Set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or name a profile in AWS_PROFILE, or log in again.",
                error),
            AmazonClientException or XmlException or FormatException or OverflowException or InvalidDataException => new("store_unavailable", $"{where}: the answer of {server} is damaged or not one of S3.", $"Check that the endpoint speaks S3. {Later}", error, transient: true),
            _ => null,
        };
    }

    internal static StoreUnavailableException NoRegion(string location, Exception? inner = null) => new(
        "no_region", $"{location}: no region is set.", "Set AWS_REGION to the bucket's region, or AWS_ENDPOINT_URL_S3 to a server of your own.", inner);

    /// <summary>An answer that no S3 server should give.</summary>
    internal static StoreUnavailableException Odd(string name, string location, string what, bool transient = false) => new(
        "unexpected_answer", $"{Where(name, location)}: {what}", "Check that the endpoint speaks S3 and that nothing between changes answers.", transient: transient);

    /// <summary>A read that broke off too often.</summary>
    internal static StoreUnavailableException BrokenOff(string name, string location, long got, long wanted, int retries, Exception inner) => new(
        "store_unavailable", $"{Where(name, location)}: reading broke off {Times(retries + 1)}; {got} of {wanted} bytes came. {Innermost(inner).Message}", $"Check the network. {Later}", inner, transient: true);

    /// <summary>A create that met another write of its key each time.</summary>
    internal static StoreUnavailableException BeingWritten(string name, string location, int attempts, Exception inner) => new(
        "store_unavailable", $"{Where(name, location)}: another write of it was under way {Times(attempts)}.", "Do the same again; nothing was damaged.", inner, transient: true);

    private static string Times(int count) => count == 1 ? "once" : $"{count} times";

    private static StoreUnavailableException OfAnswer(AmazonServiceException error, string where)
    {
        string said = $"{(int)error.StatusCode} {error.ErrorCode}: {error.Message}".TrimEnd(' ', ':');
        return (error.ErrorCode, error.StatusCode) switch
        {
            ("RequestTimeTooSkewed" or "RequestExpired", _) => new(
                "clock_skew", $"{where}: the server refuses requests because its clock differs from this machine's ({said})", "Set this machine's clock right, for example by NTP.", error),
            ("NoSuchBucket", _) => new("bucket_not_found", $"{where}: there is no such bucket.", "Create the bucket, or correct its name, the region or the endpoint.", error),
            ("PermanentRedirect" or "AuthorizationHeaderMalformed" or "IllegalLocationConstraintException", _) or (_, HttpStatusCode.MovedPermanently) => new(
                "wrong_region", $"{where}: the bucket is in another region ({said})", "Set AWS_REGION to the bucket's region.", error),
            ("InvalidAccessKeyId" or "SignatureDoesNotMatch" or "ExpiredToken" or "InvalidToken" or "TokenRefreshRequired", _) => new(
                "access_denied", $"{where}: the server does not accept the credentials ({said})", "Check the access key, its secret and that they have not expired.", error),
            (_, HttpStatusCode.Forbidden or HttpStatusCode.Unauthorized) => new(
                "access_denied", $"{where}: access is denied ({said})", "Allow s3:GetObject, s3:PutObject and s3:ListBucket (to collect garbage s3:DeleteObject too) on this bucket and prefix.", error),
            _ => new("store_unavailable", $"{where}: the server answers {said}", Later, error, IsTransient(error)),
        };
    }

    // A checksum that does not fit was damaged on the way; a conflict is a write by another that is under way.
    private static bool IsTransient(AmazonServiceException error) =>
        (int)error.StatusCode is >= 500 or 408 or 409 or 429 || error.ErrorCode is "SlowDown" or "RequestTimeout" or "BadDigest" or "XAmzContentSHA256Mismatch" or "IncompleteBody";

    private static string Where(string name, string location) => name.Length == 0 ? location : $"'{name}' in {location}";

    private static bool Speaks(Exception error, string of) => error.Message.Contains(of, StringComparison.OrdinalIgnoreCase);

    private static bool Has<T>(Exception error) where T : Exception
    {
        for (Exception? e = error; e is not null; e = e.InnerException)
        {
            if (e is T)
            {
                return true;
            }
        }

        return false;
    }

    private static Exception Innermost(Exception error) => error is OperationCanceledException || error.InnerException is null or OperationCanceledException ? error : Innermost(error.InnerException);
}
