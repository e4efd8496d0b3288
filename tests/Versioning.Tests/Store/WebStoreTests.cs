using System.Text;
using NUnit.Framework;
using Versioning.Storage;
using Versioning.Storage.Http;
using Versioning.Tests.Faults;
using Versioning.Tests.Servers;

namespace Versioning.Tests.Store;

/// <summary>Everything that reads works over a web server of plain files; everything that writes says that it can't.</summary>
[TestFixture]
internal sealed class WebStoreTests : StoreFixture
{
    private const string Artifact = "datasets/x";

    private WebServer _server = null!;

    [SetUp]
    public void SetUp() => _server = new WebServer(_objects);

    [TearDown]
    public async Task TearDown() => await _server.DisposeAsync();

    [TestCase(2, false)]
    [TestCase(2, true)]
    [TestCase(255, false)]
    [TestCase(256, false)]
    [TestCase(257, false)]
    [TestCase(600, true)]
    public async Task Store_OverTheWeb_ReadsEverything(int entries, bool forbidsAbsent)
    {
        await FillAsync(entries);
        _server.Distort = (_, right) => forbidsAbsent && right.Status == 404 ? new WebAnswer(403, []) : right;
        await using VersionStore store = await VersionStore.OpenAsync(_server.Address.AbsoluteUri, _folder.Options);

        Assert.That(store.Location, Is.EqualTo(_server.Address.AbsoluteUri.TrimEnd('/')));
        Assert.That((await store.LogAsync(Artifact).ToListAsync()).Select(v => v.Number), Is.EqualTo([2, 1]));
        Assert.That((await store.ResolveAsync($"{Artifact}@last")).Number, Is.EqualTo(2));
        Assert.That((await store.ListFilesAsync($"{Artifact}@1").ToListAsync()).Select(f => f.Path), Is.EqualTo(["a.txt", "large.bin"]));
        Assert.That((await store.DiffAsync($"{Artifact}@1", $"{Artifact}@2").ToListAsync()).Select(c => c.Path), Is.EqualTo(["a.txt"]));
        Assert.That(await store.AuditAsync().CountAsync(), Is.GreaterThanOrEqualTo(entries));
        byte[] read = new byte[16];
        Assert.That(Encoding.UTF8.GetString(read, 0, await store.ReadRangeAsync($"{Artifact}@1", "a.txt", 0, read)), Is.EqualTo("one"));
        FetchResult fetched = await store.FetchAsync($"{Artifact}@2", _folder.Of("out"));
        Assert.That(fetched.Files, Is.EqualTo(2));
        Assert.That(File.ReadAllBytes(_folder.Of("out/large.bin")).AsSpan().SequenceEqual(File.ReadAllBytes(_folder.Of("source/large.bin"))), Is.True);

        VerifyReport report = await store.VerifyAsync();
        Assert.That((report.IsSound, report.Versions, report.IncludesUnreferenced), Is.EqualTo((true, 2L, false)));
        await using VersionStore listed = await VersionStore.OpenAsync(new PassingStore(_objects), _folder.Options);
        VerifyReport whole = await listed.VerifyAsync();
        Assert.That((report.Objects, report.Versions, whole.IncludesUnreferenced), Is.EqualTo((whole.Objects, whole.Versions, true)));
    }

    [Test]
    public async Task Store_OverTheWeb_SaysThatItCanOnlyBeRead_BeforeAnyWork()
    {
        await FillAsync(2);
        await using VersionStore store = await VersionStore.OpenAsync(_server.Address.AbsoluteUri, _folder.Options);
        _server.Forget();

        Assert.That(async () => await store.CommitAsync(Artifact, _folder.Of("not-there")), ReadOnly());
        Assert.That(async () => await store.TagAsync(Artifact, "new"), ReadOnly());
        Assert.That(async () => await store.MoveAliasAsync(Artifact, "prod", "1"), ReadOnly());
        Assert.That(_server.Requests, Is.Empty);

        static NUnit.Framework.Constraints.Constraint ReadOnly() => Throws.TypeOf<StoreUnavailableException>().With.Property("Code").EqualTo("read_only_store").And.Property("Hint").Not.Empty;
    }

    [Test]
    public async Task Create_OverTheWeb_OpensWhatIsThere_AndMakesNothing()
    {
        Assert.That(async () => await VersionStore.CreateAsync(_server.Address.AbsoluteUri), Throws.TypeOf<StoreUnavailableException>().With.Property("Code").EqualTo("read_only_store"));
        Assert.That(async () => await VersionStore.OpenAsync(_server.Address.AbsoluteUri), Throws.TypeOf<NotFoundException>());
        await FillAsync(2);
        await using VersionStore store = await VersionStore.CreateAsync(_server.Address.AbsoluteUri);
        Assert.That(store.Id, Has.Length.EqualTo(32));
    }

    /// <summary>The format, one entry of a later block, the first four entries, the pack's end and the file in it.</summary>
    [Test]
    public async Task OpenAndFetch_OfOneSmallFile_TakesEightRequests()
    {
        _folder.Write("source/a.txt", "one");
        await using (VersionStore writer = await VersionStore.CreateAsync(new PassingStore(_objects), _folder.Options))
        {
            await writer.CommitAsync(Artifact, _folder.Of("source"));
        }

        await using VersionStore store = await VersionStore.OpenAsync(_server.Address.AbsoluteUri, _folder.Options);
        await store.FetchAsync(Artifact, _folder.Of("out"));
        Assert.That(File.ReadAllText(_folder.Of("out/a.txt")), Is.EqualTo("one"));
        Assert.That(_server.Requests.Select(r => r.Key.Split('/')[0]).CountBy(part => part), Is.EquivalentTo(new Dictionary<string, int> { ["format"] = 1, ["journal"] = 5, ["packs"] = 2 }));
    }

    [Test]
    public async Task Verify_OverTheWeb_FindsWhatIsMissing([Values("packs", "journal", "checkpoint")] string what)
    {
        await FillAsync(300);
        foreach (ObjectKey key in await _objects.KeysAsync(StoreKeys.Checkpoints))
        {
            if (what == "checkpoint")
            {
                byte[] wrong = await _objects.BytesAsync(key);
                wrong[^1] ^= 1;
                await _objects.ReplaceAsync(key, wrong);
            }
            else
            {
                await _objects.DeleteAsync(key);
            }
        }

        ObjectKey missing = what switch
        {
            "packs" => (await _objects.KeysAsync(StoreKeys.Packs))[0],
            "journal" => StoreKeys.Entry(100),
            _ => StoreKeys.Checkpoint(256),
        };
        if (what != "checkpoint")
        {
            await _objects.DeleteAsync(missing);
        }

        await using VersionStore store = await VersionStore.OpenAsync(_server.Address.AbsoluteUri, _folder.Options);
        VerifyReport report = await store.VerifyAsync();
        Assert.That(report.Damages.Select(d => d.Object), Does.Contain(missing.Value));
    }

    /// <summary>As many entries as that, the first and the last of which publish a version; the last has a tag.</summary>
    private async Task FillAsync(int entries)
    {
        byte[] large = new byte[3_000_000];
        new Random(7).NextBytes(large);
        _folder.Write("source/large.bin", large);
        _folder.Write("source/a.txt", "one");
        await using VersionStore store = await VersionStore.CreateAsync(new PassingStore(_objects), _folder.Options);
        await store.CommitAsync(Artifact, _folder.Of("source"));
        for (int i = 2; i < entries; i++)
        {
            await store.TagAsync($"{Artifact}@1", $"t{i}");
        }

        _folder.Write("source/a.txt", "two, and longer");
        await store.CommitAsync(Artifact, _folder.Of("source"), new CommitOptions { Tag = "last" });
    }
}
