using NUnit.Framework;
using Versioning.Journal;
using Versioning.Tests.Store;

namespace Versioning.Tests.Signing;

/// <summary>Stores that demand signatures: nothing else is published, and what somebody slips in is not read.</summary>
[TestFixture]
[Parallelizable(ParallelScope.All)]
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed class DemandTests : SignedFixture
{
    [Test]
    public async Task Demand_OfABeginning_IsHeldByWriters()
    {
        await using VersionStore store = await AlicesStoreAsync();
        Assert.That(await store.DemandSignaturesAsync("models/"), Is.True);
        Assert.That(await store.DemandSignaturesAsync("models/"), Is.False);
        Assert.That(await store.ListSignatureDemandsAsync(), Is.EqualTo(["models/"]));
        CommitResult signed = await CommitAsync(store, "a");
        Assert.That(signed.Version.Signatures.Single().KeyId, Is.EqualTo(Alice.Id), "without being asked");
        AssertCode<ConflictException>(() => CommitAsync(store, "b", new CommitOptions { Sign = false, RecordCode = false }), "not_signed");
        await using VersionStore nobody = await OpenAsync();
        AssertCode<ConflictException>(() => CommitAsync(nobody, "b"), "not_signed", Model, "--key");
        await CommitAsync(nobody, "b", artifact: "datasets/x");
        await using (Run run = await nobody.StartRunAsync("train", new StartRunOptions { RecordCode = false }))
        {
            AssertCode<ConflictException>(() => run.ProduceAsync(Model, _folder.Of("m")), "not_signed");
            await run.FailAsync("no key");
        }

        Assert.That(await store.DemandSignaturesAsync("models/", isDemanded: false), Is.True);
        await CommitAsync(nobody, "c");
    }

    [Test]
    public async Task Demand_OnRuns_IsMetByTheEndThatSigns()
    {
        await using VersionStore store = await AlicesStoreAsync();
        await store.DemandSignaturesAsync("/");
        _folder.Write("m/w", "a");
        await using Run run = await store.StartRunAsync("train", new StartRunOptions { RecordCode = false });
        await run.ProduceAsync(Model, _folder.Of("m"));
        await run.Log.WriteAsync("done");
        ArtifactVersion ended = await run.CompleteAsync();
        Assert.That((ended.Signatures.Count, (await store.ResolveAsync(Model)).Signatures.Count), Is.EqualTo((1, 1)));
        Assert.That((await store.VerifyAsync()).Damages, Is.Empty);
        await using VersionStore nobody = await OpenAsync();
        await using Stream log = await nobody.OpenReadAsync(ended, "log.txt");
        Assert.That(log.Length, Is.EqualTo(4));
        AssertCode<ConflictException>(() => nobody.StartRunAsync("train"), "not_signed", "runs/train");
    }

    [Test]
    public async Task Sign_OfAPatchThatLostARace_IsOfWhatItIsPutOver()
    {
        await using VersionStore store = await AlicesStoreAsync();
        await CommitAsync(store, "a");
        _folder.Write("faster/b", "b");
        _folder.Write("slower/c", "c");
        var racing = new RacingStore(_objects) { Faster = () => store.CommitAsync(Model, _folder.Of("faster"), new CommitOptions { Patch = true, RecordCode = false }) };
        await using VersionStore slow = await VersionStore.OpenAsync(racing, Options(Alice));
        CommitResult made = await slow.CommitAsync(Model, _folder.Of("slower"), new CommitOptions { Patch = true, Sign = true, RecordCode = false });
        Assert.That(await slow.ListFilesAsync(made.Version).Select(file => file.Path).ToListAsync(), Is.EqualTo(["b", "c", "w"]));
        Assert.That(await slow.VerifySignaturesAsync(made.Version), Has.Count.EqualTo(1));
    }

    [Test]
    public async Task Demand_WhatWasSlippedIn_IsShownAndNotRead()
    {
        await using VersionStore store = await AlicesStoreAsync();
        CommitResult before = await CommitAsync(store, "a");
        await store.DemandSignaturesAsync(Model);
        await SlipInAsync(store, before);
        ArtifactVersion shown = await store.ResolveAsync(Model);
        Assert.That((shown.Number, shown.Signatures.Count), Is.EqualTo((2, 0)), "it can be seen");
        Assert.That(await store.ListFilesAsync(Model).CountAsync(), Is.EqualTo(1));
        AssertUnread(() => store.FetchAsync(Model, _folder.Of("t")));
        AssertUnread(() => store.FetchAsync(Model));
        AssertUnread(() => store.OpenReadAsync(Model, "w"));
        AssertUnread(() => store.OpenReadAsync(shown.Pin, "w"), "a pin says what, not that it is right");
        AssertUnread(() => store.OpenReadAsync(before.Pin, "w"), "from before the demand");
        AssertUnread(async () => await store.ReadFilesAsync(Model).CountAsync());
        AssertUnread(() => store.OpenFilesAsync(Model));
        AssertUnread(() => store.LookAsync(Model, null, default));
        Assert.That(Directory.Exists(_folder.Of("t")), Is.False);
        await store.SignAsync(before.Pin);
        await (await store.OpenReadAsync(before.Pin, "w")).DisposeAsync();
    }

    [Test]
    public async Task Policy_OfAnAlias_IsHeldByReadersToo()
    {
        await using VersionStore store = await AlicesStoreAsync();
        CommitResult first = await CommitAsync(store, "a", new CommitOptions { Sign = true, RecordCode = false });
        await store.SetPolicyAsync(Model, "production", [" signed "]);
        await store.PromoteAsync(first.Pin, "production");
        await SlipInAsync(store, first, new AliasOperation(Model, "production", 1, 2));
        AssertUnread(() => store.FetchAsync($"{Model}@production", _folder.Of("t")));
        AssertUnread(() => store.LookAsync($"{Model}@production", first.Pin, default));
        await store.FetchAsync($"{Model}@1", _folder.Of("t"));
        await store.RollBackAliasAsync(Model, "production");
        await store.FetchAsync($"{Model}@production", _folder.Of("u"));
    }

    [Test]
    public async Task Copy_IntoAStoreThatDemands_IsSignedThere()
    {
        await using VersionStore store = await AlicesStoreAsync();
        CommitResult made = await CommitAsync(store, "a", new CommitOptions { Sign = true, RecordCode = false });
        await using VersionStore target = await VersionStore.CreateAsync(_folder.Of("target"), Options(Bob));
        await store.CopyAsync([Model], target);
        Assert.That((await target.ResolveAsync(Model)).Signatures, Is.Empty, "another store's keys mean nothing there");
        await target.TrustKeyAsync(Bob.PublicKeyPem, "bob");
        await target.DemandSignaturesAsync("other/");
        await store.CopyAsync([Model], target, new CopyOptions { Sign = true });
        Assert.That((await target.ResolveAsync(Model)).Signatures.Single().KeyId, Is.EqualTo(Bob.Id));
        Assert.That((await target.VerifySignaturesAsync(made.Pin)).Count, Is.EqualTo(1));
        await using VersionStore nobody = await VersionStore.OpenAsync(_folder.Of("target"), Options());
        await CommitAsync(store, "b", artifact: "other/x");
        AssertCode<ConflictException>(() => store.CopyAsync(["other/x"], nobody), "not_signed");
    }

    [Test]
    public async Task Mirror_OfASignedStore_IsSignedToo()
    {
        await using VersionStore store = await AlicesStoreAsync();
        await CommitAsync(store, "a", new CommitOptions { Sign = true, RecordCode = false });
        await using var replica = new Versioning.Storage.MemoryStore();
        await store.MirrorAsync(replica);
        await using VersionStore read = await VersionStore.OpenAsync(new Store.PassingStore(replica), Options(null, Alice.Id));
        Assert.That((await read.VerifySignaturesAsync(Model)).Single().KeyName, Is.EqualTo("alice"));
    }

    /// <summary>Publishes the version anew as a writer does that keeps no rules but those of folding.</summary>
    private async Task SlipInAsync(VersionStore store, CommitResult like, params JournalOperation[] also)
    {
        StoreState state = await store.FoldAsync(default);
        PublishedVersion version = state.Find(Model)!.Find(like.Version.Number)!;
        using var journal = new JournalLog(_objects, TimeProvider.System);
        VersionRecord record = await journal.ReadRecordAsync(Model, version, default);
        await journal.AppendAsync("mallory", _ => Task.FromResult<IReadOnlyList<JournalOperation>?>([new PublishOperation(Model, 2, (record with { Message = "better" }).Encode(), version.Root, null), .. also]), default);
    }

    private static void AssertUnread(Func<Task> read, string? why = null) => AssertCode<IntegrityException>(read, "not_signed", Alice.Id.ToString(), "vers sign models/churn@", why is null ? "" : "vers audit");
}
