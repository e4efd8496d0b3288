using System.Net.Sockets;
using Azure;
using Azure.Storage.Blobs.Models;

namespace Versioning.Azure;

/// <summary>Says what an error of the Azure client means for a store and what to do about it.</summary>
/// <remarks>The client's own messages hold headers and signatures: nothing of them is passed on but the status, the code and the request's id.</remarks>
internal static class AzureErrors
{
    // The service itself allows 15 minutes; tokens may allow less.
    private static readonly TimeSpan AllowedSkew = TimeSpan.FromMinutes(5);

    /// <summary>Whether a create was refused because the key has an object.</summary>
    internal static bool IsThere(RequestFailedException error) =>
        // The last one: a credential that may create but not overwrite is told so before the condition is looked at.
        error.Status == 412 || error.ErrorCode == BlobErrorCode.BlobAlreadyExists || error.ErrorCode == BlobErrorCode.UnauthorizedBlobOverwrite;

    /// <summary>Whether there is no such object. An answer without the service's own code may come from anything on the way.</summary>
    internal static bool IsAbsent(RequestFailedException error) => error.ErrorCode == BlobErrorCode.BlobNotFound;

    /// <summary>Whether a range begins at or behind the end.</summary>
    internal static bool IsBehindTheEnd(RequestFailedException error) => error.Status == 416;

    /// <summary>Whether the service itself answered, and not a proxy or a sign-in page.</summary>
    internal static bool IsOfService(Response answer) => answer.Headers.Contains("x-ms-request-id");

    /// <summary>The exception to throw instead, or null for what says nothing about the store.</summary>
    /// <param name="error">What was thrown.</param>
    /// <param name="name">The key or the prefix that it was about.</param>
    /// <param name="location">The store.</param>
    internal static StoreUnavailableException? Translate(Exception error, string name, AzureLocation location)
    {
        string where = name.Length == 0 ? $"{location}" : $"'{name}' in {location}";
        return error switch
        {
            StoreUnavailableException known => known,
            // One for each try.
            AggregateException { InnerExceptions: [.., Exception last] } => Translate(last, name, location),
            RequestFailedException { Status: > 0 } answer => Answered(answer, where, location),
            OperationCanceledException or TimeoutException => new(
                "store_unavailable", $"{where}: no answer, or not all of it, within the time limit.", "Check the connection and try again; on a slow one set a longer request timeout.", transient: true),
            RequestFailedException or HttpRequestException or IOException or SocketException => new(
                "store_unavailable", $"{where}: the server can't be reached, or the connection broke ({Reason(error)}).", "Check the account's name, the network and a proxy, then try again.", transient: true),
            OutOfMemoryException => null,
            // What the client throws where it can't read an answer is of many types.
            _ => new("store_unavailable", $"{where}: the answer is not one of the Blob service ({error.GetType().Name}).", "Check the address, and for a proxy or a sign-in page that answers instead.", error, transient: true),
        };
    }

    /// <summary>An answer that is not what was asked for.</summary>
    internal static StoreUnavailableException WrongAnswer(string key, AzureLocation location, string what) =>
        new("store_unavailable", $"'{key}' in {location}: {what}.", "Check for a proxy that changes answers, then try again.", transient: true);

    /// <summary>A listing that is not in the order of the keys.</summary>
    internal static StoreUnavailableException Unordered(string prefix, AzureLocation location) => new(
        "unordered_listing",
        $"'{prefix}' in {location}: the listing is not in byte order.",
        "Use a storage account without a hierarchical namespace.");

    /// <summary>A credential that gives no token.</summary>
    internal static StoreUnavailableException NoToken(Exception error, string location) => new(
        "no_credentials",
        $"{location}: no token was to be had ({error.GetType().Name}).",
        "Sign in with 'az login', run with a managed identity, or set AZURE_STORAGE_CONNECTION_STRING, AZURE_STORAGE_KEY or AZURE_STORAGE_SAS_TOKEN.",
        error);

    private static StoreUnavailableException Answered(RequestFailedException error, string where, AzureLocation location)
    {
        string answer = $"{where}: the server answered {error.Status}{Code(error)}{RequestId(error)}";
        if (error.ErrorCode == BlobErrorCode.ContainerNotFound || error.ErrorCode == BlobErrorCode.ContainerBeingDeleted || error.ErrorCode == BlobErrorCode.ContainerDisabled)
        {
            return new(
                "container_not_found", $"{answer}: there is no container '{location.Container}'.",
                $"Make it with: az storage container create --name {location.Container} --account-name {location.Account}");
        }

        if (error.Status is 401 or 403)
        {
            return Denied(error, answer);
        }

        // A checksum that differs means that bytes were damaged on the way; below 400, something else answered.
        bool transient = error.Status is < 400 or 408 or 429 or >= 500 || error.ErrorCode == BlobErrorCode.Md5Mismatch;
        return new("store_unavailable", $"{answer}.", transient ? "Try again: the service is busy or has a fault, or something on the way has." : "Look up the code in the documentation of the Blob service.", transient: transient);
    }

    private static StoreUnavailableException Denied(RequestFailedException error, string answer)
    {
        if (Skew(error) is { } skew && skew.Duration() > AllowedSkew)
        {
            return new("clock_skew", $"{answer}; this machine's clock differs from the server's by {skew.Duration():d\\.hh\\:mm\\:ss}.", "Set the clock: requests are signed with the time.");
        }

        bool unknown = error.Status == 401 || error.ErrorCode == BlobErrorCode.AuthenticationFailed || error.ErrorCode == BlobErrorCode.InvalidAuthenticationInfo;
        return new(
            "access_denied",
            $"{answer}: {(unknown ? "the credential was not accepted" : "the credential may not do this")}.",
            unknown
                ? "Check the key or token: it may have expired or belong to another account."
                : "Give it the role 'Storage Blob Data Contributor' on the container, or a SAS token with the rights racwdl; check the account's network rules too.");
    }

    private static TimeSpan? Skew(RequestFailedException error) =>
        error.GetRawResponse()?.Headers.Date is { } date ? date - TimeProvider.System.GetUtcNow() : null;

    private static string Code(RequestFailedException error) =>
        error.ErrorCode is { Length: > 0 and <= 80 } code && code.All(char.IsAsciiLetterOrDigit) ? $" {code}" : "";

    private static string RequestId(RequestFailedException error) =>
        Guid.TryParse(error.GetRawResponse()?.Headers.RequestId, out Guid id) ? $" (request {id})" : "";

    private static string Reason(Exception error)
    {
        for (Exception? cause = error; cause is not null; cause = cause.InnerException)
        {
            if (cause is SocketException socket)
            {
                return $"{socket.SocketErrorCode}";
            }

            if (cause.InnerException is null && cause is HttpRequestException { HttpRequestError: not HttpRequestError.Unknown } or HttpIOException)
            {
                return $"{(cause as HttpRequestException)?.HttpRequestError ?? ((HttpIOException)cause).HttpRequestError}";
            }
        }

        return error.GetBaseException().GetType().Name;
    }
}
