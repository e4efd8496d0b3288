using System.Text;
using NUnit.Framework;
using Versioning.Packs;
using Versioning.Storage;
using Versioning.Trees;

namespace Versioning.Tests.Trees;

[TestFixture]
internal sealed class ManifestTests
{
    [Test]
    public async Task Root_DependsOnTheEntriesAlone_NotOnWhereAnythingLies([Values(0, 1, 2, 511, 2049, 20_000)] int count)
    {
        ManifestEntry[] entries = Entries(count);
        using var one = new NodeStore();
        using var two = new NodeStore();
        ManifestRoot left = await one.BuildAsync(entries);

        // Other places for the data, other nodes stored before.
        await two.BuildAsync(Entries(300));
        ManifestRoot right = await two.BuildAsync(entries.Select(e => e with { Place = e.Place is null ? null : new ChunkRef(new PackId(99), 7) }));
        Assert.That(right.Digest, Is.EqualTo(left.Digest));
        Assert.That((left.Files, left.Bytes), Is.EqualTo(((long)count, entries.Sum(e => e.Size))));
    }

    [Test]
    public async Task Root_ChangesWithAnyFieldOfAnyEntry()
    {
        ManifestEntry[] entries = Entries(50);
        var seen = new HashSet<Digest> { await RootAsync(entries) };
        for (int i = 0; i < entries.Length; i++)
        {
            foreach (ManifestEntry changed in new[]
            {
                entries[i] with { Size = entries[i].Size + 1 },
                entries[i] with { Kind = FileKind.Executable },
                entries[i] with { Sha256 = Digest.Of([(byte)i, 77]) },
                entries[i] with { Path = [.. entries[i].Path, (byte)'!'] },
            })
            {
                ManifestEntry[] other = [.. entries];
                other[i] = changed;
                Assert.That(seen.Add(await RootAsync(other)), Is.True);
            }
        }
    }

    [Test]
    public async Task Find_In20000Entries_FindsEach_AndNothingElse()
    {
        ManifestEntry[] entries = Entries(20_000);
        using var nodes = new NodeStore();
        ManifestRoot root = await nodes.BuildAsync(entries);
        await nodes.SealAsync();
        using PackReader packs = nodes.Reader();
        var reader = new ManifestReader(packs, root.Digest, root.Place);
        var random = new Random(3);
        for (int i = 0; i < 100; i++)
        {
            ManifestEntry expected = entries[random.Next(entries.Length)];
            ManifestEntry? found = await reader.FindAsync(expected.Path, CancellationToken.None);
            Assert.That(found, Is.Not.Null);
            Assert.That((found!.Name, found.Size, found.Sha256, found.Place), Is.EqualTo((expected.Name, expected.Size, expected.Sha256, expected.Place)));
            Assert.That(await reader.FindAsync([.. expected.Path, (byte)'x'], CancellationToken.None), Is.Null);
        }

        Assert.That(await reader.FindAsync("!"u8.ToArray(), CancellationToken.None), Is.Null);
        Assert.That(await reader.FindAsync("~~~"u8.ToArray(), CancellationToken.None), Is.Null);
        List<string> all = await reader.EntriesAsync(null, CancellationToken.None).Select(e => e.Name).ToListAsync();
        Assert.That(all, Is.EqualTo(entries.Select(e => e.Name)));
    }

    [Test]
    public async Task Diff_OfOneChangeIn20000_ReadsFewNodes()
    {
        ManifestEntry[] entries = Entries(20_000);
        ManifestEntry[] changed = [.. entries];
        changed[12_345] = changed[12_345] with { Sha256 = Digest.Of("other"u8) };
        changed = [.. changed[..500], .. changed[501..]];
        using var nodes = new NodeStore();
        ManifestRoot before = await nodes.BuildAsync(entries);
        ManifestRoot after = await nodes.BuildAsync(changed);
        await nodes.SealAsync();
        using PackReader packs = nodes.Reader();
        ManifestReader left = new(packs, before.Digest, before.Place), right = new(packs, after.Digest, after.Place);
        nodes.Reads = 0;
        List<FileChange> changes = await ManifestDiff.CompareAsync(new(left), new(right), CancellationToken.None).ToListAsync();
        Assert.That(changes.Select(c => c.ToString()), Is.EqualTo([$"D {entries[500].Name}", $"M {entries[12_345].Name}"]));
        Assert.That(nodes.Reads, Is.LessThanOrEqualTo(14), "Two changed leaves, the path to them and at most a shifted neighbour, in two trees.");

        nodes.Reads = 0;
        Assert.That(await ManifestDiff.CompareAsync(new(left), new(left), CancellationToken.None).CountAsync(), Is.Zero);
        Assert.That(nodes.Reads, Is.Zero, "Equal roots are not read.");
    }

    [Test]
    public async Task Diff_OfTreesOfDifferentHeight_IsThatOfTheirEntries()
    {
        ManifestEntry[] entries = Entries(6000);
        foreach (int keep in new[] { 0, 1, 3, 700, 5999 })
        {
            using var nodes = new NodeStore();
            ManifestRoot before = await nodes.BuildAsync(entries);
            ManifestRoot after = await nodes.BuildAsync(entries[..keep]);
            await nodes.SealAsync();
            using PackReader packs = nodes.Reader();
            ManifestReader left = new(packs, before.Digest, before.Place), right = new(packs, after.Digest, after.Place);
            List<FileChange> gone = await ManifestDiff.CompareAsync(new(left), new(right), CancellationToken.None).ToListAsync();
            Assert.That(gone.Select(c => c.ToString()), Is.EqualTo(entries[keep..].Select(e => $"D {e.Name}")));
            List<FileChange> come = await ManifestDiff.CompareAsync(new(right), new(left), CancellationToken.None).ToListAsync();
            Assert.That(come.Select(c => c.ToString()), Is.EqualTo(entries[keep..].Select(e => $"A {e.Name}")));
        }
    }

    [Test]
    public async Task ChunkList_OfManyPages_GivesEveryChunkFromAnyOffset()
    {
        var random = new Random(5);
        using var nodes = new NodeStore();
        var builder = new ChunkListBuilder((bytes, _) => nodes.StoreAsync(bytes));
        var chunks = new List<FileChunk>();
        for (int i = 0; i < 9000; i++)
        {
            chunks.Add(new FileChunk(Digest.Of(BitConverter.GetBytes(i)), random.Next(1, 9000), new ChunkRef(new PackId((UInt128)(i / 1000)), i % 1000)));
            await builder.AddAsync(chunks[^1], CancellationToken.None);
        }

        ChunkListChild root = await builder.FinishAsync(CancellationToken.None);
        await nodes.SealAsync();
        using PackReader packs = nodes.Reader();
        long size = chunks.Sum(c => (long)c.Length);
        Assert.That(root.Bytes, Is.EqualTo(size));
        var file = new ManifestEntry("f"u8.ToArray(), FileKind.File, size, default, root.Digest, null, root.Place);
        List<FileChunk> all = await ChunkListReader.ChunksAsync(packs, file, 0, CancellationToken.None).Select(p => p.Chunk).ToListAsync();
        Assert.That(all.SequenceEqual(chunks), Is.True);
        for (int i = 0; i < 30; i++)
        {
            long from = random.NextInt64(size);
            PlacedChunk first = await ChunkListReader.ChunksAsync(packs, file, from, CancellationToken.None).FirstAsync();
            Assert.That(first.Offset <= from && from < first.Offset + first.Chunk.Length, Is.True);
        }
    }

    private static async Task<Digest> RootAsync(ManifestEntry[] entries)
    {
        using var nodes = new NodeStore();
        return (await nodes.BuildAsync(entries)).Digest;
    }

    internal static ManifestEntry[] Entries(int count) =>
    [
        .. Enumerable.Range(0, count)
            .Select(i => new ManifestEntry(Encoding.UTF8.GetBytes($"part-{i % 17:D2}/{i * 7919L % 1_000_003:D7}.jpg"), FileKind.File, 100 + i, Digest.Of(BitConverter.GetBytes(i)), null, null, new ChunkRef(new PackId((UInt128)(i % 5)), i)))
            .OrderBy(e => e.Name, StringComparer.Ordinal),
    ];

    /// <summary>Stores nodes in packs in memory and counts what is read of them.</summary>
    internal sealed class NodeStore : IDisposable
    {
        private readonly MemoryStore _objects = new();
        private readonly PackBuilder _pack = new(64 << 20);

        internal int Reads { get; set; }

        internal ValueTask<ChunkRef> StoreAsync(ReadOnlyMemory<byte> bytes) =>
            ValueTask.FromResult(_pack.Add(Digest.Of(bytes.Span), bytes.Length, Versioning.Compression.ChunkEncoding.Raw, bytes.Span));

        internal async Task<ManifestRoot> BuildAsync(IEnumerable<ManifestEntry> entries)
        {
            var builder = new ManifestBuilder((bytes, _) => StoreAsync(bytes));
            foreach (ManifestEntry entry in entries)
            {
                await builder.AddAsync(entry, CancellationToken.None);
            }

            return await builder.FinishAsync(CancellationToken.None);
        }

        internal async Task SealAsync() => await _objects.CreateAsync(StoreKeys.Pack(_pack.Id), _pack.Seal());

        public void Dispose() => _objects.DisposeAsync().AsTask().Wait();

        internal PackReader Reader() => new(
            _objects,
            reference =>
            {
                Reads++;
                return (reference.Pack, reference.Ordinal);
            },
            _ => Task.CompletedTask);
    }
}
