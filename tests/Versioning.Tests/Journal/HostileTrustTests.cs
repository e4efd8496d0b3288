using NUnit.Framework;
using Versioning.Journal;
using Versioning.Packs;
using Versioning.Tests.Signing;

namespace Versioning.Tests.Journal;

/// <summary>Keys, demands and signatures as no writer would record them: the journal is damaged there.</summary>
[TestFixture]
[Parallelizable(ParallelScope.All)]
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed class HostileTrustTests
{
    private const string Artifact = "datasets/a";
    private static readonly SigningKey Alice = SignedKeys.Of(1), Bob = SignedKeys.Of(2);
    private static readonly Digest Statement = Digest.Of("statement"u8);

    private static readonly KeyOperation TrustAlice = new(Alice.PublicKey, "alice"), TrustBob = new(Bob.PublicKey, "bob"), TrustCarol = new(SignedKeys.Of(3).PublicKey, "carol");

    private static PublishOperation Publish => new(Artifact, 1, new VersionRecord(Artifact, ArtifactKind.Dataset, default, 0, 0, DateTimeOffset.UnixEpoch, "a", "", "t", null, [], [], [], []).Encode(), new ChunkRef(new PackId(1), 0), null);

    private static IEnumerable<TestCaseData> Broken()
    {
        yield return Case("a first key that nothing signs", null, TrustAlice);
        yield return Case("a first key that another signs", Bob, TrustAlice);
        yield return Case("a first key behind another's", Bob, TrustAlice, TrustBob);
        yield return Case("a key twice", Alice, TrustAlice, TrustAlice);
        yield return Case("a name twice", Alice, TrustAlice, TrustBob with { Name = "alice" });
        yield return Case("a name with a line break", Alice, TrustAlice, TrustBob with { Name = "b\nob" });
        yield return Case("no name", Alice, TrustAlice, TrustBob with { Name = "" });
        yield return Case("a key that is not on the curve", Alice, TrustAlice, TrustBob with { Key = OffCurve() });
        yield return Case("revoking what was never trusted", Alice, TrustAlice, TrustBob, TrustCarol with { Name = null });
        yield return Case("revoking twice", Alice, TrustAlice, TrustBob, TrustCarol, TrustBob with { Name = null }, TrustBob with { Name = null });
        yield return Case("revoking the last", Alice, TrustAlice, TrustAlice with { Name = null });
        yield return Case("trusting what was revoked", Alice, TrustAlice, TrustBob, TrustBob with { Name = null }, TrustBob);
        yield return Case("a demand by nobody", null, new DemandOperation("models/", true));
        yield return Case("a demand twice", Alice, TrustAlice, new DemandOperation("models/", true), new DemandOperation("models/", true));
        yield return Case("no demand any more that was none", Alice, TrustAlice, new DemandOperation("models/", false));
        yield return Case("a demand of something else", Alice, TrustAlice, new DemandOperation("../models", true));
        yield return Case("a demand of nothing", Alice, TrustAlice, new DemandOperation("", true));
        yield return Case("a signature of what is not there", Alice, TrustAlice, Sign(Alice));
        yield return Case("a signature twice", Alice, TrustAlice, Publish, Sign(Alice), Sign(Alice));
        yield return Case("a signature by another than the entry's", Alice, TrustAlice, TrustBob, Publish, Sign(Bob));
        yield return Case("a signature of something else", Alice, TrustAlice, Publish, Sign(Alice) with { Statement = Digest.Of("else"u8) });
        yield return Case("a signature in an entry that bears none", null, Publish, Sign(Alice));
        yield return Case("a signature of a retired version", Alice, TrustAlice, Publish, new RetireOperation(Artifact, 1), Sign(Alice));
    }

    [TestCaseSource(nameof(Broken))]
    public void Fold_WhatNoWriterRecords_IsDamage(byte signer, JournalOperation[] operations) =>
        Assert.That(() => FoldAsync(signer == 0 ? null : SignedKeys.Of(signer), operations), Throws.TypeOf<IntegrityException>());

    [Test]
    public async Task Fold_OfWhatHolds_IsKeptByACheckpoint()
    {
        StoreState state = await FoldAsync(Alice, TrustAlice, TrustBob, Publish, Sign(Alice), TrustBob with { Name = null }, new DemandOperation("models/", true), new DemandOperation("/", true));
        StoreState read = Checkpoint.Decode(Checkpoint.Encode(state), "it");
        Assert.That(read.Trust.Keys.Select(k => (k.Id, k.Name, k.Since, k.Revoked)), Is.EqualTo([(Alice.Id, "alice", 1L, (long?)null), (Bob.Id, "bob", 1L, 1L)]));
        Assert.That(read.Trust.Demands, Is.EqualTo(["/", "models/"]));
        Assert.That(read.Find(Artifact)!.Find(1)!.Signatures, Is.EqualTo([new SignatureMark(Alice.Id, 1)]));
        Assert.That((read.Trust.Demand(Artifact), TrustState.Empty.Demand(Artifact)), Is.EqualTo((true, false)));
    }

    [Test]
    public async Task Policy_InAStoreThatTrustsKeys_TakesOne()
    {
        StoreState state = await FoldAsync(Alice, TrustAlice, Publish);
        var policy = new JournalEntry(2, state.Head, 2, DateTimeOffset.UnixEpoch, "a", "t", [new PolicyOperation(Artifact, "p", ["signed"])]);
        Assert.That(() => state.Apply(policy, default), Throws.TypeOf<IntegrityException>());
        StoreState decided = state.Apply(await policy.SignAsync(Alice, default), default);
        Assert.That(decided.Find(Artifact)!.Policies["p"], Is.EqualTo(["signed"]));
    }

    [Test]
    public async Task Fold_SignatureOfAnUnknownKey_MeansNothing()
    {
        StoreState state = await FoldAsync(Alice, TrustAlice);
        JournalEntry entry = await new JournalEntry(2, state.Head, 2, DateTimeOffset.UnixEpoch, "a", "t", [Publish]).SignAsync(Bob, default);
        Assert.That(state.Apply(entry with { Signature = entry.Signature! with { Value = new byte[64] } }, default).Find(Artifact)!.Latest!.Signatures, Is.Empty);
    }

    private static async Task<StoreState> FoldAsync(SigningKey? signer, params JournalOperation[] operations)
    {
        var entry = new JournalEntry(1, default, 1, DateTimeOffset.UnixEpoch, "a", "t", operations);
        return StoreState.Empty.Apply(signer is null ? entry : await entry.SignAsync(signer, default), default);
    }

    private static SignOperation Sign(SigningKey key) => new(Artifact, 1, Statement, key.SignAsync(Statement, default).AsTask().GetAwaiter().GetResult());

    private static byte[] OffCurve()
    {
        byte[] key = Bob.PublicKey.ToArray();
        key[^1] ^= 1;
        return key;
    }

    private static TestCaseData Case(string name, SigningKey? signer, params JournalOperation[] operations) =>
        new TestCaseData(signer is null ? (byte)0 : signer == Alice ? (byte)1 : (byte)2, operations).SetArgDisplayNames(name);
}
