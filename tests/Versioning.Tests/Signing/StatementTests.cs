using System.Buffers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using CsCheck;
using NUnit.Framework;
using Versioning.Signing;
using Versioning.Tests.Properties;

namespace Versioning.Tests.Signing;

/// <summary>What is signed of a version, and the file that others verify it with.</summary>
[TestFixture]
[Parallelizable(ParallelScope.All)]
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed class StatementTests : SignedFixture
{
    [Test]
    public void JsonString_OfCharactersThatJsonHasAnotherWayFor_IsInTheOneThatIsSigned()
    {
        var text = new ArrayBufferWriter<byte>();
        JsonString.Write(text, "a\"\\/\0\n\u001f \u007f\u00e9"u8);
        Assert.That(Encoding.UTF8.GetString(text.WrittenSpan), Is.EqualTo("\"a\\\"\\\\/\\u0000\\u000a\\u001f \u007f\u00e9\""));
    }

    [Test]
    public async Task Export_OfASignedVersion_IsTheBundleToTheByte()
    {
        if (OperatingSystem.IsWindows())
        {
            Assert.Ignore("No file can have such a name there.");
        }

        await using VersionStore store = await AlicesStoreAsync();
        _folder.Write("m/a \"b\"\\c", "x");
        _folder.Write("m/é", "");
        CommitResult made = await CommitAsync(store, "a", new CommitOptions { Sign = true, RecordCode = false });
        (byte[] payload, JsonElement bundle) = await ExportAsync(store, made.Pin);
        string Hex(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
        string files = Convert.ToHexStringLower(SHA256.HashData([.. SHA256.HashData("x"u8), .. SHA256.HashData("a"u8), .. SHA256.HashData(""u8)]));
        string expected = "{\"_type\":\"https://in-toto.io/Statement/v1\",\"subject\":[{\"name\":\"models/churn@" + made.Pin.Digest + "\",\"digest\":{\"sha256\":\"" + files + "\"}}],"
            + "\"predicateType\":\"https://model_signing/signature/v1.0\",\"predicate\":{\"resources\":["
            + "{\"name\":\"a \\\"b\\\"\\\\c\",\"algorithm\":\"sha256\",\"digest\":\"" + Hex("x") + "\"},"
            + "{\"name\":\"w\",\"algorithm\":\"sha256\",\"digest\":\"" + Hex("a") + "\"},"
            + "{\"name\":\"é\",\"algorithm\":\"sha256\",\"digest\":\"" + Hex("") + "\"}],"
            + "\"serialization\":{\"method\":\"files\",\"hash_type\":\"sha256\",\"allow_symlinks\":false,\"ignore_paths\":[]}}}";
        Assert.That(Encoding.UTF8.GetString(payload), Is.EqualTo(expected));
        JsonElement material = bundle.GetProperty("verificationMaterial");
        Assert.That(bundle.GetProperty("mediaType").GetString(), Is.EqualTo("application/vnd.dev.sigstore.bundle.v0.3+json"));
        Assert.That(material.GetProperty("publicKey").GetProperty("hint").GetString(), Is.EqualTo(Hex(Alice.PublicKeyPem)), "as model_signing makes it of the PEM");
        Assert.That((await store.ResolveAsync($"{Model}@{made.Pin.Digest}")).Pin, Is.EqualTo(made.Pin), "the name is a reference");
    }

    [Test]
    public async Task Export_Edited_IsNotWhatWasSigned()
    {
        await using VersionStore store = await AlicesStoreAsync();
        CommitResult made = await CommitAsync(store, "a", new CommitOptions { Sign = true, RecordCode = false });
        (byte[] payload, JsonElement bundle) = await ExportAsync(store, made.Pin);
        byte[] signature = bundle.GetProperty("dsseEnvelope").GetProperty("signatures")[0].GetProperty("sig").GetBytesFromBase64();
        Assert.That(IsSigned(payload, signature, Alice), Is.True);
        Assert.That(IsSigned(payload, signature, Bob), Is.False);
        for (int i = 0; i < payload.Length; i += 7)
        {
            payload[i] ^= 1;
            Assert.That(IsSigned(payload, signature, Alice), Is.False);
            payload[i] ^= 1;
        }
    }

    [Test]
    public async Task Export_WithLinks_NamesThemAsNotLookedAt()
    {
        if (OperatingSystem.IsWindows())
        {
            Assert.Ignore("Links take a right there.");
        }

        await using VersionStore store = await AlicesStoreAsync();
        _folder.Write("m/w", "a");
        File.CreateSymbolicLink(_folder.Of("m/one"), "w");
        File.CreateSymbolicLink(_folder.Of("m/two"), "one");
        CommitResult made = await CommitAsync(store, "a", new CommitOptions { Sign = true, RecordCode = false });
        (byte[] payload, _) = await ExportAsync(store, made.Pin);
        JsonElement predicate = JsonDocument.Parse(payload).RootElement.GetProperty("predicate");
        Assert.That(predicate.GetProperty("resources").EnumerateArray().Select(r => r.GetProperty("name").GetString()), Is.EqualTo(["w"]));
        Assert.That(predicate.GetProperty("serialization").GetProperty("ignore_paths").EnumerateArray().Select(p => p.GetString()), Is.EqualTo(["one", "two"]));
        Assert.That(await store.VerifySignaturesAsync(made.Pin), Has.Count.EqualTo(1));
    }

    [Test]
    public async Task Export_OfWhatIsNotSigned_IsNotFound()
    {
        await using VersionStore store = await AlicesStoreAsync();
        CommitResult made = await CommitAsync(store, "a");
        using var output = new MemoryStream();
        AssertCode<NotFoundException>(() => store.ExportSignatureAsync(made.Pin, output), "not_signed", $"vers sign {made.Pin}");
        Assert.That(output.Length, Is.Zero);
        Assert.That(await store.VerifySignaturesAsync(made.Pin), Is.Empty);
    }

    /// <summary>Any files, many of them too: the same bytes in another store, where packs and number differ, and one resource for each file.</summary>
    [Test]
    public void Statement_OfAnyVersion_IsTheSameInEveryStoreThatHasIt() =>
        Gen.Select(Gen.String[Gen.Char[OperatingSystem.IsWindows() ? "ab/é" : "ab\"\\/é\u0001\u007f "], 1, 12].Select(Path).Array[0, 20], Gen.Int[0, 400]).SampleSeeded(
            sample => CheckAsync(sample.Item1, sample.Item2).GetAwaiter().GetResult(),
            iterations: 4);

    private async Task CheckAsync(string[] paths, int many)
    {
        string id = Guid.NewGuid().ToString("n"), source = _folder.Of(id);
        Directory.CreateDirectory(source);
        var written = new HashSet<string>();
        foreach (string path in paths.Concat(Enumerable.Range(0, many).Select(i => $"many/{i}")))
        {
            // No path may be a file and a folder.
            if (!written.Any(other => (other + "/").StartsWith(path + "/", StringComparison.Ordinal) || path.StartsWith(other + "/", StringComparison.Ordinal)))
            {
                written.Add(path);
                _folder.Write($"{id}/{path}", path);
            }
        }

        await using VersionStore one = await VersionStore.CreateAsync(_folder.Of(id + "-one"), Options(Alice)), two = await VersionStore.CreateAsync(_folder.Of(id + "-two"), Options(Bob));
        await one.TrustKeyAsync(Alice.PublicKeyPem, "alice");
        await two.TrustKeyAsync(Bob.PublicKeyPem, "bob");
        CommitResult made = await one.CommitAsync(Model, source, new CommitOptions { Sign = true, RecordCode = false });
        await CommitAsync(two, "first");
        CopiedVersion copied = (await one.CopyAsync([Model], two, new CopyOptions { Sign = true })).Single();
        (byte[] here, JsonElement bundle) = await ExportAsync(one, made.Pin);
        (byte[] there, _) = await ExportAsync(two, copied.Pin);
        Assert.That((copied.Pin.Number, there), Is.EqualTo((2L, here)));
        Assert.That(IsSigned(here, bundle.GetProperty("dsseEnvelope").GetProperty("signatures")[0].GetProperty("sig").GetBytesFromBase64(), Alice), Is.True);
        JsonElement statement = JsonDocument.Parse(here).RootElement;
        var resources = statement.GetProperty("predicate").GetProperty("resources").EnumerateArray().Select(r => (Name: r.GetProperty("name").GetString()!, Digest: r.GetProperty("digest").GetString()!)).ToArray();
        Assert.That(resources, Is.EqualTo(await one.ListFilesAsync(made.Pin).Select(f => (f.Path, f.Sha256.ToHex())).ToListAsync()));
        byte[] root = SHA256.HashData([.. resources.SelectMany(r => Convert.FromHexString(r.Digest))]);
        Assert.That(statement.GetProperty("subject")[0].GetProperty("digest").GetProperty("sha256").GetString(), Is.EqualTo(Convert.ToHexStringLower(root)));
    }

    private static string Path(string text) => string.Join('/', text.Split('/').Select(part => part is "" or "." or ".." ? "x" : part));

    /// <summary>By the rule of DSSE alone.</summary>
    private static bool IsSigned(byte[] payload, byte[] signature, SigningKey key)
    {
        using var ecdsa = ECDsa.Create();
        ecdsa.ImportFromPem(key.PublicKeyPem);
        byte[] signed = [.. Encoding.ASCII.GetBytes($"DSSEv1 28 application/vnd.in-toto+json {payload.Length} "), .. payload];
        return ecdsa.VerifyData(signed, signature, HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence);
    }

    private static async Task<(byte[] Payload, JsonElement Bundle)> ExportAsync(VersionStore store, ArtifactReference reference)
    {
        using var output = new MemoryStream();
        await store.ExportSignatureAsync(reference, output);
        JsonElement bundle = JsonDocument.Parse(output.ToArray()).RootElement;
        JsonElement envelope = bundle.GetProperty("dsseEnvelope");
        Assert.That(envelope.GetProperty("payloadType").GetString(), Is.EqualTo("application/vnd.in-toto+json"));
        return (envelope.GetProperty("payload").GetBytesFromBase64(), bundle);
    }
}
