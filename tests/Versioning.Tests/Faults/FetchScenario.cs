using NUnit.Framework;
using Versioning.Storage;
using Versioning.Tests.Compression;
using Versioning.Tests.Store;

namespace Versioning.Tests.Faults;

/// <summary>A store with two versions, and a folder to fetch the second one into: empty, or holding the first.</summary>
internal sealed class FetchScenario : IAsyncDisposable
{
    private const string Artifact = "datasets/x";

    private readonly bool _over;
    private readonly TempFolder _folder = new();
    private readonly Dictionary<string, string> _first;
    private readonly Dictionary<string, string> _second;

    private FetchScenario(bool over)
    {
        _over = over;
        _first = WriteSource("one", 1);
        _second = WriteSource("two", 2);
    }

    internal MemoryStore Objects { get; } = new();

    internal static async Task<FetchScenario> CreateAsync(bool over)
    {
        var made = new FetchScenario(over);
        await using VersionStore store = await VersionStore.CreateAsync(new PassingStore(made.Objects), made.Options);
        await store.CommitAsync(Artifact, made._folder.Of("one"), FaultScenario.Plain);
        await store.CommitAsync(Artifact, made._folder.Of("two"), FaultScenario.Plain);
        return made;
    }

    /// <summary>A new folder, as it is before the fetch.</summary>
    internal async Task<string> TargetAsync(string name)
    {
        string target = _folder.Of(name);
        if (_over)
        {
            await using VersionStore store = await VersionStore.OpenAsync(new PassingStore(Objects), Options);
            await store.FetchAsync($"{Artifact}@1", target);
        }

        return target;
    }

    /// <summary>The command, as a process of its own would run it.</summary>
    internal async Task FetchAsync(ObjectStore objects, string target)
    {
        await using VersionStore store = await VersionStore.OpenAsync(objects, Options);
        await store.FetchAsync($"{Artifact}@2", target, new FetchOptions { Force = _over }).WaitAsync(TimeSpan.FromMinutes(1));
    }

    /// <summary>Under every name is something whole: nothing, what was there before, or what was fetched.</summary>
    internal void AssertNothingHalf(string target, string when)
    {
        foreach ((string path, string text) in Read(target))
        {
            if (!IsLeftover(path))
            {
                Assert.That(_second.GetValueOrDefault(path) == text || (_over && _first.GetValueOrDefault(path) == text), Is.True, $"{path} {when}");
            }
        }
    }

    /// <summary>Exactly the version, beside what was there before; no leftover.</summary>
    internal void AssertFetched(string target, string when)
    {
        var expected = new Dictionary<string, string>(_over ? _first : []);
        foreach ((string path, string text) in _second)
        {
            expected[path] = text;
        }

        Assert.That(Read(target), Is.EquivalentTo(expected), when);
    }

    internal static bool HasLeftover(string target) => Directory.Exists(target) && Read(target).Keys.Any(IsLeftover);

    public async ValueTask DisposeAsync()
    {
        _folder.Dispose();
        await Objects.DisposeAsync();
    }

    private static bool IsLeftover(string path) => Path.GetFileName(path).StartsWith(".vers-", StringComparison.Ordinal);

    private VersionStoreOptions Options => FaultScenario.Options(_folder.Of("cache"));

    private Dictionary<string, string> WriteSource(string source, int version)
    {
        _folder.Write($"{source}/same", "same");
        _folder.Write($"{source}/small", $"{version}");
        _folder.Write($"{source}/deep/er/large", SampleData.Make(600_000, 3, version));
        _folder.Write($"{source}/deep/{version}", $"only in {version}");
        _folder.Write($"{source}/deep/empty", version == 1 ? "not yet" : "");
        if (!OperatingSystem.IsWindows())
        {
            File.CreateSymbolicLink(_folder.Of($"{source}/link"), version == 1 ? "same" : "small");
        }

        return Read(_folder.Of(source));
    }

    private static Dictionary<string, string> Read(string folder)
    {
        var found = new Dictionary<string, string>();
        foreach (string file in Directory.Exists(folder) ? Directory.EnumerateFiles(folder, "*", new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = 0 }) : [])
        {
            string path = Path.GetRelativePath(folder, file).Replace('\\', '/');
            found[path] = new FileInfo(file).LinkTarget is { } link ? $"-> {link}" : Digest.Of(File.ReadAllBytes(file)).ToString();
        }

        return found;
    }
}
