namespace Versioning.Storage.Http;

/// <summary>The address below which the objects of a store lie.</summary>
internal static class HttpAddress
{
    /// <returns>The address with a slash at its end.</returns>
    /// <exception cref="VersioningException">It is not an address, or could hold a secret; the message does not repeat it.</exception>
    internal static Uri Parse(string location)
    {
        // An empty query or fragment would not show in the parsed address.
        if (location.AsSpan().ContainsAny('?', '#')
            || !Uri.TryCreate(location, UriKind.Absolute, out Uri? uri)
            || (uri.Scheme != Uri.UriSchemeHttps && uri.Scheme != Uri.UriSchemeHttp)
            || uri.UserInfo.Length > 0)
        {
            throw new VersioningException(
                "invalid_location",
                "The address of a store on the web is not of the form https://host/path, without user, query and fragment.",
                "Secrets never stand in a location: for a bucket that needs some, use s3:// or azure://.");
        }

        return new Uri(uri.AbsoluteUri.TrimEnd('/') + "/");
    }

    internal static Uri Of(Uri address, ObjectKey key) => new(address.AbsoluteUri + key.Value);
}
