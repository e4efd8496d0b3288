using System.Buffers;
using Azure.Storage.Blobs;
using Versioning.Storage;

namespace Versioning.Azure;

/// <summary>What <c>azure://account/container/prefix</c> names.</summary>
/// <param name="Host">The account's name, or the full name of its host, with a port where it has one.</param>
/// <param name="Container">The container.</param>
/// <param name="Prefix">What every key begins with; empty, or without separators at its ends.</param>
internal sealed record AzureLocation(string Host, string Container, string Prefix)
{
    private const string Scheme = "azure://";
    private const string PublicCloud = ".blob.core.windows.net";

    // Azure's names have at most 1,024 characters, and a key may have 512.
    private const int MaxPrefix = 500;

    private const string Form = "Use azure://account/container/prefix, or the full host name of the account instead of its name; the prefix may be left out.";

    private static readonly SearchValues<char> AccountCharacters = SearchValues.Create("abcdefghijklmnopqrstuvwxyz0123456789");
    private static readonly SearchValues<char> HostCharacters = SearchValues.Create("abcdefghijklmnopqrstuvwxyz0123456789.-");
    private static readonly SearchValues<char> ContainerCharacters = SearchValues.Create("abcdefghijklmnopqrstuvwxyz0123456789-");

    /// <summary>Whether the host is given in full.</summary>
    internal bool IsFullHost => Host.Contains('.', StringComparison.Ordinal);

    /// <summary>The account's name.</summary>
    internal string Account => Host.Split('.', ':')[0];

    /// <summary>Where the account answers.</summary>
    internal Uri Endpoint => new($"https://{(IsFullHost ? Host : Host + PublicCloud)}/");

    /// <summary>The name of the blob of a key, or of the prefix of keys.</summary>
    internal string BlobName(string key) => Prefix.Length == 0 ? key : $"{Prefix}/{key}";

    /// <inheritdoc/>
    public override string ToString() => BlobName("") is { Length: > 0 } prefix ? $"{Scheme}{Host}/{Container}/{prefix[..^1]}" : $"{Scheme}{Host}/{Container}";

    /// <summary>Reads a location; what is refused is not repeated, because it may hold a secret.</summary>
    internal static AzureLocation Parse(string location)
    {
        ArgumentException.ThrowIfNullOrEmpty(location);
        if (location.AsSpan().IndexOfAny('@', '?', '#') >= 0)
        {
            throw new VersioningException(
                "secret_in_uri",
                "A location of an Azure store has no user, query or fragment: it is written to files and logs, so it must not hold a key or a token.",
                "Give the account, container and prefix alone, and the credential by AZURE_STORAGE_SAS_TOKEN, AZURE_STORAGE_KEY or AZURE_STORAGE_CONNECTION_STRING. Renew one that was written down.");
        }

        string[] parts = location.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase) ? location[Scheme.Length..].Split('/', 3) : [];
        return parts.Length >= 2
            ? Create(parts[0].ToLowerInvariant(), parts[1], parts.Length == 3 ? parts[2].TrimEnd('/') : "")
            : throw Invalid("it names no container");
    }

    /// <summary>What a client and a prefix name.</summary>
    internal static AzureLocation Of(BlobContainerClient container, string prefix)
    {
        string account = container.AccountName ?? "";
        bool byName = account.Length > 0 && (IsEmulator(container.Uri, account) || container.Uri.Authority == account + PublicCloud);
        return Create(byName ? account : container.Uri.Authority, container.Name, prefix, mayBeAnyHost: true);
    }

    private static AzureLocation Create(string host, string container, string prefix, bool mayBeAnyHost = false)
    {
        if (!mayBeAnyHost && !IsAccount(host) && !IsHost(host))
        {
            throw Invalid("what stands for the account is neither an account's name (3 to 24 small letters and digits) nor the full name of a host");
        }

        if (container.Length is < 3 or > 63 || container.AsSpan().ContainsAnyExcept(ContainerCharacters))
        {
            throw Invalid("the container's name is not one (3 to 63 small letters, digits and hyphens)");
        }

        return prefix.Length == 0 || (prefix.Length <= MaxPrefix && ObjectKey.IsValid(prefix))
            ? new(host, container, prefix)
            : throw Invalid($"the prefix is not one (up to {MaxPrefix} of A-Z a-z 0-9 . _ - in parts separated by single slashes, none of them . or ..)");
    }

    private static bool IsAccount(string host) => host.Length is >= 3 and <= 24 && !host.AsSpan().ContainsAnyExcept(AccountCharacters);

    private static bool IsHost(string host)
    {
        int colon = host.IndexOf(':', StringComparison.Ordinal);
        string name = colon < 0 ? host : host[..colon];
        return name.Contains('.', StringComparison.Ordinal)
            && !name.AsSpan().ContainsAnyExcept(HostCharacters)
            && Uri.CheckHostName(name) == UriHostNameType.Dns
            && (colon < 0 || ushort.TryParse(host.AsSpan(colon + 1), System.Globalization.NumberStyles.None, null, out _));
    }

    // An emulator has the account in the path.
    private static bool IsEmulator(Uri uri, string account) => uri.AbsolutePath.StartsWith($"/{account}/", StringComparison.Ordinal);

    private static VersioningException Invalid(string why) => new(
        "invalid_location", $"This is not the location of an Azure store: {why}.", $"{Form} An emulator is named by its account, and its address comes from AZURE_STORAGE_CONNECTION_STRING.");
}
