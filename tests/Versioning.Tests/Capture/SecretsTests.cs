using CsCheck;
using NUnit.Framework;
using Versioning.Capture;
using Versioning.Tests.Properties;

namespace Versioning.Tests.Capture;

/// <summary>None of these is a credential: they are made here, and joined from parts so that scanners of source code pass them by.</summary>
[TestFixture]
internal sealed class SecretsTests
{
    private const string Random20 = "a8Kd02mXq4Zt7Lw1Rc9V";
    private const string Random40 = "a8Kd02mXq4Zt7Lw1Rc9Vb3Nf6Ys5Hj2Pg8Tk4Em1";

    [TestCase("password", "hunter2")]
    [TestCase("db_password", "correct horse battery")]
    [TestCase("DbPassword", "x")]
    [TestCase("Passwd", "0000000")]
    [TestCase("MYSQL_PWD", "root")]
    [TestCase("client_secret", "abc")]
    [TestCase("clientSecret", "abc")]
    [TestCase("AWS_SECRET_ACCESS_KEY", "abc")]
    [TestCase("Azure:Storage:AccountKey", "abc")]
    [TestCase("OPENAI_API_KEY", "abc")]
    [TestCase("apiKey", "abc")]
    [TestCase("APIKey2", "abc")]
    [TestCase("apikey", "abc")]
    [TestCase("--api-key", "abc")]
    [TestCase("ConnectionStrings__Default", "Server=.")]
    [TestCase("connection_string", "Server=.")]
    [TestCase("private-key", "abc")]
    [TestCase("credentials", "abc")]
    [TestCase("bearer", "abc")]
    [TestCase("sas", "abc")]
    [TestCase("token", Random20)]
    [TestCase("HFToken", Random40)]
    [TestCase("wandb_key", "0123456789abcdef0123456789abcdef01234567")]
    [TestCase("auth", Random20)]
    [TestCase("token", "6fd3ba52-9b7e-4a9c-8a51-3f0f7d0f2c11")]
    [TestCase("PWD", "hunter2")]
    public void IsSecret_NameOfACredential_IsOne(string name, string value)
    {
        Assert.That(Secrets.IsSecret(name, value), Is.True);
        Assert.That(Secrets.Mask(name, value), Is.EqualTo("***"));
    }

    [TestCase("max_tokens", "4096")]
    [TestCase("max_tokens", Random20)]
    [TestCase("tokenizer", "bert-base-uncased-0123456789abcdef")]
    [TestCase("pad_token", "<pad>")]
    [TestCase("bos_token", "<s>")]
    [TestCase("eos_token", "<|endoftext|>")]
    [TestCase("mask_token", "__reserved_special_token_123__")]
    [TestCase("pad_token_id", "50256")]
    [TestCase("num_secret_layers", "12")]
    [TestCase("secret_sharing", "true")]
    [TestCase("secret_weight", "0.00001")]
    [TestCase("key_dim", "64")]
    [TestCase("num_attention_keys", "8")]
    [TestCase("num_key_value_heads", "8")]
    [TestCase("primary_key", "customer_id")]
    [TestCase("sort_key", "convolutional_network_2024_final")]
    [TestCase("api_version", "2024-05-01-preview")]
    [TestCase("author", "Ada Lovelace")]
    [TestCase("passes", "3")]
    [TestCase("compass", Random40)]
    [TestCase("password", "")]
    [TestCase("password", "  ")]
    [TestCase("password", "null")]
    [TestCase("password", "***")]
    [TestCase("password", "${DB_PASSWORD}")]
    [TestCase("password", "$DB_PASSWORD")]
    [TestCase("password", "{{ vault.password }}")]
    [TestCase("password", "%PASSWORD%")]
    [TestCase("password", "<password>")]
    [TestCase("secret_name", "prod-db")]
    [TestCase("password_length", "sixteen")]
    [TestCase("PWD", "/home/ada/work")]
    [TestCase("data_sha256", "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef")]
    [TestCase("model", "models/churn@7#sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef")]
    [TestCase("lr", "1e-4")]
    public void IsSecret_HarmlessName_IsNone(string name, string value)
    {
        Assert.That(Secrets.IsSecret(name, value), Is.False);
        Assert.That(Secrets.Mask(name, value), Is.EqualTo(value));
    }

    [TestCase("-----BEGIN RSA ", "PRIVATE KEY-----")]
    [TestCase("-----BEGIN ", "PRIVATE KEY-----\nMIIE")]
    [TestCase("x\n-----BEGIN OPENSSH ", "PRIVATE KEY-----")]
    [TestCase("PuTTY-User-", "Key-File-3: ssh-ed25519")]
    [TestCase("AKIA", "IOSFODNN7QRSTUV2")]
    [TestCase("see ASIA", "IOSFODNN7QRSTUV2, please")]
    [TestCase("AccountName=x;Account", "Key=" + Random40 + "==")]
    [TestCase("Endpoint=sb://x/;SharedAccess", "Key=" + Random40)]
    [TestCase("https://x.blob.core.windows.net/c?sv=2024&si", "g=" + Random40 + "%3D")]
    [TestCase("Shared", "AccessSignature=sr%3D" + Random40)]
    [TestCase("eyJ", "hbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0." + Random40)]
    [TestCase("gh", "p_" + Random40)]
    [TestCase("github", "_pat_" + Random40)]
    [TestCase("gl", "pat-" + Random20)]
    [TestCase("xo", "xb-123456789012-" + Random20)]
    [TestCase("https://hooks.slack", ".com/services/T00000000/B00000000/" + Random20)]
    [TestCase("h", "f_" + Random40)]
    [TestCase("s", "k-" + Random40)]
    [TestCase("s", "k-proj-" + Random40)]
    [TestCase("s", "k-ant-api03-" + Random40)]
    [TestCase("np", "m_" + Random40)]
    [TestCase("oy", "2abcdefghijklmnopqrstuvwxyz01234567890abcdef")]
    [TestCase("py", "pi-AgEIcHlwaS5vcmc" + Random40)]
    [TestCase("sk_", "live_" + Random20)]
    [TestCase("AI", "zaSyA8Kd02mXq4Zt7Lw1Rc9Vb3Nf6Ys5Hj2Pgxy")]
    [TestCase("https://ada:", "hunter2@example.org/x")]
    [TestCase("redis://:", "hunter2@localhost:6379/0")]
    [TestCase("postgres://ada:p@", "ss@db/x")]
    [TestCase("https://" + Random40, "@example.org/x")]
    [TestCase("Server=db;User Id=ada;Pass", "word=hunter2;")]
    [TestCase("Pwd=", "hunter2;Server=db")]
    [TestCase("Authorization: Bear", "er " + Random40)]
    [TestCase("abc8Q~", "a8Kd02mXq4Zt7Lw1Rc9Vb3Nf6Ys5Hj2Pg")]
    public void IsSecretValue_KnownShape_IsOne(string begin, string end)
    {
        Assert.That(Secrets.IsSecretValue(begin + end), Is.True);
        Assert.That(Secrets.IsSecret("lr", begin + end), Is.True);
        string masked = Secrets.MaskText("before " + begin + end);
        Assert.That(masked, Does.StartWith("before ").And.Contains("***").And.Not.Contains("hunter2").And.Not.Contains(Random20));
        Assert.That(Secrets.IsSecretValue(masked), Is.False);
    }

    [Test]
    public void MaskText_AnywhereInALongText_FindsThemInOrder()
    {
        // A search goes over a text part by part.
        for (int before = 990; before < 1060; before++)
        {
            string filler = new(' ', before);
            Assert.That(
                Secrets.MaskText($"{filler}npm_{Random40} a://b:hunter2@c;pwd=hunter2;{filler}abc8Q~a8Kd02mXq4Zt7Lw1Rc9Vb3Nf6Ys5Hj2Pg bearer {Random40}"),
                Is.EqualTo($"{filler}*** a://b:***@c;pwd=***;{filler}*** bearer ***"));
        }
    }

    [TestCase("")]
    [TestCase("AKIAIOSFODNN7EXAMPLE")]
    [TestCase("AKIAlowercase0123456")]
    [TestCase("XAKIAIOSFODNN7QRSTUV2")]
    [TestCase("ghp_short")]
    [TestCase("sk-learn-contrib-imbalanced-learning-tools")]
    [TestCase("hf_hub_download")]
    [TestCase("https://example.org/a@b")]
    [TestCase("https://ada@example.org/x")]
    [TestCase("https://ada:${TOKEN}@example.org/x")]
    [TestCase("https://{user}:{password}@example.org/x")]
    [TestCase("https://user:password@example.org/x")]
    [TestCase("PuTTY-User-Key-File-, StringComparison")]
    [TestCase("git@github.com:ada/x.git")]
    [TestCase("ssh://git@host/x")]
    [TestCase("eyJhbGciOiJIUzI1NiJ9")]
    [TestCase("orig=aaaaaaaaaaaaaaaaaaaaaaaaaaaaa")]
    [TestCase("-----BEGIN PUBLIC KEY-----")]
    [TestCase("-----BEGIN CERTIFICATE-----")]
    [TestCase("the bearer of bad news")]
    [TestCase("basic authentication")]
    [TestCase("password=getpass()")]
    [TestCase("oy2k")]
    [TestCase("models/churn@7#sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef")]
    [TestCase("[0.1, 0.25, 1e-7]")]
    public void IsSecretValue_PlainText_IsNone(string value)
    {
        Assert.That(Secrets.IsSecretValue(value), Is.False);
        Assert.That(Secrets.MaskText(value), Is.EqualTo(value));
    }

    [TestCase(".env")]
    [TestCase(".ENV.production")]
    [TestCase("app/prod.env")]
    [TestCase("certs/server.PEM")]
    [TestCase("server.key")]
    [TestCase("a\\b\\code.pfx")]
    [TestCase("x.p12")]
    [TestCase("id_rsa")]
    [TestCase("keys/id_ed25519")]
    [TestCase(".npmrc")]
    [TestCase(".pypirc")]
    [TestCase(".netrc")]
    [TestCase("/root/.git-credentials")]
    [TestCase(".aws/credentials")]
    [TestCase(".ssh/config")]
    [TestCase("Secrets.json")]
    [TestCase("site.publishsettings")]
    [TestCase("appsettings.Development.Local.json")]
    [TestCase("appsettings.local.json")]
    [TestCase("client_secret_123.json")]
    [TestCase("kaggle.json")]
    [TestCase("home/.docker/config.json")]
    [TestCase(".kube\\config")]
    public void IsSecretFile_NameOfOne_IsOne(string path) => Assert.That(Secrets.IsSecretFile(path), Is.True);

    [TestCase("")]
    [TestCase("env")]
    [TestCase("src/environment.cs")]
    [TestCase(".env.example")]
    [TestCase("id_rsa.pub")]
    [TestCase("appsettings.json")]
    [TestCase("appsettings.Development.json")]
    [TestCase("Secrets.cs")]
    [TestCase("credentials.md")]
    [TestCase("keys.csv")]
    [TestCase("tokenizer.json")]
    [TestCase("model.safetensors")]
    [TestCase("ssh/config")]
    [TestCase(".docker/Dockerfile")]
    [TestCase("x.docker/config.json")]
    public void IsSecretFile_OtherName_IsNone(string path) => Assert.That(Secrets.IsSecretFile(path), Is.False);

    [Test]
    public void MaskArguments_Command_LosesCredentialsOnly()
    {
        string[] command = ["train", "--password", "hunter2", "--api-key=abc", "API_KEY=abc", "--lr", "0.1", "--secret", "--verbose", "--token", Random40, "--url", "https://a:b@c/d", "tokenizer.json"];
        Assert.That(Secrets.MaskArguments(command), Is.EqualTo(
            (string[])["train", "--password", "***", "--api-key=***", "API_KEY=***", "--lr", "0.1", "--secret", "--verbose", "--token", "***", "--url", "https://a:***@c/d", "tokenizer.json"]));
    }

    [Test]
    public void MaskText_AnyTextAroundAToken_LosesJustIt() =>
        Gen.Select(Gen.String[Gen.Char[" .,;\n()"], 0, 40], Gen.String[Gen.Char[" .,;\n()"], 0, 40]).SampleSeeded(
            sample =>
            {
                (string before, string after) = sample;
                Assert.That(Secrets.MaskText(before + "npm_" + Random40 + after), Is.EqualTo(before + "***" + after));
            },
            iterations: 300);

    [Test]
    public void Anything_AnyText_IsMaskedOnceAndForAll()
    {
        Gen<string> text = Mutation.OneOf(
            "AKIA", "ghp_", Random40, "://", ":", "@", "eyJ", ".", "=", "password", ";", "sig=", "-----BEGIN ", "PRIVATE KEY", " ", "\n", "Q~", "é", "\0", "\uD800", "bearer ", "'", "<", "hf_").Array[0, 14].Select(string.Concat);
        Gen.Select(text, text).SampleSeeded(
            sample =>
            {
                string masked = Secrets.MaskText(sample.Item1);
                Assert.That(Secrets.MaskText(masked), Is.EqualTo(masked));
                Assert.That(Secrets.IsSecretValue(sample.Item1), Is.EqualTo(masked != sample.Item1));
                _ = Secrets.IsSecretFile(sample.Item1);
                _ = Secrets.Mask(sample.Item1, sample.Item2);
                _ = SecretText.IsSecretLine(sample.Item1, isConfiguration: true);
                _ = Secrets.MaskArguments([sample.Item1, sample.Item2]);
            },
            iterations: 5000);
    }

    // Each of these takes a scanner that begins anew at every place longer than anyone waits.
    [TestCase("eyJ")]
    [TestCase("sk-")]
    [TestCase("://")]
    [TestCase("a://b:")]
    [TestCase("eyJabcdefghij.")]
    [TestCase("password=")]
    [TestCase("-----BEGIN ")]
    [TestCase("key:")]
    [TestCase("key='")]
    [TestCase("= ")]
    [TestCase("<key>")]
    [TestCase("AccountKey=")]
    public void Anything_LongTextOfBeginnings_IsQuick(string part)
    {
        string text = string.Concat(Enumerable.Repeat(part, 200_000 / part.Length));
        var time = System.Diagnostics.Stopwatch.StartNew();
        _ = Secrets.IsSecretValue(text);
        _ = Secrets.MaskText(text);
        _ = Secrets.IsSecret(text, text);
        _ = SecretText.IsSecretLine(text, isConfiguration: true);

        // Quadratic time is minutes; a slow machine is not.
        Assert.That(time.Elapsed, Is.LessThan(TimeSpan.FromSeconds(20)));
    }
}
