using System.Runtime.CompilerServices;
using Microsoft.Extensions.Time.Testing;
using NUnit.Framework;
using Versioning.Tests.Store;

namespace Versioning.Tests.Golden;

/// <summary>A store with keys, signatures and demands that was written once and is checked in: whatever comes later must read it.</summary>
[TestFixture]
[Parallelizable(ParallelScope.All)]
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed class GoldenTrustTests
{
    [Test]
    public async Task Store3_IsSignedAsItWas()
    {
        using var folder = new TempFolder();
        string[] lines = await GoldenStore.CopyAsync("store-3", folder);
        _ = Digest.TryParse(lines[0], out Digest alice);
        var options = new VersionStoreOptions { CacheDirectory = folder.Of("cache"), TrustedKeys = [alice] };
        await using VersionStore store = await VersionStore.OpenAsync(folder.Of("store"), options);
        Assert.That((await store.VerifyAsync()).Damages, Is.Empty);
        IReadOnlyList<TrustedKey> keys = await store.ListKeysAsync();
        Assert.That(keys.Select(k => (k.Name, k.Since, k.Revoked)), Is.EqualTo([("alice", 1L, (long?)null), ("bob", 2L, 4L)]));
        Assert.That(keys[0].Id, Is.EqualTo(alice));
        Assert.That(await store.ListSignatureDemandsAsync(), Is.EqualTo(["models/"]));
        List<ArtifactVersion> log = await store.LogAsync("models/golden").ToListAsync();
        Assert.That(log.Select(v => v.Pin.ToString()), Is.EqualTo(lines[1..3]));
        Assert.That(log.Select(v => string.Join(' ', v.Signatures.Select(s => $"{s.KeyName} {s.Sequence} {s.IsRevoked}"))), Is.EqualTo(["", "bob 3 True alice 6 False"]));
        Assert.That(await store.VerifySignaturesAsync(log[1]), Has.Count.EqualTo(2));
        await store.FetchAsync(log[1], folder.Of("t"));
        Assert.That(await File.ReadAllTextAsync(folder.Of("t/sub/w")), Is.EqualTo("weights"));
        Assert.That(() => store.FetchAsync(log[0], folder.Of("u")), Throws.TypeOf<IntegrityException>().With.Property("Code").EqualTo("not_signed"));
        Assert.That((await store.ListArtifactsAsync().SingleAsync()).Policies["production"], Is.EqualTo(["signed"]));
        using var bundle = new MemoryStream();
        await store.ExportSignatureAsync(log[1], bundle);
        byte[] payload = System.Text.Json.JsonDocument.Parse(bundle.ToArray()).RootElement.GetProperty("dsseEnvelope").GetProperty("payload").GetBytesFromBase64();
        Assert.That(Digest.Of(payload).ToString(), Is.EqualTo(lines[3]), "the statement, to the byte");
    }

    [Test]
    [Explicit("Writes the golden store anew; only for a new format, as store-4.")]
    public async Task Write()
    {
        string golden = Path.Combine(SourceFolder(), "store-3");
        using var folder = new TempFolder();
        folder.Write("m/sub/w", "weights");
        SigningKey alice = SigningKey.Create(), bob = SigningKey.Create();
        VersionStoreOptions Options(SigningKey? key) => new() { Author = "golden", CacheDirectory = folder.Of("cache"), Signer = key, Time = new FakeTimeProvider(DateTimeOffset.UnixEpoch.AddDays(20_000)) };
        await using VersionStore alices = await VersionStore.CreateAsync(golden, Options(alice)), bobs = await VersionStore.OpenAsync(golden, Options(bob)), nobodys = await VersionStore.OpenAsync(golden, Options(null));
        await alices.TrustKeyAsync(alice.PublicKeyPem, "alice");
        await alices.TrustKeyAsync(bob.PublicKeyPem, "bob");
        CommitResult first = await bobs.CommitAsync("models/golden", folder.Of("m"), new CommitOptions { Sign = true, RecordCode = false });
        await alices.RevokeKeyAsync("bob");
        folder.Write("m/new", "unsigned");
        CommitResult second = await nobodys.CommitAsync("models/golden", folder.Of("m"), new CommitOptions { RecordCode = false });
        await alices.SignAsync(first.Pin);
        await alices.DemandSignaturesAsync("models/");
        await alices.SetPolicyAsync("models/golden", "production", ["signed"]);
        await alices.PromoteAsync(first.Pin, "production");
        using var bundle = new MemoryStream();
        await nobodys.ExportSignatureAsync(first.Pin, bundle);
        byte[] payload = System.Text.Json.JsonDocument.Parse(bundle.ToArray()).RootElement.GetProperty("dsseEnvelope").GetProperty("payload").GetBytesFromBase64();
        await File.WriteAllLinesAsync(golden + ".pins", [alice.Id.ToString(), second.Pin.ToString(), first.Pin.ToString(), Digest.Of(payload).ToString()]);
    }

    private static string SourceFolder([CallerFilePath] string file = "") => Path.GetDirectoryName(file)!;
}
