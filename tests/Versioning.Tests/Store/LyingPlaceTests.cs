using System.Text;
using NUnit.Framework;
using Versioning.Compression;
using Versioning.Packs;
using Versioning.Trees;

namespace Versioning.Tests.Store;

/// <summary>A manifest may say where bytes lie, and be wrong: readers find them all the same, verify says so.</summary>
[TestFixture]
internal sealed class LyingPlaceTests
{
    private HostileStore _hostile = null!;

    [SetUp]
    public void SetUp() => _hostile = new HostileStore();

    [TearDown]
    public async Task TearDown() => await _hostile.DisposeAsync();

    private static IEnumerable<TestCaseData> Lies()
    {
        yield return Lie("Behind", s => s with { Offset = s.Offset + 1 });
        yield return Lie("FarBehind", s => s with { Offset = 200_000_000 });
        yield return Lie("Shorter", s => s with { StoredLength = s.StoredLength - 1, Length = s.Length - 1 });
        yield return Lie("Longer", s => s with { StoredLength = s.StoredLength + 1, Length = s.Length + 1 });
        yield return Lie("Encoded", s => s with { Encoding = ChunkEncoding.Zstd });
        yield return Lie("Checksum", s => s with { Checksum = s.Checksum + 1 });

        static TestCaseData Lie(string name, Func<StoredSpan, StoredSpan> lie) => new TestCaseData(lie).SetArgDisplayNames(name);
    }

    [TestCaseSource(nameof(Lies))]
    public async Task LieAboutTheRoot_IsReadAllTheSame_AndFound(Func<StoredSpan, StoredSpan> lie)
    {
        EncodedNode leaf = ManifestLeaf.Encode([_hostile.File("a", "one"), _hostile.File("b", "two")]);
        ChunkRef place = _hostile.Store(leaf.Stored);
        await AssertReadableAsync(await _hostile.PublishAsync(new ManifestRoot(leaf.Digest, place with { Span = lie(place.Span) }, 2, 6)), "a", "one");
    }

    [TestCaseSource(nameof(Lies))]
    public async Task LieAboutAFile_IsReadAllTheSame_AndFound(Func<StoredSpan, StoredSpan> lie)
    {
        ManifestEntry file = _hostile.File("a", new string('x', 300));
        StoredSpan said = lie(file.Place!.Value.Span);
        if (said.Length != file.Size || said.Checksum != file.Place.Value.Span.Checksum)
        {
            Assert.Pass("A leaf can't say that: the length is the file's, and there is no checksum.");
        }

        await AssertReadableAsync(await _hostile.PublishAsync(file with { Place = file.Place.Value with { Span = said } }, _hostile.File("b", "two")), "a", new string('x', 300));
    }

    [Test]
    public async Task LieAboutAChunkOfMany_IsReadAllTheSame_AndFound()
    {
        byte[][] parts = [new byte[1000], [.. Enumerable.Repeat((byte)1, 1000)], [.. Enumerable.Repeat((byte)2, 1000)]];
        FileChunk[] chunks = [.. parts.Select(p => new FileChunk(Digest.Of(p), p.Length, _hostile.Store(p)))];
        chunks[1] = chunks[1] with { Place = chunks[1].Place with { Span = chunks[1].Place.Span with { Offset = chunks[0].Place.Span.Offset } } };
        EncodedNode page = ChunkListPage.Encode(chunks);
        byte[] whole = [.. parts.SelectMany(p => p)];
        var file = new ManifestEntry("a"u8.ToArray(), FileKind.File, whole.Length, Digest.Of(whole), page.Digest, null, _hostile.Store(page.Stored));
        await AssertReadableAsync(await _hostile.PublishAsync(file, _hostile.File("b", "two")), "a", Encoding.UTF8.GetString(whole));
    }

    [Test]
    public async Task AListThatNamesAnotherChunk_IsNeverRead_AndFound()
    {
        byte[][] parts = [new byte[1000], [.. Enumerable.Repeat((byte)1, 1000)]];
        ChunkRef[] places = [.. parts.Select(p => _hostile.Store(p))];
        EncodedNode page = ChunkListPage.Encode([new(Digest.Of(parts[0]), 1000, places[0]), new(Digest.Of(parts[1]), 1000, places[0] with { Span = default })]);
        byte[] whole = [.. parts.SelectMany(p => p)];
        await using VersionStore store = await _hostile.PublishAsync(new ManifestEntry("a"u8.ToArray(), FileKind.File, whole.Length, Digest.Of(whole), page.Digest, null, _hostile.Store(page.Stored)));
        Assert.That(async () => await store.ReadRangeAsync(HostileStore.Artifact, "a", 0, new byte[2000]), Throws.InstanceOf<IntegrityException>());
        VerifyReport report = await store.VerifyAsync();
        Assert.That(report.Damages.SelectMany(d => d.Files), Is.EqualTo([$"{HostileStore.Artifact}@1 a"]));
    }

    [Test]
    public async Task TheTruth_IsSound()
    {
        await using VersionStore store = await _hostile.PublishAsync(_hostile.File("a", "one"), _hostile.File("b", "two"));
        Assert.That((await store.VerifyAsync(new VerifyOptions { HashFiles = true })).IsSound, Is.True);
    }

    private static async Task AssertReadableAsync(VersionStore store, string path, string content)
    {
        await using (store)
        {
            Assert.That(await store.ListFilesAsync(HostileStore.Artifact).CountAsync(), Is.GreaterThan(0));
            using var folder = new TempFolder();
            await store.FetchAsync(HostileStore.Artifact, folder.Of("t"));
            Assert.That(await File.ReadAllTextAsync(folder.Of($"t/{path}")), Is.EqualTo(content));
            byte[] read = new byte[Encoding.UTF8.GetByteCount(content)];
            Assert.That(await store.ReadRangeAsync(HostileStore.Artifact, path, 0, read), Is.EqualTo(read.Length));
            Assert.That(Encoding.UTF8.GetString(read), Is.EqualTo(content));
            foreach (bool hash in new[] { false, true })
            {
                VerifyReport report = await store.VerifyAsync(new VerifyOptions { HashFiles = hash });
                Assert.That(report.IsSound, Is.False, $"with files hashed: {hash}");
                Assert.That(report.Damages, Is.Not.Empty);
                Assert.That(report.Damages.SelectMany(d => d.Versions), Has.Some.StartsWith($"{HostileStore.Artifact}@1#"));
            }
        }
    }
}
