using NUnit.Framework;
using Versioning.Pipelines.Reproducing;

namespace Versioning.Tests.Reproducing;

/// <summary>What counts as reproduced: a gate may ask for it.</summary>
[TestFixture]
[Parallelizable(ParallelScope.All)]
internal sealed class ComparisonTests
{
    private static readonly ReproduceOptions Tolerant = new() { Tolerance = MetricTolerance.Parse("0.05") };

    private static readonly ReproducedOutput
        Same = new(new ArtifactPin("models/m", 1, default), "/out", 0, []),
        Other = Same with { ChangeCount = 1 },
        Missing = Same with { IsMissing = true };

    private static readonly Dictionary<string, double> Recorded = new() { ["auc"] = 0.9 }, Near = new() { ["auc"] = 0.91 }, Far = new() { ["auc"] = 0.99 }, None = [];

    private static readonly TestCaseData[] Cases =
    [
        new TestCaseData(Same, Recorded, Recorded, null, ReproductionVerdict.Identical).SetArgDisplayNames("the same"),
        new TestCaseData(Same, None, None, null, ReproductionVerdict.Identical).SetArgDisplayNames("the same, nothing measured"),
        new TestCaseData(Other, Recorded, Recorded, null, ReproductionVerdict.Different).SetArgDisplayNames("bytes differ"),
        new TestCaseData(Same, Recorded, Near, null, ReproductionVerdict.Different).SetArgDisplayNames("metric differs"),
        new TestCaseData(Same, Recorded, None, Tolerant, ReproductionVerdict.Different).SetArgDisplayNames("metric is not measured again"),
        new TestCaseData(Other, Recorded, Near, Tolerant, ReproductionVerdict.WithinTolerance).SetArgDisplayNames("within tolerance"),
        new TestCaseData(Other, Recorded, Far, Tolerant, ReproductionVerdict.Different).SetArgDisplayNames("beyond tolerance"),
        new TestCaseData(Missing, Recorded, Recorded, Tolerant, ReproductionVerdict.Different).SetArgDisplayNames("output is missing"),
        new TestCaseData(Other, None, None, Tolerant, ReproductionVerdict.Different).SetArgDisplayNames("bytes differ, nothing measured"),
    ];

    [TestCaseSource(nameof(Cases))]
    public void Verdict_OfWhatWasMadeAgain_IsNoBetterThanItIs(ReproducedOutput output, Dictionary<string, double> recorded, Dictionary<string, double> measured, ReproduceOptions? options, ReproductionVerdict verdict)
    {
        options ??= new ReproduceOptions();
        Assert.That(Comparison.Verdict([output], Comparison.Metrics(recorded, measured, options), options), Is.EqualTo(verdict));
    }
}
