using NUnit.Framework;
using Versioning.Journal;
using Versioning.Packs;
using Versioning.Trees;

namespace Versioning.Tests.Trees;

/// <summary>Whatever bytes come: the right thing, or an exception of ours; never another one, never much memory.</summary>
[TestFixture]
internal sealed class DecoderTests
{
    private static readonly ChunkRef Place = new(new PackId(5), 300) { Span = new StoredSpan(70_000, 900, 1000, Versioning.Compression.ChunkEncoding.Zstd, 1234567) };

    public static IEnumerable<TestCaseData> Decoders()
    {
        ManifestEntry link = new("zz"u8.ToArray(), FileKind.Link, 1, Digest.Of("a"u8), null, "a"u8.ToArray(), null);
        ManifestEntry empty = new("zy"u8.ToArray(), FileKind.File, 0, Digest.Of([]), null, null, null);
        ManifestEntry large = new("zx"u8.ToArray(), FileKind.Executable, 1 << 20, Digest.Of("x"u8), Digest.Of("list"u8), null, Place);
        EncodedNode leaf = ManifestLeaf.Encode([.. ManifestTests.Entries(6), large, empty, link]);
        yield return Case("Leaf", leaf.Stored, b => ManifestNode.Decode(b, leaf.Digest, 0));

        EncodedNode inner = ManifestInner.Encode(1, [new("a"u8.ToArray(), Digest.Of("a"u8), 3, 70_000, Place), new("b"u8.ToArray(), Digest.Of("b"u8), 1, 5, Place)]);
        yield return Case("Inner", inner.Stored, b => ManifestNode.Decode(b, inner.Digest, 1));

        EncodedNode page = ChunkListPage.Encode([new(Digest.Of("a"u8), 1000, Place), new(Digest.Of("b"u8), 7, Place with { Ordinal = 301, Span = new StoredSpan(70_900, 7, 7, Versioning.Compression.ChunkEncoding.Raw, 0) }), new(Digest.Of("c"u8), 7, Place with { Span = default })]);
        yield return Case("Page", page.Stored, b => ChunkListPage.Decode(b, page.Digest));

        EncodedNode pages = ChunkListPage.Encode(1, [new(Digest.Of("a"u8), 262144, Place), new(Digest.Of("b"u8), 7, Place)]);
        yield return Case("InnerPage", pages.Stored, b => ChunkListPage.Decode(b, pages.Digest));

        ReadOnlyMemory<byte> record = Record().Encode();
        Digest recordDigest = VersionRecord.DigestOf(record.Span);
        yield return Case("Record", record, b => RequireDigest(VersionRecord.Decode(b, "record"), VersionRecord.DigestOf(b.Span), recordDigest));

        var entry = new JournalEntry(
            7,
            Digest.Of("6"u8),
            77,
            DateTimeOffset.UnixEpoch.AddDays(20_000),
            "author",
            "tool",
            [
                new PublishOperation("datasets/a", 1, record, Place, Place),
                new PublishOperation("datasets/a", 2, record, Place, null),
                new TagOperation("datasets/a", "t", 1),
                new AliasOperation("datasets/a", "p", null, 1),
                new AliasOperation("datasets/a", "p", 1, 2),
                new RetireOperation("datasets/b", 1),
                new CondemnOperation([new PackId(3)]),
                new RelocateOperation([new(new PackId(4), new PackLocation(new PackId(8), 5, [new OrdinalRange(0, 4)]))], [new PackId(4)]),
            ]);
        ReadOnlyMemory<byte> entryBytes = entry.Encode();
        Digest entryHash = Canonical.DomainHash.Entry(entryBytes.Span);
        yield return Case("Entry", entryBytes, b => RequireDigest(JournalEntry.Decode(b, "entry"), Canonical.DomainHash.Entry(b.Span), entryHash));

        StoreState state = StoreState.Empty.Apply(entry with { Sequence = 1, Previous = default, Operations = [.. entry.Operations.Take(1), .. entry.Operations.Skip(2).Take(2), .. entry.Operations.Skip(6)] }, entryHash);
        yield return Case("Checkpoint", Checkpoint.Encode(state), b => Checkpoint.Decode(b, "checkpoint"));

        // Places of hints carry no digest of their own: the chunk that holds them does.
        ReadOnlyMemory<byte> summaries = PackSummaries.Encode([new(new PackId(1), 9, [1, 200, ulong.MaxValue]), new(new PackId(2), 1, [])]);
        Digest summariesDigest = Digest.Of(summaries.Span);
        yield return Case("Summaries", summaries, b => RequireDigest(PackSummaries.Decode(b, "summaries"), Digest.Of(b.Span), summariesDigest));

        var pack = new PackBuilder(1 << 20);
        pack.Add(Digest.Of("abc"u8), 3, Versioning.Compression.ChunkEncoding.Raw, "abc"u8);
        pack.Add(Digest.Of("defg"u8), 4, Versioning.Compression.ChunkEncoding.Raw, "defg"u8);
        byte[] sealedPack = pack.Seal().ToArray();
        ReadOnlyMemory<byte> tail = sealedPack.AsMemory(7);
        yield return Case("Footer", tail, b => PackFooter.Parse(b, b.Length + 7, "pack"));
    }

    [TestCaseSource(nameof(Decoders))]
    public void Decode_WholeBytes_Works(byte[] good, Action<ReadOnlyMemory<byte>> decode) => Assert.That(() => decode(good), Throws.Nothing);

    [TestCaseSource(nameof(Decoders))]
    public void Decode_TruncatedAnywhere_IsAnIntegrityException(byte[] good, Action<ReadOnlyMemory<byte>> decode)
    {
        var wrong = new List<string>();
        for (int length = 0; length < good.Length; length++)
        {
            Expect(wrong, $"cut to {length} of {good.Length}", good[..length], decode, false);
        }

        Assert.That(wrong, Is.Empty);
    }

    [TestCaseSource(nameof(Decoders))]
    public void Decode_AnyByteFlipped_IsNeverTakenForTheSame(byte[] good, Action<ReadOnlyMemory<byte>> decode)
    {
        // Bytes of a placement are outside the digest on purpose; there a flip may pass, and the chunk it leads to decides.
        string name = TestContext.CurrentContext.Test.Name;
        bool hasPlacement = name.Contains("Leaf", StringComparison.Ordinal) || name.Contains("Inner", StringComparison.Ordinal) || name.Contains("Page", StringComparison.Ordinal);
        int logical = hasPlacement ? LogicalLength(good) : good.Length;
        var wrong = new List<string>();
        for (int i = 0; i < good.Length; i++)
        {
            foreach (byte mask in new byte[] { 1, 0x80, 0xff, 0x10 })
            {
                byte[] bad = [.. good];
                bad[i] ^= mask;
                Expect(wrong, $"byte {i} ^ {mask:x2}", bad, decode, i >= logical);
            }
        }

        Assert.That(wrong, Is.Empty);
    }

    [TestCaseSource(nameof(Decoders))]
    public void Decode_TrailingBytes_IsAnIntegrityException(byte[] good, Action<ReadOnlyMemory<byte>> decode)
    {
        foreach (byte extra in new byte[] { 0, 0xc0, 0xff })
        {
            Assert.That(() => decode((byte[])[.. good, extra]), Throws.InstanceOf<IntegrityException>());
        }
    }

    [TestCaseSource(nameof(Decoders))]
    public void Decode_ArrayThatLiesAnywhere_AllocatesLittle(byte[] good, Action<ReadOnlyMemory<byte>> decode)
    {
        var wrong = new List<string>();
        Expect(wrong, "warm up", [0xdd, 0xff, 0xff, 0xff, 0xff], decode, false);
        for (int i = 0; i < good.Length; i++)
        {
            foreach (byte[] lie in new byte[][] { [0xdd, 0xff, 0xff, 0xff, 0xff], [0xdd, 0x7f, 0xff, 0xff, 0xff], [0xdc, 0xff, 0xff], [0xdb, 0xff, 0xff, 0xff, 0xff], [0xc6, 0x7f, 0xff, 0xff, 0xff] })
            {
                byte[] bad = [.. good[..i], .. lie, .. good[(i + 1)..]];
                long before = GC.GetAllocatedBytesForCurrentThread();
                Expect(wrong, $"lie {Convert.ToHexString(lie)} at {i}", bad, decode, true);
                long allocated = GC.GetAllocatedBytesForCurrentThread() - before;
                if (allocated > 1 << 20)
                {
                    wrong.Add($"lie at {i}: {allocated} bytes allocated");
                }
            }
        }

        Assert.That(wrong, Is.Empty);
    }

    [Test]
    public void Decode_UnsortedOrRepeatedPaths_IsAnIntegrityException()
    {
        ManifestEntry[] entries = ManifestTests.Entries(3);
        foreach (ManifestEntry[] order in new ManifestEntry[][] { [entries[1], entries[0]], [entries[0], entries[0]] })
        {
            EncodedNode leaf = ManifestLeaf.Encode(order);
            Assert.That(() => ManifestNode.Decode(leaf.Stored, leaf.Digest, 0), Throws.InstanceOf<IntegrityException>());
        }

        EncodedNode inner = ManifestInner.Encode(1, [new("b"u8.ToArray(), default, 3, 7, Place), new("a"u8.ToArray(), default, 1, 5, Place)]);
        Assert.That(() => ManifestNode.Decode(inner.Stored, inner.Digest, 1), Throws.InstanceOf<IntegrityException>());
        ReadOnlyMemory<byte> record = (Record() with { Parameters = [new("b", "1"), new("a", "1")] }).Encode();
        Assert.That(() => VersionRecord.Decode(record, "record"), Throws.InstanceOf<IntegrityException>());
    }

    [Test]
    public void Decode_NodeOfAnotherDigestOrLevel_IsAnIntegrityException()
    {
        EncodedNode leaf = ManifestLeaf.Encode(ManifestTests.Entries(3));
        Assert.That(() => ManifestNode.Decode(leaf.Stored, Digest.Of("x"u8), 0), Throws.InstanceOf<IntegrityException>());
        Assert.That(() => ManifestNode.Decode(leaf.Stored, leaf.Digest, 1), Throws.InstanceOf<IntegrityException>());
    }

    // Each: the overlong form of what has a shorter one.
    [TestCase("cc05")]
    [TestCase("cd0005")]
    [TestCase("ce00000005")]
    [TestCase("cf0000000000000005")]
    [TestCase("d005")]
    [TestCase("d10005")]
    [TestCase("d200000005")]
    [TestCase("d30000000000000005")]
    [TestCase("cd00ff")]
    [TestCase("cfffffffffffffffff")]
    [TestCase("ff")]
    [TestCase("c0")]
    [TestCase("")]
    [TestCase("cd00")]
    public void Integer_NotTheShortestOrOutside_IsAnIntegrityException(string hex) =>
        Assert.That(() => new Canonical.CanonicalReader(Convert.FromHexString(hex), "it").Integer(), Throws.InstanceOf<IntegrityException>());

    [TestCase("dc0001c0")]
    [TestCase("dd00000001c0")]
    [TestCase("ddffffffff")]
    [TestCase("92c0")]
    [TestCase("80")]
    [TestCase("")]
    public void Array_NotTheShortestOrLying_IsAnIntegrityException(string hex) =>
        Assert.That(() => new Canonical.CanonicalReader(Convert.FromHexString(hex), "it").Array(), Throws.InstanceOf<IntegrityException>());

    [TestCase("d90161")]
    [TestCase("da000161")]
    [TestCase("db0000000161")]
    [TestCase("a1ff")]
    [TestCase("a3eda080")]
    [TestCase("a261")]
    [TestCase("c40161")]
    public void Text_NotCanonicalUtf8_IsAnIntegrityException(string hex) =>
        Assert.That(() => new Canonical.CanonicalReader(Convert.FromHexString(hex), "it").Text(), Throws.InstanceOf<IntegrityException>());

    [TestCase("c5000161")]
    [TestCase("c60000000161")]
    [TestCase("c40261")]
    [TestCase("c6ffffffff")]
    [TestCase("a161")]
    public void Bytes_NotTheShortestOrLying_IsAnIntegrityException(string hex) =>
        Assert.That(() => new Canonical.CanonicalReader(Convert.FromHexString(hex), "it").Bytes(), Throws.InstanceOf<IntegrityException>());

    [Test]
    public void Nil_AtTheEnd_IsNotAnExceptionOfAnotherKind() =>
        Assert.That(() => new Canonical.CanonicalReader(Array.Empty<byte>(), "it").TryNil(), Throws.InstanceOf<IntegrityException>());

    private static VersionRecord Record() => new(
        "datasets/a",
        ArtifactKind.Model,
        Digest.Of("c"u8),
        3,
        70_000,
        DateTimeOffset.UnixEpoch.AddDays(20_000),
        "author",
        "message",
        "tool",
        new CodeCommit("https://host/repo", "abcdef", null, true),
        [new ArtifactPin("datasets/b", 1, Digest.Of("b"u8))],
        [new("p", "1"), new("q", "2")],
        [new("m", 0.25)],
        [new("k", "v")]);

    private static void RequireDigest(object decoded, Digest digest, Digest expected)
    {
        Assert.That(decoded, Is.Not.Null);
        if (digest != expected)
        {
            throw new IntegrityException("mismatch", "The digest tells.");
        }
    }

    private static int LogicalLength(byte[] node)
    {
        // The placement is the node's second value; both are whole MessagePack values.
        var reader = new MessagePack.MessagePackReader(node);
        reader.Skip();
        return (int)reader.Consumed;
    }

    private static void Expect(List<string> wrong, string what, byte[] bytes, Action<ReadOnlyMemory<byte>> decode, bool mayPass)
    {
        try
        {
            decode(bytes);
            if (!mayPass)
            {
                wrong.Add($"{what}: accepted");
            }
        }
        catch (VersioningException)
        {
        }
        catch (Exception e)
        {
            wrong.Add($"{what}: {e.GetType().Name} {e.Message}");
        }
    }

    private static TestCaseData Case(string name, ReadOnlyMemory<byte> good, Action<ReadOnlyMemory<byte>> decode) =>
        new TestCaseData(good.ToArray(), decode).SetArgDisplayNames(name);
}
