using Versioning.Pipelines.Running;

namespace Versioning.Pipelines.Tests.Running;

[TestFixture]
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
[Parallelizable(ParallelScope.All)]
internal sealed class MetricsFileTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Test]
    public void Read_NumbersAndWhatIsNone_TakesTheNumbers() =>
        Assert.That(
            MetricsFile.Read(_folder.Write("m.json", """{ "auc": 0.5, /* so far */ "per": { "a": 1, "b": null }, "name": "x", "list": [1], "large": 1e999, }""")),
            Is.EqualTo(new Dictionary<string, double> { ["auc"] = 0.5, ["per.a"] = 1, ["large"] = double.PositiveInfinity }));

    [TestCase("""{ "": 0.5 }""", "no name")]
    [TestCase("""{ "\ud800": 0.5 }""", "surrogate")]
    [TestCase("""{ "auc": NaN }""", "invalid start")]
    [TestCase("[1]", "no JSON object")]
    [TestCase("", "any JSON tokens")]
    public void Read_WhatIsNoObjectOfNumbers_SaysWhy(string text, string why) =>
        Assert.That(() => MetricsFile.Read(_folder.Write("m.json", text)), Throws.TypeOf<VersioningException>().With.Property("Code").EqualTo("invalid_metrics").And.Message.Contains(why));
}
