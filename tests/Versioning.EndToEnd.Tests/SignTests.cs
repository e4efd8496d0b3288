using System.Diagnostics;
using System.Text.Json;

namespace Versioning.EndToEnd.Tests;

/// <summary>Keys, signatures and demands on the command line.</summary>
public sealed class SignTests
{
    private Vers _vers = null!;

    [SetUp]
    public async Task MakeStore()
    {
        _vers = new Vers();
        await _vers.OkAsync("init");
        _vers.Write("m/w", "weights");
        _vers.Write("m/sub/b", "more");
    }

    [TearDown]
    public void Remove() => _vers.Dispose();

    [Test]
    public async Task A_store_demands_signatures_and_others_verify_one_with_openssl()
    {
        JsonElement key = (await _vers.OkAsync("key", "create", "key.pem", "--json")).Json;
        string id = key.GetProperty("id").GetString()!;
        Assert.That((await _vers.OkAsync("key", "show", "key.pub.pem")).Text, Is.EqualTo($"{id}\n{key.GetProperty("publicKey").GetString()}"));
        Assert.That((await _vers.RunAsync("key", "create", "key.pem")).Exit, Is.EqualTo(5));
        await _vers.OkAsync("commit", "models/m", "m");
        Run early = await _vers.RunAsync("sign", "models/m", "--key", "key.pem", "--json");
        Assert.That((early.Exit, Code(early)), Is.EqualTo((5, "key_not_trusted")));
        JsonElement trusted = (await _vers.OkAsync("key", "trust", "key.pem", "--name", "release", "--json")).Json;
        Assert.That((trusted.GetProperty("id").GetString(), trusted.GetProperty("since").GetInt64(), trusted.GetProperty("unchanged").GetBoolean()), Is.EqualTo((id, 2L, false)));
        Assert.That((await _vers.OkAsync("policy", "models/", "--require", "signed", "--key", "key.pem")).Text, Does.Contain("have to be signed"));
        Assert.That((await _vers.OkAsync("policy")).Text, Is.EqualTo("models/\tsigned\n"));
        Run unsigned = await _vers.RunAsync("fetch", "models/m", "-o", "out", "--json");
        Run refused = await _vers.RunAsync("commit", "models/m", "m", "--json", "--meta", "a=b");
        JsonElement signed = (await _vers.OkAsync("sign", "models/m", "--key", "key.pem", "--export", "m.sig", "--json")).Json;
        await _vers.OkAsync("fetch", "models/m", "-o", "out", "--trusted-key", id);
        Run other = await _vers.RunAsync("fetch", "models/m", "-o", "out2", "--trusted-key", "sha256:" + new string('0', 64), "--json");
        using (Assert.EnterMultipleScope())
        {
            Assert.That((unsigned.Exit, Code(unsigned)), Is.EqualTo((4, "not_signed")));
            Assert.That((refused.Exit, Code(refused)), Is.EqualTo((5, "not_signed")));
            Assert.That((other.Exit, Code(other)), Is.EqualTo((4, "key_not_trusted")));
            JsonElement signature = signed.GetProperty("signatures").EnumerateArray().Single();
            Assert.That((signature.GetProperty("key").GetString(), signature.GetProperty("name").GetString(), signature.GetProperty("entry").GetInt64(), signature.GetProperty("revoked").GetBoolean()), Is.EqualTo((id, "release", 4L, false)));
            Assert.That((await _vers.OkAsync("show", "models/m")).Text, Does.Contain($"  signed   by 'release' ({id}) in entry 4\n"));
            Assert.That((await _vers.OkAsync("sign", "models/m", "--check")).Text, Does.Contain("by 'release'"));
            Assert.That((await _vers.OkAsync("promote", "models/m@1", "production", "--require", "signed")).Exit, Is.Zero);
            Assert.That((await _vers.OkAsync("key", "list")).Text, Is.EqualTo($"{id}\trelease\t2\t\n"));
            Assert.That((await _vers.OkAsync("verify")).Exit, Is.Zero);
        }

        await OpenSslAgreesAsync("m.sig", "key.pub.pem");
    }

    [Test]
    public async Task Keys_are_encrypted_trusted_by_others_and_revoked()
    {
        await _vers.OkAsync("key", "create", "a.pem");
        using (Process encrypt = _vers.Start(["key", "create", "b.pem", "--encrypt"], variable: ("VERSIONING_SIGNING_PASSPHRASE", "open sesame")))
        {
            Assert.That((await Vers.FinishAsync(encrypt)).Exit, Is.Zero);
        }

        Assert.That(File.ReadAllText(_vers.At("b.pem")), Does.StartWith("-----BEGIN ENCRYPTED PRIVATE KEY-----"));
        await _vers.OkAsync("key", "trust", "a.pem", "--name", "a");
        await _vers.OkAsync("key", "trust", "b.pub.pem", "--name", "b", "--key", "a.pem");
        using (Process commit = _vers.Start(["commit", "models/m", "m", "--sign", "--key", "b.pem"], variable: ("VERSIONING_SIGNING_PASSPHRASE", "open sesame")))
        {
            Assert.That((await Vers.FinishAsync(commit)).Exit, Is.Zero);
        }

        using (Process wrong = _vers.Start(["tag", "models/m", "v1", "--key", "b.pem", "--json"], variable: ("VERSIONING_SIGNING_PASSPHRASE", "shut")))
        {
            Run run = await Vers.FinishAsync(wrong);
            Assert.That((run.Exit, Code(run), run.Text.Contains("shut", StringComparison.Ordinal)), Is.EqualTo((2, "invalid_key", false)));
        }

        using (Process revoke = _vers.Start(["key", "revoke", "b", "--json"], variable: ("VERSIONING_SIGNING_KEY", "a.pem")))
        {
            Assert.That((await Vers.FinishAsync(revoke)).Json.GetProperty("revoked").GetInt64(), Is.EqualTo(4));
        }

        using (Process late = _vers.Start(["tag", "models/m", "v1", "--key", "b.pem"], variable: ("VERSIONING_SIGNING_PASSPHRASE", "open sesame")))
        {
            Assert.That((await Vers.FinishAsync(late)).Exit, Is.Zero, "what needs no signature takes one that means nothing");
        }

        string[] said = [.. (await _vers.OkAsync("audit")).Text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.Split('\t')[^1])];
        Assert.That(said.Select(text => (text.StartsWith("signed by sha256:", StringComparison.Ordinal), text.EndsWith(", not trusted", StringComparison.Ordinal))), Is.EqualTo(new[] { (true, false), (true, false), (true, false), (true, false), (true, false), (true, true) }), "trust a, trust b, publish and sign, revoke, tag");
        JsonElement signature = (await _vers.OkAsync("show", "models/m", "--json")).Json.GetProperty("signatures").EnumerateArray().Single();
        Assert.That((signature.GetProperty("name").GetString(), signature.GetProperty("revoked").GetBoolean()), Is.EqualTo(("b", true)));
        Run last = await _vers.RunAsync("key", "revoke", "a", "--key", "a.pem", "--json");
        Assert.That((last.Exit, Code(last)), Is.EqualTo((5, "last_key")));
        Run none = await _vers.RunAsync("sign", "models/m", "--json");
        Assert.That((none.Exit, Code(none)), Is.EqualTo((2, "usage")));
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(_vers.At("a.pem"), UnixFileMode.UserRead | UnixFileMode.OtherRead);
            Run open = await _vers.RunAsync("tag", "models/m", "v1", "--key", "a.pem", "--json");
            Assert.That((open.Exit, Code(open)), Is.EqualTo((2, "invalid_key")));
        }
    }

    [Test]
    public async Task Keys_that_are_named_and_are_none_are_a_usage_error()
    {
        foreach ((string option, string value) in new[] { ("--trusted-key", ""), ("--trusted-key", "sha256:6b0f"), ("--key", ""), ("VERSIONING_TRUSTED_KEYS", " , ") })
        {
            using Process tag = option.StartsWith('-')
                ? _vers.Start(["tag", "models/m", "v1", "--json", option, value])
                : _vers.Start(["tag", "models/m", "v1", "--json"], variable: (option, value));
            Run run = await Vers.FinishAsync(tag);
            Assert.That((run.Exit, Code(run)), Is.EqualTo((2, "usage")), $"{option}: {run.Text}");
        }
    }

    private static string? Code(Run run) => run.Json.GetProperty("error").GetProperty("code").GetString();

    /// <summary>The envelope by the rule of DSSE, checked by other software.</summary>
    private async Task OpenSslAgreesAsync(string bundle, string key)
    {
        JsonElement envelope = JsonDocument.Parse(File.ReadAllBytes(_vers.At(bundle))).RootElement.GetProperty("dsseEnvelope");
        byte[] payload = envelope.GetProperty("payload").GetBytesFromBase64();
        _vers.Write("signed", [.. System.Text.Encoding.ASCII.GetBytes($"DSSEv1 28 application/vnd.in-toto+json {payload.Length} "), .. payload]);
        _vers.Write("signature", envelope.GetProperty("signatures")[0].GetProperty("sig").GetBytesFromBase64());
        try
        {
            using Process openssl = _vers.Start("openssl", ["dgst", "-sha256", "-verify", key, "-signature", "signature", "signed"]);
            Run run = await Vers.FinishAsync(openssl);
            Assert.That((run.Exit, run.Text), Is.EqualTo((0, "Verified OK\n")), run.Error);
        }
        catch (System.ComponentModel.Win32Exception)
        {
            Assert.Warn("openssl is not installed; the library's own tests check the envelope with the runtime.");
        }
    }
}
