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

    [TestCase("p.json", "{ \"a\": 1 }", "b", "parameter_not_found")]
    [TestCase("p.json", "{ \"a\": 1 }", "a.b", "parameter_not_found")]
    [TestCase("p.json", "{ \"a\": [1] }", "a", "invalid_parameters")]
    [TestCase("p.json", "[1]", "a", "parameter_not_found")]
    [TestCase("p.json", "{ \"a\": ", "a", "invalid_parameters")]
    [TestCase("p.yaml", "a: [1, 2]", "a", "invalid_parameters")]
    [TestCase("p.yaml", "a: \"x", "a", "invalid_parameters")]
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
