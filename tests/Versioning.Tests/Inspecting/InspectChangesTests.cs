using NUnit.Framework;
using Versioning.Storage;
using Versioning.Tests.Compression;
using Versioning.Tests.Store;

namespace Versioning.Tests.Inspecting;

/// <summary>What differs within files of versions in a store.</summary>
[TestFixture]
internal sealed class InspectChangesTests : StoreFixture
{
    private const string Model = "models/m";

    [Test]
    public async Task InspectChanges_OfAllKinds_GivesWhatDiffGives_WithContent()
    {
        _folder.Write("one/a.csv", "id\n1\n");
        _folder.Write("one/gone.jsonl", "{\"a\":1}\n");
        _folder.Write("one/notes.txt", "one");
        _folder.Write("one/same.csv", "id\n");
        _folder.Write("two/a.csv", "id\n1\n2\n");
        _folder.Write("two/new.parquet", ParquetBytes.File(ParquetBytes.Footer(5, 1, ParquetBytes.Root(1), ParquetBytes.Column("x", 2))));
        _folder.Write("two/notes.txt", "two");
        _folder.Write("two/same.csv", "id\n");
        await using VersionStore store = await CommitBothAsync();
        List<FileChange> changes = await ChangesAsync(store);
        var plain = new List<FileChange>();
        await foreach (FileChange change in store.DiffAsync($"{Model}@1", $"{Model}@2"))
        {
            plain.Add(change);
        }

        Assert.That(changes.Select(change => change with { Content = null }), Is.EqualTo(plain));
        Assert.That(changes.Select(change => $"{change}: {(change.Content is null ? "not looked into" : string.Join(", ", change.Content))}"), Is.EqualTo(new[]
        {
            "M a.csv: ~ rows 1 → 2",
            "D gone.jsonl: - rows 1, - key a: number",
            "A new.parquet: + rows 5, + row groups 1, + columns 1, + column x: int64",
            "M notes.txt: not looked into",
        }));
    }

    [Test]
    public async Task InspectChanges_TensorsInChunksOfBoth_AreNotRead()
    {
        byte[] still = SampleData.Make(1_000_000, 3, 1), trained = SampleData.Make(1_000_000, 3, 2), changed = [.. trained], tail = SampleData.Make(300, 3, 3);
        changed[500_000] ^= 1;
        _folder.Write("one/m.safetensors", Inspected.Safetensors(("still", still), ("trained", trained), ("tail", tail)));
        _folder.Write("two/m.safetensors", Inspected.Safetensors(("trained", changed), ("added", tail), ("tail", tail), ("still", still)));
        await using VersionStore store = await CommitBothAsync();
        string[] expected = ["~ tensor trained U8 [1000000], other values", "+ tensor added U8 [300]"];
        using (Assert.EnterMultipleScope())
        {
            Assert.That((await ChangesAsync(store)).Single().Content!.Select(c => c.ToString()), Is.EqualTo(expected));
            Assert.That((await ChangesAsync(store, maxBytes: 300_000)).Single().Content!.Select(c => c.ToString()), Is.EqualTo(expected), "Of two million bytes");
        }
    }

    [Test]
    public async Task InspectChanges_EveryByteOfATensor_IsCompared([Values(0, 65_535, 65_536, 199_999)] int place)
    {
        byte[] values = SampleData.Make(200_000, 3, 1), changed = [.. values], around = SampleData.Make(5_000, 3, 2), other = SampleData.Make(6_000, 3, 3);
        changed[place] ^= 1;
        _folder.Write("one/m.safetensors", Inspected.Safetensors(("before", around), ("t", values), ("after", around)));
        _folder.Write("two/m.safetensors", Inspected.Safetensors(("before", other), ("t", changed), ("after", around)));
        await using VersionStore store = await CommitBothAsync();
        Assert.That((await ChangesAsync(store)).Single().Content!.Select(c => c.ToString()), Is.EqualTo(new[] { "~ tensor before U8 [5000] → U8 [6000]", "~ tensor t U8 [200000], other values" }));
    }

    [Test]
    public async Task InspectChanges_DamagedContent_HasALine()
    {
        _folder.Write("one/a.csv", "id\n1\n");
        _folder.Write("one/b.csv", "id\n1\n");
        await using (VersionStore store = await VersionStore.CreateAsync(new PassingStore(_objects), _folder.Options))
        {
            await store.CommitAsync(Model, _folder.Of("one"));
        }

        string[] first = [.. (await _objects.KeysAsync(StoreKeys.Packs)).Select(key => key.Value)];
        _folder.Write("one/a.csv", System.Text.Encoding.UTF8.GetBytes("id\n" + string.Concat(Enumerable.Range(0, 20_000).Select(i => $"{i}\n"))));
        await using (VersionStore store = await VersionStore.CreateAsync(new PassingStore(_objects), _folder.Options))
        {
            await store.CommitAsync(Model, _folder.Of("one"));
        }

        ObjectKey pack = (await _objects.KeysAsync(StoreKeys.Packs)).Single(key => !first.Contains(key.Value));
        byte[] bytes = await _objects.BytesAsync(pack);
        bytes[1_000] ^= 1;
        await _objects.ReplaceAsync(pack, bytes);
        await using VersionStore damaged = await VersionStore.OpenAsync(_objects, _folder.Options);
        FileChange change = (await ChangesAsync(damaged)).Single();
        Assert.That((change.Path, change.Content!.Single().What), Is.EqualTo(("a.csv", "unread")));
        Assert.That(change.Content![0].ToString(), Does.StartWith("? after: ").And.Contain("chunk").IgnoreCase);
    }

    [Test]
    public async Task InspectChanges_LinksAndModes_AreNoContent()
    {
        if (OperatingSystem.IsWindows())
        {
            Assert.Ignore("There is no mode.");
            return;
        }

        File.SetUnixFileMode(_folder.Write("one/a.csv", "id\n1\n"), UnixFileMode.UserRead | UnixFileMode.UserWrite);
        File.SetUnixFileMode(_folder.Write("two/a.csv", "id\n1\n"), UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        File.CreateSymbolicLink(_folder.Of("one/l.csv"), "a.csv");
        File.CreateSymbolicLink(_folder.Of("two/l.csv"), "b.csv");
        await using VersionStore store = await CommitBothAsync();
        List<FileChange> changes = await ChangesAsync(store);
        Assert.That(changes.Select(change => $"{change} {change.Content?.Count}"), Is.EqualTo(new[] { "M a.csv 0", "M l.csv " }));
    }

    private async Task<VersionStore> CommitBothAsync()
    {
        VersionStore store = await VersionStore.CreateAsync(_objects, _folder.Options);
        await store.CommitAsync(Model, _folder.Of("one"));
        await store.CommitAsync(Model, _folder.Of("two"));
        return store;
    }

    private static async Task<List<FileChange>> ChangesAsync(VersionStore store, long maxBytes = 1 << 30)
    {
        var changes = new List<FileChange>();
        await foreach (FileChange change in store.InspectChangesAsync($"{Model}@1", $"{Model}@2", maxBytes))
        {
            changes.Add(change);
        }

        return changes;
    }
}
