using NUnit.Framework;
using Versioning.Trees;

namespace Versioning.Tests.Store;

/// <summary>Trees whose every node is what its digest says, put together in a way that no writer would.</summary>
[TestFixture]
internal sealed class HostileTreeTests : HostileFixture
{
    [Test]
    public async Task Leaf_ListedTwice_IsDamage()
    {
        ManifestChild leaf = Leaf("b");
        await AssertDamagedAsync("b", leaf, leaf with { FirstPath = "c"u8.ToArray() });
    }

    [Test]
    public async Task Leaf_WithPathsThatBelongToTheNextOne_IsDamage() => await AssertDamagedAsync("z", Leaf("a", "z"), Leaf("b"));

    [Test]
    public async Task Leaf_WithOtherSumsThanItsParentSays_IsDamage() => await AssertDamagedAsync("a", Leaf("a") with { Bytes = 77 }, Leaf("b"));

    [Test]
    public async Task Leaf_WithoutFiles_IsDamage() => await AssertDamagedAsync("a", Leaf("a"), Leaf() with { FirstPath = "b"u8.ToArray() });

    private ManifestChild Leaf(params string[] paths)
    {
        ManifestEntry[] entries = [.. paths.Select(path => _hostile.File(path, path))];
        EncodedNode leaf = ManifestLeaf.Encode(entries);
        return new ManifestChild(paths.Length == 0 ? [] : entries[0].Path, leaf.Digest, entries.Length, entries.Sum(e => e.Size), _hostile.Store(leaf.Stored));
    }

    private async Task AssertDamagedAsync(string path, params ManifestChild[] children)
    {
        EncodedNode root = ManifestInner.Encode(1, children);
        await using VersionStore store = await _hostile.PublishAsync(new ManifestRoot(root.Digest, _hostile.Store(root.Stored), children.Sum(c => c.Files), children.Sum(c => c.Bytes)));
        Assert.That(async () => await store.FetchAsync(HostileStore.Artifact, _folder.Of("t")), Throws.TypeOf<IntegrityException>());
        Assert.That(Directory.EnumerateFileSystemEntries(_folder.Of("t")), Is.Empty);
        Assert.That(async () => await store.ListFilesAsync(HostileStore.Artifact).ToListAsync(), Throws.TypeOf<IntegrityException>());
        VerifyReport report = await store.VerifyAsync();
        Assert.That(report.Damages, Has.Count.EqualTo(1), path);
        Assert.That(report.Damages[0].Versions, Has.One.Items.And.All.StartsWith($"{HostileStore.Artifact}@1#"));
    }
}
