using NUnit.Framework;
using Versioning.Compression;
using Versioning.Journal;
using Versioning.Packs;
using Versioning.Storage;
using Versioning.Tests.Compression;
using Versioning.Tests.Store;
using Versioning.Trees;

namespace Versioning.Tests.Verifying;

/// <summary>Manifests whose every hash is right but that do not say the truth: what only a faulty or hostile writer makes.</summary>
[TestFixture]
internal sealed class LyingManifestTests : StoreFixture
{
    private const string Artifact = "datasets/x";

    private JournalLog _journal = null!;
    private ManifestEntry[] _entries = null!;

    [SetUp]
    public async Task SetUp()
    {
        _folder.Write("s/large", SampleData.Make(900_000, 3, 1));
        _folder.Write("s/other", SampleData.Make(600_000, 3, 2));
        _folder.Write("s/small", "small");
        await using VersionStore store = await VersionStore.CreateAsync(_objects, _folder.Options);
        await store.CommitAsync(Artifact, _folder.Of("s"));
        _journal = new JournalLog(_objects, TimeProvider.System);
        PublishedVersion version = (await _journal.FoldAsync(default)).Find(Artifact)!.Latest!;
        using var packs = new PackReader(_objects, r => _journal.State.Resolve(r), _journal.FoldAsync);
        _entries = (await new ManifestReader(packs, version.Content, version.Root).RootAsync(default)).Entries;
    }

    [TearDown]
    public void TearDown() => _journal.Dispose();

    [Test]
    public async Task Verify_TruthOfManyChunks_IsSound([Values] bool one)
    {
        await PublishAsync(_entries, 3, 1_500_005);
        Assert.That((await VerifyAsync(one)).Damages, Is.Empty);
    }

    [Test]
    public async Task Verify_FileOfManyChunksWithAnotherSha256_IsNamed([Values] bool one)
    {
        await PublishAsync([_entries[0] with { Sha256 = Digest.Of("something else"u8) }, .. _entries[1..]], 3, 1_500_005);
        VerifyReport report = await VerifyAsync(one);
        Assert.That(report.Damages.Select(d => d.Problem), Has.One.Items.And.All.Contains("SHA-256"));
        Assert.That(report.Damages[0].Files, Is.EqualTo([$"{Artifact}@2 large"]));
        Assert.That(report.Damages[0].Versions, Has.One.Items.And.All.StartsWith($"{Artifact}@2#"));
    }

    [Test]
    public async Task Verify_WholeStore_HashesFilesOnlyWhereAsked()
    {
        await PublishAsync([_entries[0] with { Sha256 = Digest.Of("something else"u8) }, .. _entries[1..]], 3, 1_500_005);
        await using VersionStore store = await VersionStore.OpenAsync(new PassingStore(_objects), _folder.Options);
        Assert.That((await store.VerifyAsync()).Damages, Is.Empty);
        Assert.That((await store.VerifyAsync(new VerifyOptions { HashFiles = true })).Damages, Has.Count.EqualTo(1));
    }

    [Test]
    public async Task Verify_ChunksThatArePackedElsewhere_IsNamed([Values] bool hash)
    {
        // The list is sound; the manifest says that it lies where another chunk does.
        await PublishAsync([_entries[0] with { Place = _entries[1].Place }, .. _entries[1..]], 3, 1_500_005);
        await using VersionStore store = await VersionStore.OpenAsync(new PassingStore(_objects), _folder.Options);
        Assert.That((await store.VerifyAsync(new VerifyOptions { HashFiles = hash })).Damages.SelectMany(d => d.Files), Is.EqualTo([$"{Artifact}@2 large"]));
    }

    [Test]
    public async Task Verify_FileWithTheChunksOfAnother_IsNamed([Values] bool one)
    {
        await PublishAsync([_entries[1] with { Path = _entries[0].Path, Sha256 = _entries[0].Sha256 }, .. _entries[1..]], 3, 1_200_005);
        Assert.That((await VerifyAsync(one)).Damages.SelectMany(d => d.Files), Is.EqualTo([$"{Artifact}@2 large"]));
    }

    [Test]
    public async Task Verify_SmallFileWithAnotherSha256_IsNamed_AndIsNotRead([Values] bool one)
    {
        await PublishAsync([.. _entries[..2], _entries[2] with { Sha256 = Digest.Of("other"u8) }], 3, 1_500_005);
        Assert.That((await VerifyAsync(one)).Damages.SelectMany(d => d.Files), Is.EqualTo([$"{Artifact}@2 small"]));
        await using VersionStore store = await VersionStore.OpenAsync(_objects, _folder.Options);
        Assert.That(async () => await store.FetchAsync($"{Artifact}@2", _folder.Of("t")), Throws.TypeOf<IntegrityException>());
        Assert.That(File.Exists(_folder.Of("t/small")), Is.False);
    }

    [Test]
    public async Task Verify_RecordWithOtherCounts_IsNamed([Values] bool one)
    {
        await PublishAsync(_entries, 4, 1_500_005);
        Assert.That((await VerifyAsync(one)).Damages.Select(d => d.Object), Is.EqualTo([StoreKeys.Entry(2).Value]));
    }

    private async Task<VerifyReport> VerifyAsync(bool one)
    {
        await using VersionStore store = await VersionStore.OpenAsync(_objects, _folder.Options);
        return await store.VerifyAsync(new VerifyOptions { Reference = one ? new ArtifactReference($"{Artifact}@2") : (ArtifactReference?)null, HashFiles = one ? null : true });
    }

    private async Task PublishAsync(IReadOnlyList<ManifestEntry> entries, long files, long bytes)
    {
        EncodedNode leaf = ManifestLeaf.Encode(entries);
        var pack = new PackBuilder(1 << 20);
        ChunkRef root = pack.Add(Digest.Of(leaf.Stored.Span), leaf.Stored.Length, ChunkEncoding.Raw, leaf.Stored.Span);
        await _objects.CreateAsync(StoreKeys.Pack(pack.Id), pack.Seal());
        var record = new VersionRecord(Artifact, ArtifactKind.Dataset, leaf.Digest, files, bytes, DateTimeOffset.UnixEpoch, "a", "", "t", null, [], [], [], []);
        await _journal.AppendAsync("a", _ => Task.FromResult<IReadOnlyList<JournalOperation>?>([new PublishOperation(Artifact, 2, record.Encode(), root, null)]), default);
    }
}
