using NUnit.Framework;
using Versioning.Tests.Store;

namespace Versioning.Tests.Golden;

/// <summary>A store that is checked in.</summary>
internal static class GoldenStore
{
    /// <summary>Copies it to <c>store</c> in a folder, where it may be opened.</summary>
    /// <returns>What it says its versions are.</returns>
    internal static async Task<string[]> CopyAsync(string name, TempFolder folder)
    {
        string all = Path.Combine(TestContext.CurrentContext.TestDirectory, "Golden"), golden = Path.Combine(all, name);
        foreach (string file in Directory.EnumerateFiles(golden, "*", SearchOption.AllDirectories))
        {
            folder.Write(Path.Combine("store", Path.GetRelativePath(golden, file)), await File.ReadAllBytesAsync(file));
        }

        return await File.ReadAllLinesAsync(Path.Combine(all, name + ".pins"));
    }
}
