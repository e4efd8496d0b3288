using Azure.Core;
using Azure.Core.Pipeline;
using Azure.Storage.Blobs;

namespace Versioning.Azure;

/// <summary>How an Azure container is reached; what is not set comes from the environment.</summary>
/// <remarks>
/// Credentials are looked for in this order: <see cref="Container"/>, <see cref="ConnectionString"/>,
/// <see cref="Credential"/>, then the environment variables <c>AZURE_STORAGE_CONNECTION_STRING</c>,
/// <c>AZURE_STORAGE_KEY</c> and <c>AZURE_STORAGE_SAS_TOKEN</c>, then <see cref="AzureObjectStore.DefaultCredential"/>.
/// A connection string must be one of the account that the location names, and so must <c>AZURE_STORAGE_ACCOUNT</c>
/// where a key or a token comes from the environment.
/// </remarks>
public sealed class AzureStoreOptions
{
    /// <summary>
    /// A client of your own for the container that the location names. Its own retries hold, within the time of one try:
    /// a call that takes longer, whatever the client waits for, is made anew, <see cref="MaxRetries"/> times.
    /// </summary>
    public BlobContainerClient? Container { get; init; }

    /// <summary>Where the account answers, without the container: for emulators and private addresses. Null: what the location says.</summary>
    public Uri? Endpoint { get; init; }

    /// <summary>Gives tokens of Microsoft Entra ID; needs an https endpoint.</summary>
    public TokenCredential? Credential { get; init; }

    /// <summary>A connection string; a secret, so it belongs in code that reads it from a vault, not in a file.</summary>
    public string? ConnectionString { get; init; }

    /// <summary>
    /// How long one try may go without an answer, or without one more byte of it; up to an hour. A request gets one
    /// second more for each 128 KiB that it sends.
    /// </summary>
    public TimeSpan RequestTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How many times a request is made again after a failure that may pass; up to 100. The pauses grow from 0.4 to 10 seconds.</summary>
    public int MaxRetries { get; init; } = 5;

    internal TimeSpan RetryDelay { get; init; } = TimeSpan.FromMilliseconds(400);

    internal HttpPipelineTransport? Transport { get; init; }

    internal int? PageSize { get; init; }

    internal AzureStoreOptions Validated()
    {
        Require(RequestTimeout > TimeSpan.Zero && RequestTimeout <= TimeSpan.FromHours(1), nameof(RequestTimeout), "more than zero and at most an hour");
        Require(MaxRetries is >= 0 and <= 100, nameof(MaxRetries), "0 to 100");
        Require(
            Endpoint is null || (Endpoint.IsAbsoluteUri && Endpoint.Scheme is "https" or "http" && Endpoint.UserInfo.Length + Endpoint.Query.Length + Endpoint.Fragment.Length == 0),
            nameof(Endpoint),
            "an http or https address without credentials");
        return this;
    }

    private static void Require(bool holds, string option, string what)
    {
        if (!holds)
        {
            throw new VersioningException("invalid_option", $"{nameof(AzureStoreOptions)}.{option} has to be {what}.");
        }
    }
}
