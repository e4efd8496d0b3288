using Amazon.Runtime;
using Amazon.S3;

namespace Versioning.S3;

/// <summary>How a bucket is reached. What is not set comes from the chains of the AWS SDK: environment, profiles, the machine's role.</summary>
public sealed class S3StoreOptions
{
    /// <summary>
    /// A client of the caller's, who disposes it after the store; region, endpoint, path style, credentials and retries
    /// are then the client's own, these within <see cref="RequestTimeout"/>: a call that takes longer, whatever the client
    /// waits for, is made anew, <see cref="MaxRetries"/> times. Default: the store makes one and disposes it.
    /// </summary>
    public IAmazonS3? Client { get; init; }

    /// <summary>The region, such as <c>eu-west-1</c>. Default: <c>AWS_REGION</c>, a profile, the machine's; with an endpoint of one's own <c>us-east-1</c>.</summary>
    public string? Region { get; init; }

    /// <summary>The endpoint of a server other than AWS. Default: <c>AWS_ENDPOINT_URL_S3</c>, <c>AWS_ENDPOINT_URL</c>, a profile's <c>endpoint_url</c>; else AWS.</summary>
    public Uri? ServiceUrl { get; init; }

    /// <summary>Whether the bucket stands in the path instead of the host's name. Default: where the endpoint is one's own.</summary>
    public bool? ForcePathStyle { get; init; }

    /// <summary>The credentials. Default: <c>AWS_ACCESS_KEY_ID</c> and <c>AWS_SECRET_ACCESS_KEY</c>, <c>AWS_PROFILE</c>, web identity, the machine's role.</summary>
    public AWSCredentials? Credentials { get; init; }

    /// <summary>How long one attempt of a request waits for its answer, and, while it sends, for the next bytes to be taken. Default: 60 seconds.</summary>
    public TimeSpan RequestTimeout { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>How long a read waits for the next bytes of an object before it asks for the rest anew. Default: 30 seconds.</summary>
    public TimeSpan StallTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How often a failed request is sent again, and how often a read that broke off goes on. Default: 4.</summary>
    public int MaxRetries { get; init; } = 4;

    internal void Validate()
    {
        RequirePositive(RequestTimeout, nameof(RequestTimeout));
        RequirePositive(StallTimeout, nameof(StallTimeout));
        if (MaxRetries is < 0 or > 100)
        {
            throw new VersioningException("invalid_option", $"{nameof(MaxRetries)} is {MaxRetries}; it is 0 to 100.");
        }

        if (Region is { } region && (region.Length is 0 or > 64 || !region.All(c => char.IsAsciiLetterOrDigit(c) || c == '-')))
        {
            throw new VersioningException("invalid_option", $"{nameof(Region)} '{region}' is not the name of a region.", "Use a name such as eu-west-1.");
        }

        if (ServiceUrl is { } url && (!url.IsAbsoluteUri || url.Scheme is not ("http" or "https") || url.UserInfo.Length > 0 || url.Query.Length > 0 || url.Fragment.Length > 0))
        {
            throw new VersioningException("invalid_option", $"{nameof(ServiceUrl)} is not the http or https address of a server alone.", "Give it as https://host:port, with no user, password or query in it.");
        }

        if (Client is not null && (Region is not null || ServiceUrl is not null || ForcePathStyle is not null || Credentials is not null))
        {
            throw new VersioningException("invalid_option", $"With a {nameof(Client)} of your own, region, endpoint, path style and credentials are the client's.", "Set them where the client is made.");
        }
    }

    // The longest time that a timer takes is about 49 days.
    private static void RequirePositive(TimeSpan value, string name)
    {
        if (value <= TimeSpan.Zero || value > TimeSpan.FromDays(1))
        {
            throw new VersioningException("invalid_option", $"{name} is {value}; it is more than nothing and at most a day.");
        }
    }
}
