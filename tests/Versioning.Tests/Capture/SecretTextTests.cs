using NUnit.Framework;
using Versioning.Capture;

namespace Versioning.Tests.Capture;

[TestFixture]
internal sealed class SecretTextTests
{
    [TestCase("password = \"hunter2\"")]
    [TestCase("  \"apiKey\": \"hunter2\",")]
    [TestCase("var options = new { ClientSecret = @\"hunter2\" };")]
    [TestCase("client.connect(password='hunter2')")]
    [TestCase("secret := `hunter2`")]
    [TestCase("'api_key' => 'hunter2'")]
    [TestCase("<Password>hunter2</Password>")]
    [TestCase("export API_KEY=a8Kd02mXq4Zt7Lw1Rc9V")]
    [TestCase("token = \"a8Kd02mXq4Zt7Lw1Rc9V\"")]
    [TestCase("url = \"https://ada:hunter2@example.org\"")]
    public void Line_WithALiteral_IsOne(string line) => Assert.That(SecretText.IsSecretLine(line, isConfiguration: false), Is.True);

    [TestCase("password = getpass.getpass()")]
    [TestCase("string password = options.Password;")]
    [TestCase("api_key = os.environ[\"OPENAI_API_KEY\"]")]
    [TestCase("const string ApiKeyHeader = \"X-Api-Key\";")]
    [TestCase("PASSWORD = \"password\"")]
    [TestCase("\"password\": \"Password\",")]
    [TestCase("password = \"\"")]
    [TestCase("password = \"changeme\"")]
    [TestCase("secret: \"<your secret>\"")]
    [TestCase("token = tokenizer.encode(text)")]
    [TestCase("pad_token = \"<pad>\"")]
    [TestCase("key = Blake2AuthenticatedKey2Of(repository)")]
    [TestCase("key = Blake2KeyfileKey2Of.detect")]
    [TestCase("if (name == \"password\") return;")]
    [TestCase("log(\"password: wrong, try again\")")]
    [TestCase("Dictionary<string, Secret> secrets = new();")]
    [TestCase("key = (a, b) => a + b")]
    [TestCase("model = models/churn@7#sha256:0123456789abcdef")]
    [TestCase("password: hunter2")]
    [TestCase("")]
    public void Line_OfCode_IsNone(string line) => Assert.That(SecretText.IsSecretLine(line, isConfiguration: false), Is.False);

    [TestCase("password: hunter2", true)]
    [TestCase("password = hunter2  # of the test machine", true)]
    [TestCase("password: ${DB_PASSWORD}", false)]
    [TestCase("max_tokens: 4096", false)]
    [TestCase("secret_name: prod-database", false)]
    [TestCase("key: customer_id", false)]
    public void Line_OfConfiguration_NeedsNoQuotes(string line, bool isSecret) =>
        Assert.That(SecretText.IsSecretLine(line, isConfiguration: true), Is.EqualTo(isSecret));

    [TestCase("a.yaml", true)]
    [TestCase("x/setup.cfg", true)]
    [TestCase("a.cs", false)]
    [TestCase("Makefile", false)]
    public void IsConfiguration_GoesByTheEnding(string path, bool isConfiguration) => Assert.That(SecretText.IsConfiguration(path), Is.EqualTo(isConfiguration));
}
