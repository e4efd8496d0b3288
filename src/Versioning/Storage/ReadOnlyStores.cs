namespace Versioning.Storage;

/// <summary>What is said of stores that can't be changed or listed; the one place with these words.</summary>
internal static class ReadOnlyStores
{
    /// <summary>Ends an operation that would change the store before it does any work.</summary>
    internal static void RequireWritable(this ObjectStore objects)
    {
        if (!objects.CanWrite)
        {
            throw ReadOnly(objects.Location);
        }
    }

    internal static StoreUnavailableException ReadOnly(string location) =>
        new("read_only_store", $"{location} can only be read.", "Write to the folder or bucket that it serves; readers find it here then.");

    internal static StoreUnavailableException NoListing(string location) =>
        new("no_listing", $"{location} can't be listed.", "Do this with the folder or bucket that it serves.");
}
