using Amazon;
using Amazon.Runtime;
using Amazon.Runtime.CredentialManagement;
using Amazon.S3;

namespace Versioning.S3;

/// <summary>Makes the SDK's client from options and from the SDK's own chains.</summary>
internal static class S3ClientFactory
{
    private const int SendBuffer = 128 * 1024;

    // What servers other than AWS take when nobody configured a region.
    private const string RegionOfAnEndpoint = "us-east-1";

    internal static IAmazonS3 Create(S3StoreOptions options, S3Location location)
    {
        try
        {
            AmazonS3Config config = Configure(options, location);
            return options.Credentials is { } credentials ? new AmazonS3Client(credentials, config) : new AmazonS3Client(config);
        }
        catch (Exception e) when (S3Errors.Translate(e, "", location.ToString(), null) is { } translated)
        {
            throw translated;
        }
    }

    private static AmazonS3Config Configure(S3StoreOptions options, S3Location location)
    {
        var config = new AmazonS3Config
        {
            RetryMode = RequestRetryMode.Standard,
            MaxErrorRetry = options.MaxRetries,

            // One budget for each request, whatever becomes of others.
            ThrottleRetries = false,
            MaxStaleConnectionRetries = 0,
            BufferSize = SendBuffer,
            HttpClientFactory = new LimitedHttpClientFactory(options.RequestTimeout),
        };
        string? endpoint = options.ServiceUrl?.AbsoluteUri ?? config.ServiceURL;
        if (endpoint is null)
        {
            if (options.Region is { } region)
            {
                config.RegionEndpoint = RegionEndpoint.GetBySystemName(region);
            }
            else if (config.RegionEndpoint is null)
            {
                throw S3Errors.NoRegion(location.ToString());
            }

            config.ForcePathStyle = options.ForcePathStyle ?? false;
            return config;
        }

        // Checksums beyond the signature's are sent in ways that servers other than AWS refuse.
        config.ServiceURL = endpoint;
        config.AuthenticationRegion = options.Region ?? ConfiguredRegion() ?? RegionOfAnEndpoint;
        config.ForcePathStyle = options.ForcePathStyle ?? true;
        config.RequestChecksumCalculation = RequestChecksumCalculation.WHEN_REQUIRED;
        config.ResponseChecksumValidation = ResponseChecksumValidation.WHEN_REQUIRED;
        return config;
    }

    /// <summary>Not the whole chain: its end asks the machine's metadata over the network, which an own endpoint has no need of.</summary>
    private static string? ConfiguredRegion()
    {
        if (Variable("AWS_REGION") is { } region)
        {
            return region;
        }

        string profile = Variable("AWS_PROFILE") ?? "default";
        return new CredentialProfileStoreChain().TryGetProfile(profile, out CredentialProfile found) ? found.Region?.SystemName : null;
    }

    private static string? Variable(string name) => Environment.GetEnvironmentVariable(name) is { Length: > 0 } value ? value : null;
}
