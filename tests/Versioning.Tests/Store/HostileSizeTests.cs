using NUnit.Framework;
using Versioning.Trees;

namespace Versioning.Tests.Store;

/// <summary>Manifests and chunk lists that lie about sizes: damage, whatever is done with them, and never much memory.</summary>
[TestFixture]
internal sealed class HostileSizeTests : HostileFixture
{
    [Test]
    public async Task ChunkListPage_SizesBeyondAllBounds_IsDamage()
    {
        ManifestEntry chunk = _hostile.File("x", "chunk");
        ChunkListChild child = new(Digest.Of("page"u8), long.MaxValue, chunk.Place!.Value);
        EncodedNode page = ChunkListPage.Encode(1, [child, child]);
        ManifestEntry file = chunk with { Size = 5_000_000, ChunkList = page.Digest, Place = _hostile.Store(page.Stored) };
        await using VersionStore store = await _hostile.PublishAsync(file);
        await AssertDamagedAsync(store);
    }

    [Test]
    public async Task ManifestLeaf_SizesBeyondAllBounds_IsDamage()
    {
        // The manifest is put together by hand: a builder that adds up would not make it.
        ManifestEntry entry = _hostile.File("x", "chunk") with { ChunkList = Digest.Of("list"u8), Size = long.MaxValue };
        EncodedNode leaf = ManifestLeaf.Encode([entry with { Path = "x"u8.ToArray() }, entry with { Path = "y"u8.ToArray() }]);
        await using VersionStore store = await _hostile.PublishAsync(new ManifestRoot(leaf.Digest, _hostile.Store(leaf.Stored), 2, 5));
        await AssertDamagedAsync(store);
    }

    [Test]
    public async Task ManifestInner_SizesBeyondAllBounds_IsDamage()
    {
        EncodedNode leaf = ManifestLeaf.Encode([_hostile.File("x", "chunk")]);
        ManifestChild child = new("x"u8.ToArray(), leaf.Digest, 1, long.MaxValue, _hostile.Store(leaf.Stored));
        EncodedNode inner = ManifestInner.Encode(1, [child, child with { FirstPath = "y"u8.ToArray() }]);
        await using VersionStore store = await _hostile.PublishAsync(new ManifestRoot(inner.Digest, _hostile.Store(inner.Stored), 2, 5));
        await AssertDamagedAsync(store);
    }

    private async Task AssertDamagedAsync(VersionStore store)
    {
        _folder.Write("patch/other", "other");
        Assert.That(async () => await store.FetchAsync(HostileStore.Artifact, _folder.Of("t")), Throws.TypeOf<IntegrityException>());
        Assert.That(async () => await store.ReadRangeAsync(HostileStore.Artifact, "x", 0, new byte[1]), Throws.TypeOf<IntegrityException>());
        Assert.That((await store.VerifyAsync()).Damages, Is.Not.Empty);
        try
        {
            await store.CommitAsync(HostileStore.Artifact, _folder.Of("patch"), new CommitOptions { Patch = true, Code = new CodeCommit(null, "0123", null, false) });
        }
        catch (IntegrityException)
        {
            // Building on it may be refused; nothing else may happen.
        }
    }
}
