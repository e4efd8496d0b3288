using NUnit.Framework;
using Versioning.Journal;
using Versioning.Packs;

namespace Versioning.Tests.Journal;

/// <summary>Runs as no writer would record them: the journal is damaged there.</summary>
[TestFixture]
internal sealed class HostileRunTests
{
    private const string Name = "runs/a";
    private static readonly Digest Key = Digest.Of("key"u8);
    private static readonly ReadOnlyMemory<byte> Plan = new RunPlan([], "m", null, [], []).Encode();

    private static IEnumerable<TestCaseData> Broken()
    {
        yield return Case("a name that is none of runs", new RunOperation("datasets/a", 1, null, Plan));
        yield return Case("a name that leads elsewhere", new RunOperation("runs/../a", 1, null, Plan));
        yield return Case("an id twice", new RunOperation(Name, 1, null, Plan), new RunOperation(Name, 1, null, Plan));
        yield return Case("a key twice", new RunOperation(Name, 1, Key, Plan), new RunOperation("runs/b", 2, Key, Plan));
        yield return Case("a plan that is none", new RunOperation(Name, 1, null, new byte[] { 0xC0 }));
        yield return Case("an end without a start", End(1));
        yield return Case("an end under another name", new RunOperation("runs/b", 1, null, Plan), End(1));
        yield return Case("an end with another key", new RunOperation(Name, 1, null, Plan), End(1, Key));
        yield return Case("an end twice", new RunOperation(Name, 1, null, Plan), End(1), End(1, number: 2));
        yield return Case("an output that is not there", new RunOperation(Name, 1, null, Plan), End(1, null, 1, new ArtifactPin("models/m", 1, Digest.Of("x"u8))));
        yield return Case("a dataset under a name of runs", new PublishOperation(Name, 1, Record(Name, ArtifactKind.Dataset, null).Encode(), Place, null));
    }

    [TestCaseSource(nameof(Broken))]
    public void Fold_WhatNoWriterRecords_IsDamage(JournalOperation[] operations) =>
        Assert.That(() => Fold(operations), Throws.TypeOf<IntegrityException>());

    [Test]
    public void Fold_EndsAndStartsAgain_KeyIsFreeAndKnown()
    {
        StoreState state = Fold(
            new RunOperation(Name, 1, Key, Plan), End(1, Key),
            new RunOperation(Name, 2, Key, Plan), End(2, Key, 2),
            new RunOperation(Name, 3, Key, Plan));
        Assert.That(state.Runs.Open.Keys, Is.EqualTo([(UInt128)3]));
        Assert.That(state.Runs.Keys[Key], Is.EqualTo(new RunNumber(Name, 2)));
        StoreState retired = state.Apply(new JournalEntry(2, default, 2, DateTimeOffset.UnixEpoch, "a", "t", [new RetireOperation(Name, 2)]), default);
        Assert.That(retired.Runs.Keys, Is.Empty, "what a retired run made can't be taken");
        Assert.That(Checkpoint.Decode(Checkpoint.Encode(state), "it").Runs.Keys, Is.EqualTo(state.Runs.Keys));
    }

    private static StoreState Fold(params JournalOperation[] operations) =>
        StoreState.Empty.Apply(new JournalEntry(1, default, 1, DateTimeOffset.UnixEpoch, "a", "t", operations), default);

    private static TestCaseData Case(string name, params JournalOperation[] operations) => new TestCaseData([operations]).SetArgDisplayNames(name);

    private static ChunkRef Place => new(new PackId(1), 0);

    private static PublishOperation End(UInt128 id, Digest? key = null, long number = 1, params ArtifactPin[] outputs) =>
        new(Name, number, Record(Name, ArtifactKind.Run, new RunRecord(id, null, key, [], [], DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch, RunOutcome.Succeeded, 0, outputs)).Encode(), Place, null);

    private static VersionRecord Record(string name, ArtifactKind kind, RunRecord? run) =>
        new(name, kind, default, 0, 0, DateTimeOffset.UnixEpoch, "a", "", "t", null, [], [], [], [], run);
}
