using Azure.Storage.Blobs;
using Versioning.Azure;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Stores in Azure containers for <see cref="VersioningBuilder"/>.</summary>
public static class AzureVersioningBuilderExtensions
{
    /// <summary>A store at <c>azure://account/container/prefix</c>, with credentials as the options and the environment give them.</summary>
    /// <param name="builder">The store's registration.</param>
    /// <param name="location">The account, the container, which exists, and, if wanted, a prefix. Holds no secret.</param>
    /// <param name="options">How it is reached; null: as the environment says.</param>
    public static VersioningBuilder UseAzureBlobs(this VersioningBuilder builder, string location, AzureStoreOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentException.ThrowIfNullOrWhiteSpace(location);
        return builder.UseStore(_ => AzureObjectStore.Open(location, options));
    }

    /// <summary>A store in a container that the application has a client for, such as one of a registered <see cref="BlobServiceClient"/>.</summary>
    /// <param name="builder">The store's registration.</param>
    /// <param name="container">Gives the client.</param>
    /// <param name="prefix">What all blobs of the store begin with; empty for none.</param>
    /// <param name="options">How long a call of the client may take, and how often it is made where it takes longer; the rest is the client's own.</param>
    public static VersioningBuilder UseAzureBlobs(this VersioningBuilder builder, Func<IServiceProvider, BlobContainerClient> container, string prefix = "", AzureStoreOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(container);
        return builder.UseStore(services => new AzureObjectStore(container(services), prefix, options));
    }
}
