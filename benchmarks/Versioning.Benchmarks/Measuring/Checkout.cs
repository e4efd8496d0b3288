namespace Versioning.Benchmarks.Measuring;

/// <summary>The checkout that this was built from.</summary>
internal static class Checkout
{
    public static string Root { get; } = Find();

    private static string Find()
    {
        string? root = AppContext.BaseDirectory;
        while (root is not null && !File.Exists(Path.Combine(root, "Versioning.sln")))
        {
            root = Path.GetDirectoryName(root);
        }

        return root ?? throw new UsageException("There is no checkout around this program to build from.");
    }
}
