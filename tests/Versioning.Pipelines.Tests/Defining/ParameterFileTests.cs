using Versioning.Pipelines.Defining;

namespace Versioning.Pipelines.Tests.Defining;

[TestFixture]
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
[Parallelizable(ParallelScope.All)]
internal sealed class ParameterFileTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [TestCase("p.json", """{ "lr": 0.10, "train": { "epochs": 3, "name": "x", "on": true, "none": null }, }""")]
    [TestCase("p.yaml", "# here\nlr: 0.10\ntrain:\n  epochs: 3\n  name: 'x'\n  on: true\n  none:\n")]
    [TestCase("p.yml", "{lr: 0.10, train: {epochs: 3, name: \"x\", on: true, none: }}")]
    public void Read_OfKeys_GivesTheirText(string name, string text)
    {
        _folder.Write(name, text);
        IReadOnlyDictionary<string, string> read = ParameterFile.Read(_folder.Root, name, ["lr", "train.epochs", "train.name", "train.on", "train.none"]);
        Assert.That(read, Is.EqualTo(new Dictionary<string, string> { ["lr"] = "0.10", ["train.epochs"] = "3", ["train.name"] = "x", ["train.on"] = "true", ["train.none"] = "" }));
    }

    [TestCase("a: &x 3\nb: *x\n", "b", "3")]
    [TestCase("base: &x { lr: 1 }\ntrain: *x\n", "train.lr", "1")]
    [TestCase("? [1, 2]\n: 3\nb: 4\n", "b", "4")]
    [TestCase("b: 1\nc: &c [*c]\n? &d [*d]\n: 2\n", "b", "1")]
    [TestCase("b: !!int 5\n---\nb: 6\n", "b", "5")]
    public void Read_OfYamlWithAliasesAndOddKeys_GivesWhatTheyName(string text, string key, string value)
    {
        _folder.Write("p.yaml", text);
        Assert.That(ParameterFile.Read(_folder.Root, "p.yaml", [key])[key], Is.EqualTo(value));
    }

    [Test]
    public void Read_OfAliasesThatMultiply_TakesNoTime()
    {
        IEnumerable<string> lines = Enumerable.Range(1, 60).Select(i => $"a{i}: &a{i} [*a{i - 1}, *a{i - 1}]");
        _folder.Write("p.yaml", $"a0: &a0 [x]\n{string.Join('\n', lines)}\n? *a60\n: 1\nb: 2\n");
        Assert.That(ParameterFile.Read(_folder.Root, "p.yaml", ["b"])["b"], Is.EqualTo("2"));
    }

    [TestCase('[', ']')]
    [TestCase('{', '}')]
    public void Read_OfYamlThatIsNestedForEver_IsRefused(char open, char close)
    {
        _folder.Write("p.yaml", $"b: 1\nc: {new string(open, 100_000)}{new string(close, 100_000)}\n");
        VersioningException refused = Assert.Catch<VersioningException>(() => ParameterFile.Read(_folder.Root, "p.yaml", ["b"]))!;
        Assert.That((refused.Code, refused.Message), Is.EqualTo(("invalid_parameters", "The parameters in 'p.yaml' can't be read: line 2: lists and mappings lie more than 64 deep in each other.")));
    }

    [TestCase("p.json", "{ \"a\": 1 }", "b", "parameter_not_found")]
    [TestCase("p.json", "{ \"a\": 1 }", "a.b", "parameter_not_found")]
    [TestCase("p.json", "{ \"a\": [1] }", "a", "invalid_parameters")]
    [TestCase("p.json", "[1]", "a", "parameter_not_found")]
    [TestCase("p.json", "{ \"a\": ", "a", "invalid_parameters")]
    [TestCase("p.yaml", "a: [1, 2]", "a", "invalid_parameters")]
    [TestCase("p.yaml", "a: \"x", "a", "invalid_parameters")]
    [TestCase("p.yaml", "a: 1\na: 2", "a", "invalid_parameters")]
    [TestCase("p.yaml", "a: *b", "a", "invalid_parameters")]
    [TestCase("p.yaml", "[a]", "a", "parameter_not_found")]
    [TestCase("p.yaml", "a: { b: 1 }", "a", "invalid_parameters")]
    [TestCase("p.yaml", "", "a", "parameter_not_found")]
    [TestCase("q.yaml", null, "a", "parameters_not_found")]
    public void Read_OfWhatIsNotThere_SaysWhat(string name, string? text, string key, string code)
    {
        if (text is not null)
        {
            _folder.Write(name, text);
        }

        VersioningException refused = Assert.Catch<VersioningException>(() => ParameterFile.Read(_folder.Root, name, [key]))!;
        Assert.That(refused.Code, Is.EqualTo(code));
        Assert.That(refused.Message, Does.Contain(name));
    }

    [Test]
    public void Json_OfParameters_KeepsNumbersAndQuotesTheRest() =>
        Assert.That(
            ParameterText.Json([KeyValuePair.Create("a", "1e-3"), KeyValuePair.Create("b", "01"), KeyValuePair.Create("c", "true"), KeyValuePair.Create("d", "\"\n"), KeyValuePair.Create("e", "-"), KeyValuePair.Create("f", "1}")]),
            Is.EqualTo("""{"a":1e-3,"b":"01","c":true,"d":"\u0022\n","e":"-","f":"1}"}"""));
}
