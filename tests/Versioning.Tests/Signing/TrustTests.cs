using NUnit.Framework;

namespace Versioning.Tests.Signing;

/// <summary>Whom a store trusts, and what keys sign.</summary>
[TestFixture]
[Parallelizable(ParallelScope.All)]
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed class TrustTests : SignedFixture
{
    [Test]
    public async Task Trust_FirstKey_IsTheSignersOwn()
    {
        await using (VersionStore nobody = await OpenAsync())
        {
            AssertCode<ConflictException>(() => nobody.TrustKeyAsync(Alice.PublicKeyPem, "alice"), "key_not_trusted", "private key");
        }

        await using VersionStore store = await OpenAsync(Alice);
        AssertCode<ConflictException>(() => store.TrustKeyAsync(Bob.PublicKeyPem, "bob"), "key_not_trusted");
        Assert.That(await store.TrustKeyAsync(Alice.PublicKeyPem, "alice"), Is.True);
        Assert.That(await store.TrustKeyAsync(Alice.PublicKeyPem, "alice"), Is.False);
        AssertCode<ConflictException>(() => store.TrustKeyAsync(Bob.PublicKeyPem, "alice"), "name_taken");
        AssertCode<VersioningException>(() => store.TrustKeyAsync(Bob.PublicKeyPem, " "), "invalid_name");
        Assert.That((await store.ListKeysAsync()).Single(), Is.EqualTo(new TrustedKey(Alice.Id, "alice", Alice.PublicKeyPem, 1, null)));
        AuditRecord record = await store.AuditAsync().SingleAsync();
        Assert.That((record.Action, record.SignedBy, record.Description), Is.EqualTo(("key", (Digest?)Alice.Id, $"trusted the key {Alice.Id} as 'alice'")));
    }

    [Test]
    public async Task Trust_AnotherKey_TakesATrustedOne()
    {
        await using VersionStore store = await AlicesStoreAsync();
        await using (VersionStore stranger = await OpenAsync(Bob))
        {
            AssertCode<ConflictException>(() => stranger.TrustKeyAsync(Bob.PublicKeyPem, "bob"), "key_not_trusted", Bob.Id.ToString());
            AssertCode<ConflictException>(() => stranger.RevokeKeyAsync("alice"), "key_not_trusted");
            AssertCode<ConflictException>(() => stranger.DemandSignaturesAsync("models/"), "key_not_trusted");
            await CommitAsync(stranger, "a");
            AssertCode<ConflictException>(() => stranger.SetPolicyAsync(Model, "production", ["signed"]), "key_not_trusted");
            AssertCode<ConflictException>(() => stranger.SignAsync(Model), "key_not_trusted");
        }

        Assert.That(await store.TrustKeyAsync(Bob.PublicKeyPem, "bob"), Is.True);
        await using VersionStore bobs = await OpenAsync(Bob);
        Assert.That((await bobs.SignAsync(Model)).Signatures.Single().KeyName, Is.EqualTo("bob"));
    }

    [Test]
    public async Task Revoke_AKey_EndsWhatItMayDoAndKeepsWhatItDid()
    {
        await using VersionStore store = await AlicesStoreAsync();
        AssertCode<ConflictException>(() => store.RevokeKeyAsync("alice"), "last_key");
        await store.TrustKeyAsync(Bob.PublicKeyPem, "bob");
        await using VersionStore bobs = await OpenAsync(Bob);
        await CommitAsync(bobs, "a", new CommitOptions { Sign = true, RecordCode = false });
        Assert.That((await store.RevokeKeyAsync(Bob.Id.ToString())).Revoked, Is.EqualTo(4));
        Assert.That((await bobs.ResolveAsync(Model)).Signatures.Single(), Is.EqualTo(new VersionSignature(Bob.Id, "bob", 3, true)));
        await bobs.PromoteAsync(Model, "production", ["signed"]);
        AssertCode<ConflictException>(() => CommitAsync(bobs, "b", new CommitOptions { Sign = true, RecordCode = false }), "key_not_trusted", "revoked by entry 4");
        CommitResult unsigned = await CommitAsync(bobs, "b");
        Assert.That(unsigned.Version.Signatures, Is.Empty, "its entry bears a signature that does not count");
        AssertCode<ConflictException>(() => store.TrustKeyAsync(Bob.PublicKeyPem, "bob"), "key_not_trusted", "for ever");
        AssertCode<NotFoundException>(() => store.RevokeKeyAsync("bob"), "key_not_found");
        Assert.That((await store.VerifyAsync()).Damages, Is.Empty);
    }

    [Test]
    public async Task Sign_AVersion_OnceForEachKeyAndInTheEntryThatPublishesIt()
    {
        await using VersionStore store = await AlicesStoreAsync();
        await store.TrustKeyAsync(Bob.PublicKeyPem, "bob");
        CommitResult plain = await CommitAsync(store, "a");
        Assert.That(plain.Version.Signatures, Is.Empty);
        CommitResult signed = await CommitAsync(store, "a", new CommitOptions { Sign = true, RecordCode = false });
        Assert.That((signed.Unchanged, signed.Version.Signatures.Single().KeyId), Is.EqualTo((true, Alice.Id)), "signed afterwards");
        long position = await store.ReadPositionAsync();
        await store.SignAsync(Model);
        Assert.That(await store.ReadPositionAsync(), Is.EqualTo(position), "nothing to do");
        await using VersionStore bobs = await OpenAsync(Bob);
        Assert.That((await bobs.SignAsync($"{Model}@1")).Signatures.Select(s => s.KeyName), Is.EqualTo(["alice", "bob"]));
        CommitResult next = await CommitAsync(bobs, "b", new CommitOptions { Sign = true, RecordCode = false });
        Assert.That(next.Version.Signatures.Single().Sequence, Is.EqualTo(await bobs.ReadPositionAsync()));
        Assert.That(await bobs.VerifySignaturesAsync(Model), Is.EqualTo(next.Version.Signatures));
        Assert.That((await bobs.AuditAsync(new AuditOptions { Artifact = Model }).Select(r => r.Action).ToListAsync())[^2..], Is.EqualTo(["publish", "sign"]));
        await using VersionStore nobody = await OpenAsync();
        AssertCode<ConflictException>(() => CommitAsync(nobody, "c", new CommitOptions { Sign = true, RecordCode = false }), "not_signed", "VERSIONING_SIGNING_KEY");
    }

    [Test]
    public async Task Gate_Signed_LetsOnlySignedVersionsThrough()
    {
        await using VersionStore store = await AlicesStoreAsync();
        await CommitAsync(store, "a");
        AssertCode<ConflictException>(() => store.PromoteAsync(Model, "production", ["signed"]), "gate_refused", "signed is false");
        await store.SetPolicyAsync(Model, "production", ["signed"]);
        AssertCode<ConflictException>(() => CommitAsync(store, "b", new CommitOptions { Alias = "production", RecordCode = false }), "gate_refused");
        CommitResult signed = await CommitAsync(store, "b", new CommitOptions { Alias = "production", Sign = true, RecordCode = false });
        Assert.That(signed.Version.Aliases, Does.Contain("production"));
        await store.PromoteAsync($"{Model}@2", "staging", ["signed and production.signed"]);
        AssertCode<ConflictException>(() => store.MoveAliasAsync(Model, "production", "1"), "gate_refused");
    }
}
