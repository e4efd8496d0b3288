using NUnit.Framework;
using Versioning.Files;
using Versioning.Storage;
using Versioning.Tests.Faults;
using Versioning.Tests.Store;

namespace Versioning.Tests.Commits;

/// <summary>A version that is built on another one is the same as one built from nothing, whatever changed in between.</summary>
[TestFixture]
[Parallelizable(ParallelScope.All)]
internal sealed class IncrementalCommitTests
{
    private const string Name = "datasets/x";

    /// <summary>More than the clock's grain: the file cache does not take files that were written just now.</summary>
    private static readonly TimeSpan Grain = TimeSpan.FromMilliseconds(40);

    [Test]
    public async Task Commit_AfterRandomEdits_EqualsOneFromNothing([Range(1, 4)] int seed)
    {
        using var folder = new TempFolder();
        var random = new Random(seed);
        string data = folder.Of("data");
        var names = new List<string>();
        for (int i = 0; i < 600; i++)
        {
            Put(folder, names, random);
        }

        await using VersionStore store = await VersionStore.CreateAsync(new MemoryStore(), folder.Options);
        await Task.Delay(Grain);
        await store.CommitAsync(Name, data);
        for (int step = 0; step < 5; step++)
        {
            for (int edits = random.Next(30); edits > 0; edits--)
            {
                Edit(folder, names, random);
            }

            await Task.Delay(Grain);
            CommitResult incremental = await store.CommitAsync(Name, data, new() { Rehash = step == 3 });
            Assert.That(incremental.Version.Content, Is.EqualTo(await FreshAsync(data)), $"seed {seed}, step {step}");
            Assert.That((await store.VerifyAsync()).Damages, Is.Empty);
        }

        await store.FetchAsync(Name, folder.Of("out"));
        Assert.That(Listing(folder.Of("out")), Is.EqualTo(Listing(data)));
    }

    [Test]
    public async Task Patch_OfAFewFilesOfMany_EqualsOneFromNothing()
    {
        using var folder = new TempFolder();
        for (int i = 0; i < 4_000; i++)
        {
            folder.Write($"data/{i % 40:D2}/{i:D5}", "");
        }

        await using var objects = new MemoryStore();
        await using VersionStore store = await VersionStore.CreateAsync(objects, folder.Options);
        await store.CommitAsync(Name, folder.Of("data"));
        // The first paths of all also lie before every leaf: what is kept after them is whole leaves.
        foreach (string path in (string[])["-/first", "00/00000", "07/00007x", "20/1", "39/03999", "40/last"])
        {
            folder.Write($"data/{path}", path);
            folder.Write($"patch/{path}", path);
        }

        await using var counting = new CountingStore(objects);
        await using VersionStore again = await VersionStore.OpenAsync(counting, folder.Options);
        CommitResult patched = await again.CommitAsync(Name, folder.Of("patch"), new() { Patch = true });

        Assert.That(patched.Version.Content, Is.EqualTo(await FreshAsync(folder.Of("data"))));
        Assert.That(patched.Version.FileCount, Is.EqualTo(4_004));
        Assert.That(counting.Count(StoreOperation.Read), Is.LessThan(60), "A patch reads what it changes, not the whole manifest.");
    }

    [Test]
    public async Task Commit_NothingChanged_StoresNothing()
    {
        using var folder = new TempFolder();
        for (int i = 0; i < 500; i++)
        {
            folder.Write($"data/{i:D3}", $"{i}");
        }

        await Task.Delay(Grain);
        await using VersionStore store = await VersionStore.CreateAsync(new MemoryStore(), folder.Options);
        await store.CommitAsync(Name, folder.Of("data"));
        foreach (bool rehash in (bool[])[false, true])
        {
            CommitResult again = await store.CommitAsync(Name, folder.Of("data"), new() { Rehash = rehash });
            Assert.That((again.Unchanged, again.StoredBytes), Is.EqualTo((true, 0)));
        }
    }

    [Test]
    public async Task Commit_LargeFileChangedUnderItsOldStamp_IsFoundByRehash()
    {
        using var folder = new TempFolder();
        byte[] content = new byte[5_000_000];
        new Random(1).NextBytes(content);
        string path = folder.Write("data/large", content);
        await Task.Delay(Grain);
        await using VersionStore store = await VersionStore.CreateAsync(new MemoryStore(), folder.Options);
        await store.CommitAsync(Name, folder.Of("data"));
        Assert.That((await store.CommitAsync(Name, folder.Of("data"), new() { Rehash = true })).Unchanged, Is.True);

        // What a failing disk does: other bytes under the stamp that the cache knows.
        Digest old = Digest.Of(content);
        content[4_000_000] ^= 1;
        File.WriteAllBytes(path, content);
        using (FileCacheWriter cache = FileCacheWriter.Create(folder.Of("cache"), folder.Of("data")))
        using (Microsoft.Win32.SafeHandles.SafeFileHandle file = File.OpenHandle(path))
        {
            cache.Add("large"u8, SourceTree.Stamp(file), old, long.MaxValue);
            cache.Complete();
        }

        Assert.That((await store.CommitAsync(Name, folder.Of("data"))).Unchanged, Is.True, "The cache is believed.");
        CommitResult rehashed = await store.CommitAsync(Name, folder.Of("data"), new() { Rehash = true });
        Assert.That(rehashed.Unchanged, Is.False);
        Assert.That(rehashed.Version.Content, Is.EqualTo(await FreshAsync(folder.Of("data"))));
    }

    /// <summary>The manifest's digest of a first version in a store of its own, with no file cache.</summary>
    private static async Task<Digest> FreshAsync(string data)
    {
        using var cache = new TempFolder();
        await using VersionStore store = await VersionStore.CreateAsync(new MemoryStore(), cache.Options);
        return (await store.CommitAsync(Name, data)).Version.Content;
    }

    private static void Put(TempFolder folder, List<string> names, Random random)
    {
        string name = $"data/{random.Next(7)}/{random.Next(1_000_000):x}{(random.Next(9) == 0 ? "-" : ".")}bin";
        byte[] content = new byte[random.Next(20) == 0 ? random.Next(300_000) : random.Next(60)];
        random.NextBytes(content);
        folder.Write(name, content);
        names.Add(name);
    }

    private static void Edit(TempFolder folder, List<string> names, Random random)
    {
        string name = names[random.Next(names.Count)];
        switch (random.Next(5))
        {
            case 0:
                File.Delete(folder.Of(name));
                names.RemoveAll(n => n == name);
                break;
            case 1:
                folder.Write(name, $"{random.Next()}");
                break;
            case 2:
                string moved = name + "m";
                File.Move(folder.Of(name), folder.Of(moved), overwrite: true);
                names.RemoveAll(n => n == name || n == moved);
                names.Add(moved);
                break;
            case 3 when !OperatingSystem.IsWindows():
                File.SetUnixFileMode(folder.Of(name), File.GetUnixFileMode(folder.Of(name)) ^ UnixFileMode.UserExecute);
                break;
            default:
                Put(folder, names, random);
                break;
        }
    }

    private static string[] Listing(string root) =>
    [
        .. Directory.EnumerateFiles(root, "*", SearchOption.AllDirectories)
            .Select(f => $"{Path.GetRelativePath(root, f)} {Digest.Of(File.ReadAllBytes(f))} {(OperatingSystem.IsWindows() ? 0 : File.GetUnixFileMode(f) & UnixFileMode.UserExecute)}")
            .Order(StringComparer.Ordinal),
    ];
}
