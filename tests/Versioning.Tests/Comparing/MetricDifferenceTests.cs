using System.Globalization;
using NUnit.Framework;
using Versioning.Comparing;

namespace Versioning.Tests.Comparing;

/// <summary>Differences of metrics read as people compute them, and are never far from those of the doubles.</summary>
[TestFixture]
internal sealed class MetricDifferenceTests
{
    [TestCase("0.9", "0.95", 0.05)]
    [TestCase("0.95", "0.9", -0.05)]
    [TestCase("0.3", "0.1", -0.2)]
    [TestCase("0", "0", 0)]
    [TestCase("1E-05", "3E-05", 2e-5)]
    [TestCase("100000000000000.1", "100000000000000.3", 0.2)]
    [TestCase("1E-30", "3E-30", 2e-30)]
    [TestCase("1E+300", "3E+300", 2e300)]
    public void Between_TwoMetrics_IsTheirDifference(string from, string to, double expected) =>
        Assert.That(MetricDifference.Between(from, to), Is.EqualTo(expected).Within(1).Ulps);

    [TestCase(null, "1")]
    [TestCase("1", null)]
    [TestCase(null, null)]
    [TestCase("-1.7976931348623157E+308", "1.7976931348623157E+308")]
    public void Between_WithoutADifference_IsNull(string? from, string? to) => Assert.That(MetricDifference.Between(from, to), Is.Null);

    [Test]
    public void Between_AnyDoubles_IsNearThatOfTheDoubles()
    {
        var random = new Random(5);
        for (int i = 0; i < 2000; i++)
        {
            double from = Next(), to = Next();
            double? difference = MetricDifference.Between(from.ToString("R", CultureInfo.InvariantCulture), to.ToString("R", CultureInfo.InvariantCulture));
            Assert.That(difference, Is.EqualTo(to - from).Within(1e-15 * (Math.Abs(from) + Math.Abs(to))), $"{from:R} {to:R}");
        }

        double Next() => (random.NextDouble() - 0.5) * Math.Pow(10, random.Next(-40, 40));
    }
}
