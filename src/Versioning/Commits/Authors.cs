using Versioning.Files;

namespace Versioning.Commits;

/// <summary>Who is recorded.</summary>
internal static class Authors
{
    internal static string Of(VersionStoreOptions settings) =>
        settings.Author ?? GitCheckout.Author(Environment.CurrentDirectory) ?? $"{Environment.UserName}@{Environment.MachineName}";
}
