using CsCheck;
using NUnit.Framework;
using Versioning.Compression;
using Versioning.Packs;
using Versioning.Trees;

namespace Versioning.Tests.Trees;

/// <summary>What a node knows of where its children's bytes lie comes back as it was, whatever it is.</summary>
[TestFixture]
internal sealed class PlaceTests
{
    private static readonly Gen<StoredSpan> Spans = Gen.Select(
        Gen.Int[0, PackFormat.TargetLength],
        Gen.Int[1, PackFormat.MaxChunkLength],
        Gen.Int[1, PackFormat.MaxChunkLength],
        Gen.Int[0, 3],
        Gen.ULong,
        (offset, a, b, encoding, checksum) => encoding == 0
            ? new StoredSpan(offset, a, a, ChunkEncoding.Raw, checksum)
            : new StoredSpan(offset, Math.Min(a, b), Math.Max(a, b), (ChunkEncoding)encoding, checksum));

    private static readonly Gen<ChunkRef> Places = Gen.Select(
        Gen.Int[0, 3],
        Gen.Int[0, 5000],
        Gen.OneOf(Gen.Const(default(StoredSpan)), Spans),
        (pack, ordinal, span) => new ChunkRef(new PackId((UInt128)(uint)pack), ordinal) { Span = span });

    [Test]
    public void Inner_AnyPlaces_ComeBackAsTheyWere() => Places.Array[1, 40].Sample(places =>
    {
        EncodedNode node = ManifestInner.Encode(1, [.. places.Select((place, i) => new ManifestChild([(byte)(i + 1)], Digest.Of([(byte)i]), 1, 1, place))]);
        return Same(places, ManifestNode.Decode(node.Stored, node.Digest, 1).Children.Select(c => c.Place));
    });

    [Test]
    public void Leaf_AnyPlaces_ComeBackAsTheyWere() => Places.Array[1, 40].Sample(places =>
    {
        // Of a file's only chunk the length is the file's, and its digest is known, so no checksum is kept.
        ChunkRef[] only = [.. places.Select(p => p with { Span = p.Span with { Checksum = 0 } })];
        EncodedNode leaf = ManifestLeaf.Encode([.. only.Select((place, i) => new ManifestEntry([(byte)(i + 1)], FileKind.File, place.Span.IsKnown ? place.Span.Length : 5, Digest.Of([(byte)i]), null, null, place))]);
        EncodedNode lists = ManifestLeaf.Encode([.. places.Select((place, i) => new ManifestEntry([(byte)(i + 1)], FileKind.File, 5, Digest.Of([(byte)i]), Digest.Of([1]), null, place))]);
        return Same(only, ManifestNode.Decode(leaf.Stored, leaf.Digest, 0).Entries.Select(e => e.Place!.Value))
            && Same(places, ManifestNode.Decode(lists.Stored, lists.Digest, 0).Entries.Select(e => e.Place!.Value));
    });

    [Test]
    public void Page_AnyPlaces_ComeBackAsTheyWere() => Gen.Select(Places.Array[1, 40], Gen.Bool.Array[40]).Sample((some, follows) =>
    {
        var places = new List<ChunkRef>();
        foreach ((ChunkRef place, bool goesOn) in some.Zip(follows))
        {
            ChunkRef next = place with { Span = place.Span with { Checksum = 0 } };
            bool behind = goesOn && places.Count > 0 && places[^1].Span.IsKnown == next.Span.IsKnown;
            places.Add(behind ? places[^1] with { Ordinal = places[^1].Ordinal + 1, Span = next.Span.IsKnown ? next.Span with { Offset = places[^1].Span.End } : default } : next);
        }

        EncodedNode page = ChunkListPage.Encode([.. places.Select((place, i) => new FileChunk(Digest.Of([(byte)i]), place.Span.IsKnown ? place.Span.Length : 5, place))]);
        return Same(places, ChunkListPage.Decode(page.Stored, page.Digest).Chunks.Select(c => c.Place));
    });

    [Test]
    public void Leaf_FilesThatLieOneBehindAnother_TakeOneByteEachForIt()
    {
        ManifestEntry[] known = [.. Enumerable.Range(0, 100).Select(i => new ManifestEntry([(byte)(i + 1)], FileKind.File, 1000, Digest.Of([(byte)i]), null, null, new ChunkRef(new PackId(1), i) { Span = new StoredSpan(1000 * i, 1000, 1000, ChunkEncoding.Raw, 0) }))];
        ManifestEntry[] unknown = [.. known.Select(e => e with { Place = e.Place!.Value with { Span = default } })];
        Assert.That(ManifestLeaf.Encode(known).Stored.Length - ManifestLeaf.Encode(unknown).Stored.Length, Is.EqualTo(100));
        Assert.That(ManifestLeaf.Encode(known).Digest, Is.EqualTo(ManifestLeaf.Encode(unknown).Digest));
    }

    private static bool Same(IEnumerable<ChunkRef> expected, IEnumerable<ChunkRef> found) =>
        expected.Select(p => (p, p.Span)).SequenceEqual(found.Select(p => (p, p.Span)));
}
