using NUnit.Framework;
using Versioning.Journal;
using Versioning.Lineages;
using Versioning.Packs;
using Versioning.Storage;
using Versioning.Tests.Faults;
using Versioning.Tests.Store;

namespace Versioning.Tests.Journal;

/// <summary>What versions were made from is part of the state; checkpoints of earlier versions do not tell.</summary>
[TestFixture]
internal sealed class LinkedStateTests : StoreFixture
{
    private static readonly ChunkRef Place = new(new PackId(1), 0);

    [Test]
    public void Fold_InputsOfAllKinds_KeepsThoseThatAreHere()
    {
        ArtifactPin a = Pin("datasets/a", 1), wrong = a with { Digest = Digest.Of("x"u8) }, none = a with { Artifact = "datasets/z" }, later = Pin("datasets/b", 1);
        StoreState state = Fold(Publish("datasets/a", 1), Publish("models/m", 1, a, wrong, none, a, a with { Number = 2 }, later), Publish("datasets/b", 1));
        Assert.That(state.Find("models/m")!.Versions[0].Inputs, Is.EqualTo([new VersionKey("datasets/a", 1)]));
        StoreState read = Checkpoint.Decode(Checkpoint.Encode(state), "it");
        Assert.That(read.IsLinked, Is.True);
        Assert.That(read.Find("models/m")!.Versions[0].Inputs, Is.EqualTo([new VersionKey("datasets/a", 1)]));
        Assert.That(Checkpoint.Encode(read).ToArray(), Is.EqualTo(Checkpoint.Encode(state).ToArray()));
    }

    [Test]
    public void Encode_WithoutAnythingNew_IsAsItAlwaysWas()
    {
        byte[] plain = Checkpoint.Encode(Fold(Publish("datasets/a", 1))).ToArray();
        Assert.That(plain[..2], Is.EqualTo(new byte[] { 0x96, 1 }), "six fields, format 1");
        Assert.That(Checkpoint.Decode(plain, "it").IsLinked, Is.False, "one of an earlier version looks like that, too");
        Assert.That(Checkpoint.Encode(Checkpoint.Decode(plain, "it")).ToArray(), Is.EqualTo(plain));
    }

    [TestCase(false)]
    [TestCase(true)]
    public async Task Checkpoint_OfAnEarlierVersion_IsSoundAndCompleted(bool withRuns)
    {
        await MakeAsync(withRuns, entries: 4);
        await UnlinkAsync();
        await using (VersionStore store = await VersionStore.OpenAsync(new PassingStore(_objects), _folder.Options))
        {
            Lineage down = await store.LineageAsync("datasets/a@1", LineageDirection.Down);
            Assert.That(down.Nodes.Select(node => node.Pin.Artifact), Is.EqualTo(["datasets/a", "models/m"]));
        }

        using (var reader = new JournalLog(_objects, TimeProvider.System))
        {
            Assert.That((await reader.FoldAsync(default)).IsLinked, Is.False, "nobody else pays for it");
            Assert.That((await reader.FoldLinkedAsync(default)).IsLinked, Is.True);
            Assert.That((await reader.FoldAsync(default)).IsLinked, Is.True, "once");
        }

        using (var journal = new JournalLog(_objects, TimeProvider.System))
        {
            var check = new Versioning.Verifying.DamageList();
            await new Versioning.Verifying.JournalCheck(_objects, journal, check).RunAsync(await journal.FoldAsync(default), default);
            Assert.That(check.ToArray(), Is.Empty);
        }

        using (var writer = new JournalLog(_objects, TimeProvider.System, checkpointInterval: 1))
        {
            await writer.AppendAsync("tester", state => Task.FromResult<IReadOnlyList<JournalOperation>?>([Publish("datasets/y", 1)]), default);
            Assert.That(writer.State.IsLinked, Is.False, "where nothing has inputs, each checkpoint would have to be completed anew");
            await writer.AppendAsync("tester", state => Task.FromResult<IReadOnlyList<JournalOperation>?>([Publish("models/z", 1, Pin("datasets/a", 1))]), default);
            Assert.That(writer.State.IsLinked, Is.True, "this checkpoint has it");
        }

        using var last = new JournalLog(_objects, TimeProvider.System);
        Assert.That((await last.FoldAsync(default)).IsLinked, Is.True);
    }

    [Test]
    public async Task Lineage_OfARemoteStoreWithAnEarlierCheckpoint_ReadsTheEntriesOnceOnAMachine()
    {
        await MakeAsync(withRuns: false, entries: 4);
        await UnlinkAsync();
        var reads = new List<long>();
        for (int process = 1; process <= 2; process++)
        {
            var counting = new CountingStore(_objects);
            await using VersionStore store = await VersionStore.OpenAsync(new RemoteStore(counting), _folder.Options);
            Assert.That((await store.LineageAsync("models/m")).Nodes, Has.Count.EqualTo(2));
            reads.Add(counting.Count(StoreOperation.Read));
        }

        Assert.That(reads[0], Is.GreaterThanOrEqualTo(6), "format, checkpoint, four entries");
        Assert.That(reads[1], Is.LessThanOrEqualTo(3), "format, whether the last entry is still there, and the one behind it");
    }

    [Test]
    public async Task Lineage_WithACheckpointThatIsNotOfThisJournal_IsDamage()
    {
        await MakeAsync(withRuns: false, entries: 4);
        ObjectKey key = StoreKeys.Checkpoint(4);
        StoreState state = Checkpoint.Decode(await _objects.BytesAsync(key), "it");
        await _objects.ReplaceAsync(key, Checkpoint.Encode(state with { IsLinked = false, Head = Digest.Of("x"u8) }).ToArray());
        using var journal = new JournalLog(_objects, TimeProvider.System);
        Assert.That(() => journal.FoldLinkedAsync(default), Throws.TypeOf<IntegrityException>());
    }

    [Test]
    public void Walk_OfLinksInACircle_Ends([Values] LineageDirection direction)
    {
        StoreState state = Fold(Publish("datasets/a", 1), Publish("datasets/b", 1));
        VersionKey a = new("datasets/a", 1), b = new("datasets/b", 1);
        state = Link(Link(state, a, b), b, a);
        state = Checkpoint.Decode(Checkpoint.Encode(state), "of one entry, so no one was first");
        Assert.That(new LineageGraph(state, direction).Walk([a], null).Reached, Is.EqualTo([(a, 0), (b, 1)]));
    }

    private static StoreState Link(StoreState state, VersionKey of, VersionKey to)
    {
        ArtifactState artifact = state.Find(of.Artifact)!;
        return state with { Artifacts = state.Artifacts.SetItem(of.Artifact, artifact with { Versions = [artifact.Versions[0] with { Inputs = [to] }] }) };
    }

    /// <summary>A store whose last entry has a checkpoint.</summary>
    private async Task MakeAsync(bool withRuns, int entries)
    {
        await (await VersionStore.CreateAsync(new PassingStore(_objects), _folder.Options)).DisposeAsync();
        using var journal = new JournalLog(_objects, TimeProvider.System, checkpointInterval: entries);
        JournalOperation[] third = withRuns ? [new RunOperation("runs/r", 1, null, new RunPlan([], "m", null, [], []).Encode())] : [Publish("datasets/c", 1)];
        foreach (JournalOperation[] operations in (JournalOperation[][])[[Publish("datasets/a", 1)], [Publish("models/m", 1, Pin("datasets/a", 1))], third, [Publish("datasets/b", 1)]])
        {
            await journal.AppendAsync("tester", _ => Task.FromResult<IReadOnlyList<JournalOperation>?>(operations), default);
        }
    }

    /// <summary>Puts in place what an earlier version would have written.</summary>
    private async Task UnlinkAsync()
    {
        ObjectKey key = (await _objects.KeysAsync(StoreKeys.Checkpoints)).Single();
        StoreState state = Checkpoint.Decode(await _objects.BytesAsync(key), "it");
        Assert.That(state.IsLinked, Is.True);
        await _objects.ReplaceAsync(key, Checkpoint.Encode(state with { IsLinked = false }).ToArray());
    }

    private static StoreState Fold(params JournalOperation[] operations) =>
        StoreState.Empty.Apply(new JournalEntry(1, default, 1, DateTimeOffset.UnixEpoch, "a", "t", operations), default);

    private static ArtifactPin Pin(string name, long number, params ArtifactPin[] inputs) => new(name, number, VersionRecord.DigestOf(Record(name, inputs).Span));

    private static PublishOperation Publish(string name, long number, params ArtifactPin[] inputs) => new(name, number, Record(name, inputs), Place, null);

    private static ReadOnlyMemory<byte> Record(string name, params ArtifactPin[] inputs) =>
        new VersionRecord(name, ArtifactKind.Dataset, default, 0, 0, DateTimeOffset.UnixEpoch, "a", "", "t", null, inputs, [], [], []).Encode();
}
