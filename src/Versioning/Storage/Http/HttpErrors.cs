using System.Net;
using System.Net.Sockets;
using System.Security.Authentication;

namespace Versioning.Storage.Http;

/// <summary>Says what an answer that is no answer, or none at all, means for a store and what to do about it.</summary>
internal static class HttpErrors
{
    /// <summary>The exception to throw instead, or null for what is not the network's.</summary>
    internal static StoreUnavailableException? Translate(Exception error, ObjectKey key, string location) => error switch
    {
        StoreUnavailableException known => known,
        OperationCanceledException => new("store_unavailable", $"'{key}' in {location}: the server did not answer in time.", "Check the network; the same may succeed later.", error, transient: true),
        HttpRequestException { HttpRequestError: HttpRequestError.SecureConnectionError, InnerException: AuthenticationException } => new(
            "store_unavailable", $"'{key}' in {location}: no secure connection could be made: {error.InnerException!.Message}", "Check the server's certificate and the address.", error),
        HttpRequestException { InnerException: SocketException { SocketErrorCode: SocketError.HostNotFound } } => new(
            "store_unavailable", $"{location}: there is no such host.", "Check the address.", error),
        HttpRequestException { HttpRequestError: HttpRequestError.InvalidResponse or HttpRequestError.ConfigurationLimitExceeded } => new(
            "bad_answer", $"'{key}' in {location}: {error.Message}", "Check that the address is that of a web server.", error),
        HttpRequestException or IOException => new(
            "store_unavailable", $"'{key}' in {location}: {error.Message}", "Check the network; the same may succeed later.", error, transient: true),
        _ => null,
    };

    /// <summary>What a status means that neither brings bytes nor says that there are none.</summary>
    internal static StoreUnavailableException OfStatus(HttpStatusCode status, ObjectKey key, string location) => (int)status switch
    {
        401 or 403 or 407 => new(
            "access_denied", $"'{key}' in {location}: the server refuses to show it ({(int)status}).", "Check the address: many buckets say the same where there is no store. Reading has to be allowed to everyone; otherwise use s3:// or azure://."),
        >= 300 and < 400 => new(
            "redirect_refused", $"'{key}' in {location}: the server redirects ({(int)status}) to where it is not followed.", "Name the address that it leads to. From https:// none is followed to http://."),
        408 or 425 or 429 => Transient(status, key, location),
        >= 500 and not (501 or 505) => Transient(status, key, location),
        _ => BadAnswer($"status {(int)status}", key, location),
    };

    internal static StoreUnavailableException BadAnswer(string what, ObjectKey key, string location) =>
        new("bad_answer", $"'{key}' in {location}: the server answers with {what}, which is not what a file is read with.", "Check that the address is that of a store, served as plain files.");

    internal static StoreUnavailableException Encoded(ObjectKey key, string location) =>
        new("content_encoding", $"'{key}' in {location}: the server sends it encoded, although it was asked not to.", "Switch compression off for this address.");

    internal static StoreUnavailableException Short(ObjectKey key, string location) =>
        new("store_unavailable", $"'{key}' in {location}: the server ends before all bytes came.", "Check the network; the same may succeed later.", transient: true);

    private static StoreUnavailableException Transient(HttpStatusCode status, ObjectKey key, string location) =>
        new("store_unavailable", $"'{key}' in {location}: the server is not able to answer now ({(int)status}).", "The same may succeed later.", transient: true);
}
