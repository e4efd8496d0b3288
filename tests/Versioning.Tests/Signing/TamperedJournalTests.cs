using NUnit.Framework;
using Versioning.Journal;
using Versioning.Storage;
using Versioning.Tests.Store;

namespace Versioning.Tests.Signing;

/// <summary>Journals that were tampered with by somebody who can write and makes the chain of hashes right again.</summary>
[TestFixture]
[Parallelizable(ParallelScope.All)]
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed class TamperedJournalTests : SignedFixture
{
    [Test]
    public async Task EntryEdited_ChainMadeRight_SignatureTells([Values] bool isSignatureKept)
    {
        await MakeAsync();
        await RewriteAsync(entry => entry.Sequence != 3 ? entry : entry with { Author = "mallory", Signature = isSignatureKept ? entry.Signature : null });
        if (isSignatureKept)
        {
            await AssertDamagedAsync(3, "signature of the key 'alice'");
        }
        else
        {
            // What was not told to be signed may be unsigned; but nothing that follows names it any more, and those entries are signed.
            await AssertDamagedAsync(4, "signature of the key 'alice'");
        }
    }

    [Test]
    public async Task SignatureRemoved_FromAnEntryThatNeedsOne_IsDamage([Values(1, 4, 5, 6)] long sequence)
    {
        await MakeAsync();
        await RewriteAsync(entry => entry.Sequence < sequence ? entry : entry with { Signature = null });
        await AssertDamagedAsync(sequence, "not signed by a trusted key");
    }

    [Test]
    public async Task EntryRemovedOrMoved_ChainMadeRight_SignaturesTell()
    {
        await MakeAsync();
        await RewriteAsync(entry => entry.Sequence == 2 ? null : entry);
        await AssertDamagedAsync(2, "signature of the key 'alice'");
    }

    [Test]
    public async Task VersionSignature_MovedToAnotherVersion_IsDamage()
    {
        await MakeAsync();
        await RewriteAsync(entry => entry.Sequence != 4 ? entry : entry with { Operations = [.. entry.Operations.Select(o => o is SignOperation sign ? sign with { Number = 2 } : o)] });
        await AssertDamagedAsync(4, "signature of the key 'alice'");
    }

    [Test]
    public async Task RevokedKey_UsedLater_SignsNothing()
    {
        await using (VersionStore store = await AlicesStoreAsync())
        {
            await store.TrustKeyAsync(Bob.PublicKeyPem, "bob");
            await CommitAsync(store, "a");
            await store.RevokeKeyAsync("bob");
        }

        using var journal = new JournalLog(_objects, TimeProvider.System);
        StoreState state = await journal.FoldAsync(default);
        foreach (JournalOperation operation in (JournalOperation[])[
            new DemandOperation("models/", true),
            new KeyOperation(SignedKeys.Of(3).PublicKey, "carol"),
            new PolicyOperation(Model, "production", ["signed"]),
            new SignOperation(Model, 1, Digest.Of("s"u8), await Bob.SignAsync(Digest.Of("s"u8), default))])
        {
            var entry = new JournalEntry(state.Sequence + 1, state.Head, 1, DateTimeOffset.UnixEpoch, "bob", "t", [operation]);
            JournalEntry signed = await entry.SignAsync(Bob, default);
            Assert.That(() => state.Apply(signed, default), Throws.TypeOf<IntegrityException>().With.Message.Contains("not signed by a trusted key"));
        }
    }

    [Test]
    public async Task VersionSigned_AsSomethingElse_IsFoundByWhoeverGoesThroughIt()
    {
        await using VersionStore store = await AlicesStoreAsync();
        CommitResult made = await CommitAsync(store, "a");
        using var journal = new JournalLog(_objects, TimeProvider.System, trust: new JournalTrust(Alice, []));
        Digest other = Digest.Of("another statement"u8);
        ReadOnlyMemory<byte> signature = await Alice.SignAsync(other, default);
        await journal.AppendAsync("alice", _ => Task.FromResult<IReadOnlyList<JournalOperation>?>([new SignOperation(Model, 1, other, signature)]), default);
        AssertCode<IntegrityException>(() => store.VerifySignaturesAsync(made.Pin), "signature_wrong", other.ToString());
        AssertCode<IntegrityException>(() => store.ExportSignatureAsync(made.Pin, new MemoryStream()), "signature_wrong");
        foreach (ArtifactReference? reference in (ArtifactReference?[])[null, made.Pin])
        {
            Damage damage = (await store.VerifyAsync(new VerifyOptions { Reference = reference })).Damages.Single();
            Assert.That((damage.Object, damage.Versions.Single()), Is.EqualTo((StoreKeys.Entry(3).Value, made.Pin.ToString())));
        }
    }

    [Test]
    public async Task KeySwapped_AndEverythingSignedAnew_OnlyWhoKnowsTheKeyCanTell()
    {
        await MakeAsync();
        SigningKey mallory = SignedKeys.Of(9);
        var entries = new List<JournalEntry>();
        await RewriteAsync(entry =>
        {
            entries.Add(entry);
            return null;
        });
        Digest previous = default;
        foreach (JournalEntry entry in entries)
        {
            JournalEntry own = entry with { Previous = previous, Operations = [.. await Task.WhenAll(entry.Operations.Select(o => SwapAsync(o, mallory)))] };
            byte[] bytes = (await own.SignAsync(mallory, default)).Encode().ToArray();
            await _objects.CreateAsync(StoreKeys.Entry(own.Sequence), bytes);
            previous = Canonical.DomainHash.Entry(bytes);
        }

        await using (VersionStore trusting = await OpenAsync())
        {
            Assert.That((await trusting.VerifyAsync()).Damages, Is.Empty);
            Assert.That((await trusting.ResolveAsync(Model)).Signatures.Single().KeyName, Is.EqualTo("alice"), "the name is what mallory says");
        }

        await using VersionStore knowing = await OpenAsync(null, Alice.Id);
        AssertCode<IntegrityException>(() => knowing.ResolveAsync(Model), "key_not_trusted", mallory.Id.ToString(), Alice.Id.ToString());
        AssertCode<IntegrityException>(() => knowing.FetchAsync(Model, _folder.Of("t")), "key_not_trusted");
        AssertCode<IntegrityException>(() => knowing.VerifyAsync(), "key_not_trusted");
        AssertCode<IntegrityException>(() => CommitAsync(knowing, "x"), "key_not_trusted");
    }

    [TestCase(true, TestName = "Checkpoint_ThatTellsOfASignatureByAnotherKey_IsFoundByWhoeverVerifiesIt")]
    [TestCase(false, TestName = "Checkpoint_ThatTellsOfASignatureOfAnotherVersion_IsFoundByWhoeverVerifiesIt")]
    public async Task Checkpoint_ThatTellsOfAnotherSignature_IsFoundByWhoeverVerifiesIt(bool key)
    {
        await using (VersionStore store = await AlicesStoreAsync())
        {
            await store.TrustKeyAsync(Bob.PublicKeyPem, "bob");
            await CommitAsync(store, "a", new CommitOptions { Sign = true, RecordCode = false });
            await CommitAsync(store, "b");
        }

        using (var journal = new JournalLog(_objects, TimeProvider.System))
        {
            StoreState state = await journal.FoldAsync(default);
            ArtifactState artifact = state.Find(Model)!;
            SignatureMark mark = artifact.Find(1)!.Signatures.Single();
            PublishedVersion lied = artifact.Find(2)! with { Signatures = [mark] };
            artifact = key
                ? artifact with { Versions = artifact.Versions.SetItem(0, artifact.Find(1)! with { Signatures = [mark with { Key = Bob.Id }] }) }
                : artifact with { Versions = artifact.Versions.SetItem(1, lied) };
            await _objects.CreateAsync(StoreKeys.Checkpoint(state.Sequence), Checkpoint.Encode(state with { Artifacts = state.Artifacts.SetItem(Model, artifact) }));
        }

        await using VersionStore reader = await OpenAsync();
        AssertCode<IntegrityException>(() => reader.VerifySignaturesAsync($"{Model}@{(key ? 1 : 2)}"), "journal_broken", "does not sign");
        using var output = new MemoryStream();
        AssertCode<IntegrityException>(() => reader.ExportSignatureAsync($"{Model}@{(key ? 1 : 2)}", output), "journal_broken");
        Assert.That(output.Length, Is.Zero);
    }

    [Test]
    public async Task Checkpoint_ThatTellsOfOtherKeys_IsBelievedByNoneWhoKnowsTheKey()
    {
        await MakeAsync();
        StoreState forged = await ForgeAsync(state =>
            state with { Trust = TrustState.Empty with { Keys = [new KnownKey(Bob.Id, Bob.PublicKey, "bob", 1, null)] }, Artifacts = state.Artifacts.Clear() });
        await using VersionStore trusting = await OpenAsync();
        Assert.That((await trusting.ListKeysAsync()).Single().Name, Is.EqualTo("bob"), "a checkpoint is believed");
        Assert.That((await trusting.VerifyAsync()).Damages.Single().Object, Is.EqualTo(StoreKeys.Checkpoint(forged.Sequence).Value));
        await using VersionStore knowing = await OpenAsync(null, Bob.Id, Alice.Id);
        Assert.That((await knowing.ListKeysAsync()).Select(key => key.Name), Is.EqualTo(["alice", "bob"]));
        await using VersionStore fooled = await OpenAsync(null, Bob.Id);
        AssertCode<IntegrityException>(() => fooled.ListKeysAsync(), "key_not_trusted", Alice.Id.ToString());
    }

    [Test]
    public async Task Checkpoint_ThatHasAnotherVersionUnderANumber_GetsNoSignatureForIt()
    {
        ArtifactPin good;
        await using (VersionStore store = await AlicesStoreAsync())
        {
            good = (await CommitAsync(store, "good")).Pin;
            await CommitAsync(store, "evil");
            await store.DemandSignaturesAsync(Model);
        }

        await ForgeAsync(state =>
        {
            ArtifactState model = state.Find(Model)!;
            return state with { Artifacts = state.Artifacts.SetItem(Model, model with { Versions = model.Versions.SetItem(1, model.Find(1)! with { Number = 2 }) }) };
        });
        await using VersionStore fooled = await OpenAsync(Alice);
        AssertCode<IntegrityException>(() => fooled.SignAsync(good with { Number = 2 }), "pin_mismatch");
        await using VersionStore knowing = await OpenAsync(null, Alice.Id);
        Assert.That((await knowing.ResolveAsync($"{Model}@2")).Signatures, Is.Empty);
        AssertCode<IntegrityException>(() => knowing.FetchAsync($"{Model}@2", _folder.Of("t")), "not_signed");
        Assert.That((await fooled.SignAsync(good)).Signatures.Single().KeyId, Is.EqualTo(Alice.Id));
    }

    [Test]
    public async Task Checkpoint_ThatHasAnotherKeyUnderAName_DoesNotRevokeIt()
    {
        await using (VersionStore store = await AlicesStoreAsync())
        {
            await store.TrustKeyAsync(Bob.PublicKeyPem, "bob");
            await store.TrustKeyAsync(SignedKeys.Of(3).PublicKeyPem, "carol");
        }

        await ForgeAsync(state => state with { Trust = state.Trust with { Keys = [state.Trust.Keys[0], state.Trust.Keys[1] with { Name = "carol" }, state.Trust.Keys[2] with { Name = "bob" }] } });
        await using VersionStore fooled = await OpenAsync(Alice);
        Assert.That((await fooled.RevokeKeyAsync("bob")).Id, Is.EqualTo(Bob.Id));
        await using VersionStore knowing = await OpenAsync(null, Alice.Id);
        Assert.That((await knowing.ListKeysAsync()).Where(key => key.Revoked is not null).Select(key => key.Name), Is.EqualTo(["bob"]));
    }

    [Test]
    public async Task Anchors_OfAStoreThatTrustsNobodyYet_LetTheFirstKeyIn()
    {
        await using VersionStore store = await OpenAsync(Alice, Alice.Id);
        AssertCode<IntegrityException>(() => CommitAsync(store, "a"), "key_not_trusted", "trusts no key");
        await store.TrustKeyAsync(Alice.PublicKeyPem, "alice");
        await CommitAsync(store, "a");
        await using VersionStore other = await OpenAsync(Bob, Bob.Id);
        AssertCode<IntegrityException>(() => other.TrustKeyAsync(Bob.PublicKeyPem, "bob"), "key_not_trusted");
    }

    private static async Task<JournalOperation> SwapAsync(JournalOperation operation, SigningKey own) => operation switch
    {
        KeyOperation key when key.Id == Alice.Id => new KeyOperation(own.PublicKey, key.Name),
        SignOperation sign => sign with { Signature = await own.SignAsync(sign.Statement, default) },
        _ => operation,
    };

    /// <summary>1 trusts Alice, 2 and 3 publish, 4 signs the first version, 5 trusts Bob, 6 demands.</summary>
    private async Task MakeAsync()
    {
        await using VersionStore store = await AlicesStoreAsync();
        await CommitAsync(store, "a");
        await CommitAsync(store, "b");
        await store.SignAsync(Model + "@1");
        await store.TrustKeyAsync(Bob.PublicKeyPem, "bob");
        await store.DemandSignaturesAsync("datasets/");
        await store.SignAsync(Model + "@2");
    }

    /// <summary>Writes a checkpoint that lies, which anybody can who can write.</summary>
    private async Task<StoreState> ForgeAsync(Func<StoreState, StoreState> lie)
    {
        using var journal = new JournalLog(_objects, TimeProvider.System);
        StoreState forged = lie(await journal.FoldAsync(default));
        await _objects.CreateAsync(StoreKeys.Checkpoint(forged.Sequence), Checkpoint.Encode(forged));
        return forged;
    }

    private async Task AssertDamagedAsync(long sequence, string says)
    {
        await using VersionStore store = await OpenAsync();
        Assert.That(() => store.ResolveAsync(Model), Throws.TypeOf<IntegrityException>());
        Damage damage = (await store.VerifyAsync()).Damages.First(d => d.Object.StartsWith(StoreKeys.Journal, StringComparison.Ordinal));
        Assert.That(damage.Object, Is.EqualTo(StoreKeys.Entry(sequence).Value));
        Assert.That(damage.Problem, Does.Contain(says));
    }
}
