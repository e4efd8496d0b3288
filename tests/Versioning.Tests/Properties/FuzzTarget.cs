using System.Buffers;
using System.Buffers.Binary;
using System.Collections.Immutable;
using Versioning.Canonical;
using Versioning.Compression;
using Versioning.Journal;
using Versioning.Packs;
using Versioning.Storage;
using Versioning.Tests.Signing;
using Versioning.Tests.Trees;
using Versioning.Trees;

namespace Versioning.Tests.Properties;

/// <summary>A decoder of stored bytes.</summary>
/// <param name="Name">What it decodes.</param>
/// <param name="Seeds">Sound bytes, without the hash that guards them.</param>
/// <param name="Close">Puts the hash on, as whoever makes hostile bytes would.</param>
/// <param name="Decode">Decodes, and encodes again what has one canonical form; null for what has none.</param>
internal sealed record FuzzTarget(string Name, byte[][] Seeds, Func<byte[], byte[]> Close, Func<byte[], byte[]?> Decode)
{
    private static readonly ChunkRef Place = new(new PackId(5), 300) { Span = new StoredSpan(70_000, 900, 1000, Versioning.Compression.ChunkEncoding.Zstd, 1234567) };

    public override string ToString() => Name;

    internal static IEnumerable<FuzzTarget> All()
    {
        yield return new("format", [new StoreFormat(77).Encode()[..^Digest.Size].ToArray()], Seal, b => StoreFormat.Decode(b, "it").Encode().ToArray());
        yield return new("entry", [Entry().Encode()[..^Digest.Size].ToArray(), SignedEntry().Encode()[..^Digest.Size].ToArray()], Seal, b => JournalEntry.Decode(b, "it").Encode().ToArray());
        yield return new("record", [Record(metrics: true).Encode().ToArray(), Record(metrics: false).Encode().ToArray(), EndedRun().Encode().ToArray()], Same, DecodeRecord);
        yield return new("run plan", [Plan().ToArray()], Same, b => RunPlan.Decode(b, "it").Encode().ToArray());
        yield return new("manifest node", Nodes(), Same, DecodeNode);
        yield return new("chunk list page", Pages(), Same, DecodePage);
        yield return new("pack summaries", [PackSummaries.Encode([new(new PackId(1), 9, [1, 200, ulong.MaxValue]), new(new PackId(2), 1, [])]).ToArray()], Same, b => PackSummaries.Encode(PackSummaries.Decode(b, "it")).ToArray());
        yield return new("checkpoint", [Checkpoint.Encode(State()).ToArray()[..^Digest.Size], Checkpoint.Encode(StateWithRuns()).ToArray()[..^Digest.Size], Checkpoint.Encode(StateWithRuns() with { IsLinked = false }).ToArray()[..^Digest.Size], Checkpoint.Encode(SignedState()).ToArray()[..^Digest.Size]], content => [.. content, .. Bytes(DomainHash.Checkpoint(content))], b => Checkpoint.Encode(Checkpoint.Decode(b, "it")).ToArray());
        yield return new("pack footer", [Pack()[..^PackFormat.TrailerLength]], CloseFooter, DecodeFooter);
    }

    internal static byte[] Seal(byte[] content) => [.. content, .. Bytes(DomainHash.Seal(content))];

    internal static VersionRecord Record(bool metrics) => new(
        "datasets/a", ArtifactKind.Model, Digest.Of("c"u8), 3, 70_000, DateTimeOffset.UnixEpoch.AddDays(20_000), "author", "message", "tool",
        new CodeCommit("https://host/repo", "abcdef", null, true), [new ArtifactPin("datasets/b", 1, Digest.Of("b"u8))],
        [new("p", "1"), new("q", "2")], metrics ? [new("m", 0.25)] : [], [new("k", "v")]);

    private static ReadOnlyMemory<byte> Plan() =>
        new RunPlan(["dotnet", "train"], "machine", new CodeCommit(null, "abc", "main", false), [new ArtifactPin("datasets/b", 1, Digest.Of("b"u8))], [new("p", "1")]).Encode();

    private static VersionRecord EndedRun() => Record(metrics: false) with
    {
        Artifact = "runs/a",
        Kind = ArtifactKind.Run,
        Run = new RunRecord(
            78, Digest.Of("d"u8), null, ["dotnet", "train"], [new("os", "x")], DateTimeOffset.UnixEpoch.AddDays(20_000), DateTimeOffset.UnixEpoch.AddDays(20_001), RunOutcome.Failed, -1073741819,
            [new ArtifactPin("datasets/a", 1, Digest.Of("a"u8))]),
    };

    private static StoreState StateWithRuns() => State() with
    {
        Artifacts = State().Artifacts.SetItem("datasets/a", State().Artifacts["datasets/a"] with { Versions = Linked(State().Artifacts["datasets/a"].Versions), Policies = ArtifactState.Empty.Policies.Add("p", ["metric.m >= 0.5"]).Add("q", ["files > 0", "bytes > 0"]) }),
        Runs = RunsState.Empty.Start(77, new OpenRun("runs/a", 1, null)).Start(78, new OpenRun("runs/b", 1, Digest.Of("k"u8))) with
        {
            Keys = RunsState.Empty.Keys.Add(Digest.Of("x"u8), new RunNumber("runs/a", 3)).Add(Digest.Of("y"u8), new RunNumber("runs/b", 4)),
        },
    };

    private static ImmutableList<PublishedVersion> Linked(ImmutableList<PublishedVersion> versions) => versions.SetItem(1, versions[1] with
    {
        Inputs = [new VersionKey("datasets/a", 1)],
        Outputs = [new VersionKey("datasets/a", 1), new VersionKey("datasets/a", 2)],
    });

    internal static JournalEntry Entry()
    {
        ReadOnlyMemory<byte> record = Record(metrics: true).Encode();
        return new(
            7, Digest.Of("6"u8), 77, DateTimeOffset.UnixEpoch.AddDays(20_000), "author", "tool",
            [
                new PublishOperation("datasets/a", 1, record, Place, Place),
                new PublishOperation("datasets/a", 2, record, Place, null),
                new TagOperation("datasets/a", "t", 1),
                new AliasOperation("datasets/a", "p", null, 1),
                new AliasOperation("datasets/a", "p", 1, 2),
                new RetireOperation("datasets/b", 1),
                new RunOperation("runs/a", 77, null, Plan()),
                new RunOperation("runs/a", 78, Digest.Of("k"u8), Plan()),
                new PolicyOperation("datasets/a", "p", ["metric.m >= 0.5", "files > 0"]),
                new CondemnOperation([new PackId(3)]),
                new RelocateOperation([new(new PackId(4), new PackLocation(new PackId(8), 5, [new OrdinalRange(0, 4)]))], [new PackId(4)]),
            ]);
    }

    private static StoreState State()
    {
        JournalEntry entry = Entry();
        JournalOperation[] operations = [.. entry.Operations.Take(4), entry.Operations[9], new CondemnOperation([new PackId(9)]), entry.Operations[10]];
        return StoreState.Empty.Apply(entry with { Sequence = 1, Previous = default, Operations = operations }, Digest.Of("1"u8));
    }

    private static byte[] PublicKey(byte seed) => SignedKeys.Of(seed).PublicKey.ToArray();

    private static JournalEntry SignedEntry() => Entry() with
    {
        Signature = new EntrySignature(Digest.Of("key"u8), new byte[64], default),
        Operations = [new KeyOperation(PublicKey(1), "me"), new KeyOperation(PublicKey(2), null), new SignOperation("datasets/a", 1, Digest.Of("s"u8), new byte[64]), new DemandOperation("models/", true), new DemandOperation("/", false)],
    };

    private static StoreState SignedState()
    {
        StoreState state = State();
        ArtifactState artifact = state.Artifacts["datasets/a"];
        KnownKey one = new(Digest.Of(PublicKey(1)), PublicKey(1), "one", 1, 3), two = new(Digest.Of(PublicKey(2)), PublicKey(2), "two", 1, null);
        return state with
        {
            Artifacts = state.Artifacts.SetItem("datasets/a", artifact with { Versions = artifact.Versions.SetItem(0, artifact.Versions[0] with { Signatures = [new SignatureMark(one.Id, 2), new SignatureMark(two.Id, 2)] }) }),
            Trust = new TrustState([one, two], TrustState.Empty.Demands.Add("models/").Add("datasets/a")),
        };
    }

    private static byte[] Same(byte[] bytes) => bytes;

    private static byte[] Bytes(Digest digest)
    {
        byte[] bytes = new byte[Digest.Size];
        digest.CopyTo(bytes);
        return bytes;
    }

    private static byte[]? DecodeRecord(byte[] bytes)
    {
        // Metrics are text that any finite number may be written as.
        VersionRecord record = VersionRecord.Decode(bytes, "it");
        return record.Metrics.Count == 0 ? record.Encode().ToArray() : null;
    }

    private static byte[][] Nodes()
    {
        ManifestEntry link = new("zz"u8.ToArray(), FileKind.Link, 1, Digest.Of("a"u8), null, "a"u8.ToArray(), null);
        ManifestEntry large = new("zx"u8.ToArray(), FileKind.Executable, 1 << 20, Digest.Of("x"u8), Digest.Of("list"u8), null, Place);
        return
        [
            ManifestLeaf.Encode([.. ManifestTests.Entries(6), large, link]).Stored.ToArray(),
            ManifestInner.Encode(1, [new("a"u8.ToArray(), Digest.Of("a"u8), 3, 70_000, Place), new("b"u8.ToArray(), Digest.Of("b"u8), 1, 5, Place)]).Stored.ToArray(),
        ];
    }

    private static byte[]? DecodeNode(byte[] stored)
    {
        int logical = LogicalLength(stored);
        ManifestNode node = ManifestNode.Decode(stored, DomainHash.TreeNode(stored.AsSpan(0, logical)), null);
        EncodedNode again = node.Level == 0 ? ManifestLeaf.Encode(node.Entries) : ManifestInner.Encode(node.Level, node.Children);
        // Its placement may be written in several ways; the digest does not cover it.
        return [.. again.Stored[..LogicalLength(again.Stored.ToArray())].ToArray(), .. stored[logical..]];
    }

    private static byte[][] Pages() =>
    [
        ChunkListPage.Encode([new(Digest.Of("a"u8), 1000, Place), new(Digest.Of("b"u8), 7, Place with { Ordinal = 301, Span = new StoredSpan(70_900, 7, 7, Versioning.Compression.ChunkEncoding.Raw, 0) }), new(Digest.Of("c"u8), 7, Place with { Span = default })]).Stored.ToArray(),
        ChunkListPage.Encode(1, [new(Digest.Of("a"u8), 262144, Place), new(Digest.Of("b"u8), 7, Place)]).Stored.ToArray(),
    ];

    private static byte[]? DecodePage(byte[] stored)
    {
        int logical = LogicalLength(stored);
        ChunkListPage page = ChunkListPage.Decode(stored, DomainHash.ChunkList(stored.AsSpan(0, logical)));
        EncodedNode again = page.Level == 0 ? ChunkListPage.Encode(page.Chunks) : ChunkListPage.Encode(page.Level, page.Children);
        return [.. again.Stored[..LogicalLength(again.Stored.ToArray())].ToArray(), .. stored[logical..]];
    }

    /// <summary>Where the first of the two values ends; all of it where that can't be told.</summary>
    private static int LogicalLength(byte[] node)
    {
        try
        {
            var reader = new MessagePack.MessagePackReader(node);
            reader.Skip();
            return (int)reader.Consumed;
        }
        catch (Exception e) when (e is EndOfStreamException or MessagePack.MessagePackSerializationException or OverflowException or ArgumentException)
        {
            return node.Length;
        }
    }

    private static byte[] Pack()
    {
        var pack = new PackBuilder(1 << 20);
        pack.Add(Digest.Of("abc"u8), 3, ChunkEncoding.Raw, "abc"u8);
        pack.Add(Digest.Of("defg"u8), 4, ChunkEncoding.Raw, "defg"u8);
        return pack.Seal().ToArray();
    }

    private static byte[] CloseFooter(byte[] content)
    {
        int footer = Math.Min(98, content.Length / PackFormat.RecordLength * PackFormat.RecordLength);
        byte[] trailer = [.. Bytes(DomainHash.PackFooter(content.AsSpan(content.Length - footer))), 0, 0, 0, 0, .. PackFormat.Magic];
        BinaryPrimitives.WriteInt32LittleEndian(trailer.AsSpan(32), footer);
        return [.. content, .. trailer];
    }

    private static byte[]? DecodeFooter(byte[] pack)
    {
        PackFooter footer = PackFooter.Parse(pack, pack.Length, "it");
        for (int i = 0; i < footer.Count; i++)
        {
            PackedChunk chunk = footer[i];
            _ = pack.AsSpan((int)chunk.Offset, chunk.StoredLength);
        }

        return null;
    }
}
