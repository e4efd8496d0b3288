namespace Versioning.EndToEnd.Tests;

/// <summary>An application with a pinned version open. It says where, and reads all of it again and again until it is killed or a byte is wrong.</summary>
internal static class Holder
{
    private static async Task<int> Main(string[] arguments)
    {
        var pins = PinnedVersions.Load(Environment.CurrentDirectory);
        await using VersionStore store = VersionStore.Connect(pins.StoreLocation);
        using LocalVersion held = await store.FetchAsync(pins[arguments[0]]);
        string[] first = Read(held.Path);
        Console.WriteLine(held.Path);
        while (Read(held.Path).SequenceEqual(first))
        {
            await Task.Delay(10);
        }

        return 1;
    }

    private static string[] Read(string folder) =>
        [.. Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal).Select(File.ReadAllText)];
}
