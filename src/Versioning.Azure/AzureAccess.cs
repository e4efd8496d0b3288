using Azure;
using Azure.Core;
using Azure.Storage;
using Azure.Storage.Blobs;

namespace Versioning.Azure;

/// <summary>Finds the credential for a location, and makes the client.</summary>
internal static class AzureAccess
{
    private const string ConnectionStringVariable = "AZURE_STORAGE_CONNECTION_STRING";
    private const string AccountVariable = "AZURE_STORAGE_ACCOUNT";
    private const string KeyVariable = "AZURE_STORAGE_KEY";
    private const string TokenVariable = "AZURE_STORAGE_SAS_TOKEN";

    internal static BlobContainerClient Open(AzureLocation location, AzureStoreOptions options) =>
        options.Container is { } own ? Same(location, own) : OpenService(location, options).GetBlobContainerClient(location.Container);

    private static BlobServiceClient OpenService(AzureLocation location, AzureStoreOptions options)
    {
        BlobClientOptions settings = AzureClientSettings.From(options);
        Uri endpoint = options.Endpoint ?? location.Endpoint;
        if (options.ConnectionString is { Length: > 0 } inCode)
        {
            return FromConnectionString(inCode, $"{nameof(AzureStoreOptions)}.{nameof(AzureStoreOptions.ConnectionString)}", location, settings);
        }

        if (options.Credential is { } credential)
        {
            return FromToken(credential, location, endpoint, settings);
        }

        if (Variable(ConnectionStringVariable) is { } connection)
        {
            return FromConnectionString(connection, ConnectionStringVariable, location, settings);
        }

        if (Variable(KeyVariable) is { } key)
        {
            RequireAccountOfEnvironment(location, KeyVariable);
            return FromKey(key, location, endpoint, settings);
        }

        if (Variable(TokenVariable) is { } token)
        {
            RequireAccountOfEnvironment(location, TokenVariable);
            RequireSecure(endpoint, location);
            return new(endpoint, new AzureSasCredential(token.TrimStart('?')), settings);
        }

        return AzureObjectStore.DefaultCredential is { } factory
            ? FromToken(factory(), location, endpoint, settings)
            : throw new StoreUnavailableException(
                "no_credentials",
                $"{location}: there is no credential for it.",
                $"Set {ConnectionStringVariable}, {KeyVariable} or {TokenVariable}, or in code {nameof(AzureStoreOptions)}.{nameof(AzureStoreOptions.Credential)} or {nameof(AzureObjectStore)}.{nameof(AzureObjectStore.DefaultCredential)}.");
    }

    private static BlobServiceClient FromConnectionString(string connection, string source, AzureLocation location, BlobClientOptions settings)
    {
        BlobServiceClient client;
        try
        {
            client = new(connection, settings);
        }
        catch (Exception e) when (e is FormatException or ArgumentException or InvalidOperationException)
        {
            // The client's message may repeat parts of it.
            throw new StoreUnavailableException("invalid_credential", $"{location}: {source} is not a connection string of Azure Storage.", "Copy it anew: az storage account show-connection-string");
        }

        string account = AccountOf(connection) ?? client.AccountName;
        string named = location.IsFullHost ? client.Uri.Authority : account;
        return named == location.Host ? client : throw OtherAccount(location, source, named);
    }

    private static BlobServiceClient FromKey(string key, AzureLocation location, Uri endpoint, BlobClientOptions settings)
    {
        try
        {
            return new(endpoint, new StorageSharedKeyCredential(location.Account, key), settings);
        }
        catch (FormatException)
        {
            throw new StoreUnavailableException("invalid_credential", $"{location}: {KeyVariable} is not a key of a storage account.", "Copy it anew: az storage account keys list");
        }
    }

    private static BlobServiceClient FromToken(TokenCredential credential, AzureLocation location, Uri endpoint, BlobClientOptions settings) =>
        endpoint.Scheme == "https"
            ? new(endpoint, new NamedCredential(credential, location.ToString()), settings)
            : throw Insecure(location);

    private static BlobContainerClient Same(AzureLocation location, BlobContainerClient own)
    {
        string named = location.IsFullHost ? own.Uri.Authority : own.AccountName;
        return own.Name != location.Container
            ? throw new StoreUnavailableException("other_account", $"{location}: the client is for the container '{own.Name}'.", "Name the container that the client is for.")
            : named == location.Host ? own : throw OtherAccount(location, "the client", named);
    }

    /// <summary>A key or token of one account is not sent to another.</summary>
    private static void RequireAccountOfEnvironment(AzureLocation location, string source)
    {
        if (Variable(AccountVariable) is { } account && account != location.Account)
        {
            throw OtherAccount(location, $"{AccountVariable}, and so {source},", account);
        }
    }

    private static void RequireSecure(Uri endpoint, AzureLocation location)
    {
        if (endpoint.Scheme != "https" && !endpoint.IsLoopback)
        {
            throw Insecure(location);
        }
    }

    private static string? AccountOf(string connection) => connection.Split(';', StringSplitOptions.TrimEntries)
        .Where(part => part.StartsWith("AccountName=", StringComparison.OrdinalIgnoreCase))
        .Select(part => part["AccountName=".Length..])
        .FirstOrDefault();

    private static string? Variable(string name) => Environment.GetEnvironmentVariable(name) is { } value && !string.IsNullOrWhiteSpace(value) ? value.Trim() : null;

    private static StoreUnavailableException OtherAccount(AzureLocation location, string source, string account) => new(
        "other_account", $"{location}: {source} is for '{account}', not for '{location.Host}'.", "Name that account in the location, or set a credential of the account that it names.");

    private static StoreUnavailableException Insecure(AzureLocation location) => new(
        "insecure_endpoint", $"{location}: its endpoint is http, and a token would travel in the clear.", "Use https; an emulator takes AZURE_STORAGE_CONNECTION_STRING.");
}
