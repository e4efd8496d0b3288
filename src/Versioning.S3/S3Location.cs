using Versioning.Storage;

namespace Versioning.S3;

/// <summary>A bucket, and the beginning that all keys in it have: empty, or with a separator at its end.</summary>
internal readonly record struct S3Location(string Bucket, string Prefix)
{
    private const string Scheme = "s3://";

    // S3 has keys of up to 1,024 bytes; ours have up to 512.
    private const int LongestPrefix = 500;

    private static readonly System.Buffers.SearchValues<char> BucketCharacters =
        System.Buffers.SearchValues.Create("abcdefghijklmnopqrstuvwxyz0123456789.-");

    public override string ToString() => Prefix.Length == 0 ? $"{Scheme}{Bucket}" : $"{Scheme}{Bucket}/{Prefix[..^1]}";

    /// <summary>Takes <c>s3://bucket/prefix</c> apart. By hand: <see cref="Uri"/> changes case and escapes.</summary>
    internal static S3Location Parse(string location)
    {
        ArgumentException.ThrowIfNullOrEmpty(location);
        if (!location.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase))
        {
            throw new VersioningException("invalid_location", "A store on S3 is named s3://bucket/prefix.", "The prefix may be left out.");
        }

        // Nothing of what follows is repeated in a message before it is known to hold no secret.
        string rest = location[Scheme.Length..];
        if (rest.AsSpan().ContainsAny("@:?"))
        {
            throw new VersioningException(
                "secret_in_uri",
                "A location names a bucket and a prefix only: no user, password, port or query.",
                "Take it out, and give credentials through the environment (AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY) or a profile (AWS_PROFILE), the endpoint as AWS_ENDPOINT_URL_S3.");
        }

        if (rest.Contains('#', StringComparison.Ordinal))
        {
            throw new VersioningException("invalid_location", "A location has no fragment ('#').", "Name it s3://bucket/prefix.");
        }

        int end = rest.IndexOf('/', StringComparison.Ordinal);
        return end < 0 ? Of(rest, "") : Of(rest[..end], rest[(end + 1)..]);
    }

    /// <summary>Checks a bucket and a prefix, which may end with a separator or not.</summary>
    internal static S3Location Of(string bucket, string? prefix)
    {
        ArgumentNullException.ThrowIfNull(bucket);
        if (bucket.Length is < 3 or > 63 || bucket.AsSpan().ContainsAnyExcept(BucketCharacters) || !char.IsAsciiLetterOrDigit(bucket[0]) || !char.IsAsciiLetterOrDigit(bucket[^1]))
        {
            throw new VersioningException(
                "invalid_location", $"'{bucket}' is not the name of a bucket.", "Buckets have 3 to 63 small letters, digits, '-' and '.', with a letter or digit at both ends.");
        }

        string text = prefix ?? "";
        text = text.EndsWith('/') ? text[..^1] : text;
        if (text.Length == 0 && prefix is not "/")
        {
            return new(bucket, "");
        }

        return ObjectKey.IsValid(text) && text.Length <= LongestPrefix
            ? new(bucket, text + '/')
            : throw new VersioningException(
                "invalid_location",
                $"'{prefix}' is not a prefix for a store.",
                $"Use ASCII letters, digits, '.', '_' and '-', in segments separated by '/', {LongestPrefix} characters at most.");
    }
}
