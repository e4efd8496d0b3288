using CsCheck;
using Versioning.Pipelines.Defining;

namespace Versioning.Pipelines.Tests.Defining;

[TestFixture]
[Parallelizable(ParallelScope.All)]
internal sealed class PlaceholdersTests
{
    private static readonly Dictionary<string, string> Parameters = new() { ["a"] = "1", ["b.c"] = "${a}" }, Inputs = new() { ["d/e"] = "in" }, Outputs = new() { ["m"] = "out" };

    [TestCase("x", "x")]
    [TestCase("${a}", "1")]
    [TestCase("-${a}${b.c}-", "-1${a}-")]
    [TestCase("${input:d/e}/f ${output:m}", "in/f out")]
    [TestCase("$${a} ${a}", "${a} 1")]
    [TestCase("$$${a}", "$${a}")]
    [TestCase("$a ${a", "$a ${a")]
    [TestCase("}${a}{", "}1{")]
    public void Fill_PutsInOnceAndLeavesTheRest(string text, string filled) => Assert.That(Placeholders.Fill(text, Parameters, Inputs, Outputs), Is.EqualTo(filled));

    /// <summary>Whatever is written with every '${' doubled comes out as it was.</summary>
    [Test]
    public void Fill_OfEscapedText_GivesTheText() =>
        Gen.OneOf(Gen.Const("${"), Gen.Const("$"), Gen.Const("{"), Gen.Const("}"), Gen.Const("a"), Gen.Const("$$")).Array[0, 12].Select(string.Concat)
            .Where(text => !text.Contains("$${", StringComparison.Ordinal))
            .Sample(text => Placeholders.Fill(text.Replace("${", "$${", StringComparison.Ordinal), Parameters, Inputs, Outputs) == text, iter: 2000);
}
