using Amazon.S3;
using Versioning.S3;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Stores in S3 buckets for <see cref="VersioningBuilder"/>.</summary>
public static class S3VersioningBuilderExtensions
{
    /// <summary>
    /// A store at <c>s3://bucket/prefix</c>: through the <see cref="IAmazonS3"/> that the application registered, if there
    /// is one and the options do not say otherwise, else with what the environment gives.
    /// </summary>
    /// <param name="builder">The store's registration.</param>
    /// <param name="location">The bucket, which exists, and, if wanted, a prefix. Holds no secret.</param>
    /// <param name="options">How it is reached; null: as above.</param>
    public static VersioningBuilder UseS3(this VersioningBuilder builder, string location, S3StoreOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentException.ThrowIfNullOrWhiteSpace(location);
        return builder.UseStore(services => S3ObjectStore.Open(location, options ?? new S3StoreOptions { Client = services.GetService<IAmazonS3>() }));
    }
}
