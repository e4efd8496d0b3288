using System.Formats.Asn1;
using System.Security.Cryptography;
using NUnit.Framework;
using Versioning.Keys;
using Versioning.Tests.Store;

namespace Versioning.Tests.Keys;

/// <summary>Keys in files and elsewhere.</summary>
[TestFixture]
[Parallelizable(ParallelScope.All)]
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed class SigningKeyTests : IDisposable
{
    private static readonly Digest Something = Digest.Of("something"u8);
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Test]
    public async Task PemFile_Written_IsReadBackAndTheOwnersAlone([Values(null, "open sesame")] string? password)
    {
        SigningKey key = SigningKey.Create();
        string path = _folder.Of("key.pem");
        key.WritePemFile(path, password);
        SigningKey read = SigningKey.FromPemFile(path, password);
        Assert.That((read.Id, read.PublicKeyPem, read.ToString()), Is.EqualTo((key.Id, key.PublicKeyPem, key.Id.ToString())));
        ReadOnlyMemory<byte> signature = await read.SignAsync(Something, default);
        Assert.That(P256.Verify(key.PublicKey.Span, Something, signature.Span), Is.True);
        if (password is not null)
        {
            AssertInvalid(() => SigningKey.FromPemFile(path), "no passphrase");
            AssertInvalid(() => SigningKey.FromPemFile(path, password + " "), "passphrase");
            Assert.That(Iterations(File.ReadAllText(path)), Is.EqualTo(600_000), "Whoever gets hold of the file has to try that often for each passphrase.");
        }

        if (!OperatingSystem.IsWindows())
        {
            Assert.That(File.GetUnixFileMode(path), Is.EqualTo(UnixFileMode.UserRead | UnixFileMode.UserWrite));
        }

        Assert.That(() => key.WritePemFile(path), Throws.TypeOf<ConflictException>().With.Property("Code").EqualTo("file_exists"));
    }

    [TestCase(UnixFileMode.GroupRead)]
    [TestCase(UnixFileMode.OtherRead)]
    [TestCase(UnixFileMode.GroupWrite)]
    public void PemFile_ThatOthersCanUse_IsRefused(UnixFileMode others)
    {
        if (OperatingSystem.IsWindows())
        {
            Assert.Ignore("Windows has no such bits.");
            return;
        }

        string path = _folder.Of("key.pem");
        SigningKey.Create().WritePemFile(path);
        File.SetUnixFileMode(path, UnixFileMode.UserRead | others);
        AssertInvalid(() => SigningKey.FromPemFile(path), "others");
    }

    [Test]
    public void Pem_ThatIsNoKeyOnP256_IsRefusedWithoutSayingWhatItHolds()
    {
        using var other = ECDsa.Create(ECCurve.NamedCurves.nistP384);
        using var rsa = RSA.Create(2048);
        using var likeMine = ECDsa.Create(ECCurve.NamedCurves.brainpoolP256r1);
        using var mine = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        string encrypted = mine.ExportEncryptedPkcs8PrivateKeyPem("a", new PbeParameters(PbeEncryptionAlgorithm.Aes128Cbc, HashAlgorithmName.SHA256, 1));
        AssertInvalid(() => SigningKey.FromPem(other.ExportPkcs8PrivateKeyPem()), "P-256");
        AssertInvalid(() => SigningKey.FromPem(likeMine.ExportPkcs8PrivateKeyPem()), "P-256");
        AssertInvalid(() => SigningKey.IdOf(likeMine.ExportSubjectPublicKeyInfoPem()), "P-256");
        AssertInvalid(() => SigningKey.FromPem(rsa.ExportPkcs8PrivateKeyPem()), "P-256");
        AssertInvalid(() => SigningKey.FromPem(mine.ExportSubjectPublicKeyInfoPem()), "not a private key");
        AssertInvalid(() => SigningKey.FromPem("hello"), "not a PEM");
        AssertInvalid(() => SigningKey.FromPem(encrypted), "no passphrase");
        AssertInvalid(() => SigningKey.FromPem(encrypted, "b"), "passphrase");
        AssertInvalid(() => SigningKey.FromPem("-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----"), "can't be read");
        AssertInvalid(() => SigningKey.FromPemFile(_folder.Of("none")), "can't be read");
        Assert.That(SigningKey.FromPem(mine.ExportECPrivateKeyPem()).PublicKeyPem, Is.EqualTo(mine.ExportSubjectPublicKeyInfoPem() + "\n"), "SEC 1, as openssl ecparam makes it");
    }

    [Test]
    public async Task Delegate_AnySpellingOfTheSignature_IsTakenAndAWrongOneRefused()
    {
        using var ecdsa = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        string pem = ecdsa.ExportSubjectPublicKeyInfoPem();
        Digest signed = default;
        ReadOnlyMemory<byte> SignWith(ReadOnlyMemory<byte> hash, DSASignatureFormat format)
        {
            signed = new Digest(hash.Span);
            return ecdsa.SignHash(hash.Span, format);
        }

        foreach (DSASignatureFormat format in (DSASignatureFormat[])[DSASignatureFormat.Rfc3279DerSequence, DSASignatureFormat.IeeeP1363FixedFieldConcatenation])
        {
            SigningKey key = SigningKey.FromDelegate(pem, (hash, _) => ValueTask.FromResult(SignWith(hash, format).ToArray()));
            ReadOnlyMemory<byte> signature = await key.SignAsync(Something, default);
            Assert.That((signature.Length, signed), Is.EqualTo((64, Something)));
            Assert.That(P256.Verify(key.PublicKey.Span, Something, signature.Span), Is.True);
            Assert.That(P256.Verify(key.PublicKey.Span, Digest.Of("else"u8), signature.Span), Is.False);
        }

        SigningKey wrong = SigningKey.FromDelegate(pem, (_, _) => ValueTask.FromResult(SignWith(new byte[32], DSASignatureFormat.IeeeP1363FixedFieldConcatenation).ToArray()));
        Assert.That(async () => await wrong.SignAsync(Something, default), Throws.TypeOf<VersioningException>().With.Property("Code").EqualTo("invalid_key"));
        Assert.That(() => wrong.WritePemFile(_folder.Of("key.pem")), Throws.InvalidOperationException);
    }

    [Test]
    public void DerSignature_OfAnySignature_IsWhatTheRuntimeReads()
    {
        byte[][] halves = [[.. new byte[31], 1], [.. Enumerable.Repeat((byte)255, 32)], [0, .. Enumerable.Repeat((byte)127, 31)], [128, .. new byte[31]]];
        foreach (byte[] r in halves)
        {
            foreach (byte[] s in halves)
            {
                byte[] der = DerSignature.Of([.. r, .. s]);
                Assert.That(DerSignature.Read(der), Is.EqualTo((byte[])[.. r, .. s]));
                Assert.That(DerSignature.Read(der.AsMemory(0, der.Length - 1)), Is.Null);
            }
        }

        Assert.That(DerSignature.Read(new byte[] { 0x30, 6, 2, 1, 0xff, 2, 1, 1 }), Is.Null, "negative");
    }

    [Test]
    public void PublicKey_NotOnTheCurve_IsNone()
    {
        byte[] key = SigningKey.Create().PublicKey.ToArray();
        Assert.That(P256.IsKey(key), Is.True);
        key[^1] ^= 1;
        Assert.That((P256.HasForm(key), P256.IsKey(key), P256.Verify(key, Something, new byte[64])), Is.EqualTo((true, false, false)));
        Assert.That(P256.IsKey(key.AsSpan(1)), Is.False);
    }

    /// <summary>Of PBKDF2, as PKCS #8 and PKCS #5 have it.</summary>
    private static int Iterations(string pem)
    {
        AsnReader algorithm = new AsnReader(Convert.FromBase64String(string.Concat(pem.Split('\n')[1..^2])), AsnEncodingRules.DER).ReadSequence().ReadSequence();
        Assert.That(algorithm.ReadObjectIdentifier(), Is.EqualTo("1.2.840.113549.1.5.13"));
        AsnReader derivation = algorithm.ReadSequence().ReadSequence();
        Assert.That(derivation.ReadObjectIdentifier(), Is.EqualTo("1.2.840.113549.1.5.12"));
        AsnReader parameters = derivation.ReadSequence();
        _ = parameters.ReadOctetString();
        return parameters.TryReadInt32(out int iterations) ? iterations : 0;
    }

    private static void AssertInvalid(Action read, string says) =>
        Assert.That(read, Throws.TypeOf<VersioningException>().With.Property("Code").EqualTo("invalid_key").And.Message.Contains(says).And.Message.Not.Contains("BEGIN"));
}
