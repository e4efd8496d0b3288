using NUnit.Framework;
using Versioning.Canonical;
using Versioning.Journal;
using Versioning.Packs;
using Versioning.Storage;
using Versioning.Tests.Store;

namespace Versioning.Tests.Journal;

/// <summary>Derived state and relocations that no writer would make.</summary>
[TestFixture]
internal sealed class HostileJournalTests
{
    [Test]
    public async Task Open_CheckpointThatRepeatsAnArtifact_FoldsTheEntriesInstead()
    {
        using var folder = new TempFolder();
        await using var objects = new MemoryStore();
        folder.Write("s/file", "text");
        await using (VersionStore store = await VersionStore.CreateAsync(new PassingStore(objects), folder.Options))
        {
            await store.CommitAsync("a", folder.Of("s"));
            await store.CommitAsync("b", folder.Of("s"));
        }

        using var journal = new JournalLog(objects, TimeProvider.System);
        byte[] good = Checkpoint.Encode(await journal.FoldAsync(CancellationToken.None)).ToArray();
        byte[] content = good[..^Digest.Size], second = [0x94, 0xa1, (byte)'b'];
        content[content.AsSpan().IndexOf(second) + 2] = (byte)'a';
        byte[] hash = new byte[Digest.Size];
        DomainHash.Checkpoint(content).CopyTo(hash);
        await objects.CreateAsync(StoreKeys.Checkpoint(2), (byte[])[.. content, .. hash]);

        await using VersionStore opened = await VersionStore.OpenAsync(new PassingStore(objects), folder.Options);
        Assert.That((await opened.ListArtifactsAsync().ToListAsync()).Select(a => a.Name), Is.EqualTo(["a", "b"]));
        Assert.That((await opened.VerifyAsync()).Damages.Select(d => d.Object), Is.EqualTo([StoreKeys.Checkpoint(2).Value]));
    }

    [TestCase("../x", null, null)]
    [TestCase("a@1", null, null)]
    [TestCase("x", "7", null)]
    [TestCase("x", "latest", null)]
    [TestCase("x", "a/b", null)]
    [TestCase("x", null, "7")]
    [TestCase("x", null, "-v")]
    [TestCase("x", "v1", "prod", true)]
    public void Fold_NamesThatNoWriterTakes_IsDamage(string artifact, string? tag, string? alias, bool sound = false)
    {
        var record = new VersionRecord(artifact, ArtifactKind.Dataset, default, 0, 0, DateTimeOffset.UnixEpoch, "a", "", "t", null, [], [], [], []);
        List<JournalOperation> operations = [new PublishOperation(artifact, 1, record.Encode(), new ChunkRef(new PackId(1), 0), null)];
        operations.AddRange(tag is null ? [] : [new TagOperation(artifact, tag, 1)]);
        operations.AddRange(alias is null ? [] : [new AliasOperation(artifact, alias, null, 1)]);
        var entry = new JournalEntry(1, default, 1, DateTimeOffset.UnixEpoch, "a", "t", operations);
        Assert.That(() => StoreState.Empty.Apply(entry, default), sound ? Throws.Nothing : Throws.TypeOf<IntegrityException>());
    }

    [Test]
    public void Resolve_RelocationBeyondAllOrdinals_IsNotValid()
    {
        var pack = new PackId(1);
        StoreState state = StoreState.Empty with { Moved = StoreState.Empty.Moved.Add(pack, new PackLocation(new PackId(2), int.MaxValue, [new OrdinalRange(0, 10)])) };
        Assert.That(state.Resolve(new ChunkRef(pack, 0)), Is.EqualTo((new PackId(2), int.MaxValue)));
        Assert.That(state.Resolve(new ChunkRef(pack, 1)), Is.Null);
        Assert.That(state.IsValid(new ChunkRef(pack, 9)), Is.False);
    }
}
