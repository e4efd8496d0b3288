using System.Globalization;
using CsCheck;
using NUnit.Framework;
using Versioning.Gates;

namespace Versioning.Tests.Gates;

/// <summary>What conditions mean, and how they say why they do not hold.</summary>
[TestFixture]
internal sealed class GateConditionTests
{
    private static readonly Dictionary<string, GateValue> Facts = new()
    {
        ["metric.f1"] = GateValue.Of(0.85),
        ["metric.top-5"] = GateValue.Of(0.9),
        ["metric.loss"] = GateValue.Of(2),
        ["production.metric.f1"] = GateValue.Of(0.88),
        ["staging.metric.f1"] = GateValue.Unset,
        ["1.4.0.metric.f1"] = GateValue.Of(0.8),
        ["meta.licence"] = GateValue.Of("CC0"),
        ["signed"] = GateValue.Of(false),
        ["reproducible"] = GateValue.Of(true),
        ["files"] = GateValue.Of(3),
    };

    [TestCase("metric.f1 >= 0.85")]
    [TestCase("0.85 <= metric.f1 and metric.f1<1")]
    [TestCase("metric.f1 >= production.metric.f1 - 0.05")]
    [TestCase("metric['top-5'] == 0.9 and metric.\"top-5\" > metric.f1")]
    [TestCase("metric.loss * 2 + 1 - 3 / 3 == 4")]
    [TestCase("-metric.loss == -2 and -(1 + 1) < 0")]
    [TestCase("1 - 1 - 1 == -1")]
    [TestCase("2 + 2 * 2 == 6")]
    [TestCase("meta.licence == 'CC0' and meta.licence != \"MIT\"")]
    [TestCase("reproducible")]
    [TestCase("not signed")]
    [TestCase("signed or reproducible")]
    [TestCase("signed and reproducible or files == 3")]
    [TestCase("not (signed and reproducible)")]
    [TestCase("metric.f1 >= staging.metric.f1 - 0.01")]
    [TestCase("staging.metric.f1")]
    [TestCase("not metric.f1 < staging.metric.f1")]
    [TestCase("not (metric.f1 < staging.metric.f1 and files == 3)")]
    [TestCase("metric.f1 > '1.4.0'.metric.f1 and \"production\"['metric'].f1 == 0.88")]
    [TestCase("reproducible == true")]
    public void Evaluate_ThatHolds(string condition) => Assert.That(Of(condition), Is.EqualTo((true, "")));

    [TestCase("metric.f1 >= 0.9", "metric.f1 (0.85) >= 0.9 does not hold")]
    [TestCase("metric.f1 >= production.metric.f1 - 0.01", "metric.f1 (0.85) >= production.metric.f1 - 0.01 (0.87) does not hold")]
    [TestCase("metric.auc >= 0.5", "metric.auc (absent) >= 0.5 does not hold")]
    [TestCase("metric.auc + 1 >= 0.5", "metric.auc + 1 (absent) >= 0.5 does not hold")]
    [TestCase("metric.f1 >= metric.auc", "metric.f1 (0.85) >= metric.auc (absent) does not hold")]
    [TestCase("metric.auc", "metric.auc is absent")]
    [TestCase("signed", "signed is false")]
    [TestCase("metric.f1 > 1 or signed", "metric.f1 (0.85) > 1 does not hold; signed is false")]
    [TestCase("metric.f1 > 1 and signed", "metric.f1 (0.85) > 1 does not hold; signed is false")]
    [TestCase("(metric.f1 > 1 or files == 3) and signed", "signed is false")]
    [TestCase("not (metric.f1 < staging.metric.f1 or files == 3)", "not ((metric.f1 < staging.metric.f1) or (files == 3)) does not hold")]
    [TestCase("not reproducible", "not (reproducible) does not hold")]
    [TestCase("not not signed", "not (not (signed)) does not hold")]
    [TestCase("meta.licence == 'MIT'", "meta.licence ('CC0') == 'MIT' does not hold")]
    public void Evaluate_ThatDoesNotHold_SaysWhatWasFound(string condition, string reason) => Assert.That(Of(condition), Is.EqualTo((false, reason)));

    [TestCase("", 1)]
    [TestCase("metric.f1 >=", 13)]
    [TestCase("metric.f1 >= 0.9 0.8", 18)]
    [TestCase("(metric.f1 >= 0.9", 18)]
    [TestCase("metric.f1 => 0.9", 11)]
    [TestCase("metric. >= 1", 9)]
    [TestCase("metric[f1] > 1", 8)]
    [TestCase("'text", 1)]
    [TestCase("1 = 1", 3)]
    [TestCase("and", 1)]
    [TestCase("1x > 1", 2)]
    [TestCase("metric.f1 > -1e999", 14)]
    [TestCase("metric.f1 & 1", 11)]
    public void Parse_WhatIsNone_SaysWhere(string condition, int at) =>
        Assert.That(() => GateCondition.Parse(condition), Throws.TypeOf<VersioningException>().With.Property("Code").EqualTo("invalid_condition").And.Message.Contains($"at character {at}:"));

    [TestCase("metric.f1")]
    [TestCase("metric.f1 == 'x'")]
    [TestCase("meta.licence > 'A'")]
    [TestCase("meta.licence + 1 > 2")]
    [TestCase("signed > 1")]
    [TestCase("1 / 0 > 1")]
    [TestCase("nonsense > 1")]
    [TestCase("metric.f1 > 1 and nonsense > 1")]
    [TestCase("metric.f1 < 1 or nonsense > 1")]
    public void Evaluate_WhatMakesNoSense_IsRefused(string condition) =>
        Assert.That(() => Of(condition), Throws.TypeOf<VersioningException>().With.Property("Code").EqualTo("invalid_condition"));

    [Test]
    public void Parse_NestedBeyondReason_IsRefused()
    {
        Assert.That(() => GateCondition.Parse(new string('(', 2000) + "1" + new string(')', 2000)), Throws.TypeOf<VersioningException>());
        Assert.That(() => GateCondition.Parse(new string('-', 4000) + "1"), Throws.TypeOf<VersioningException>());
        Assert.That(() => GateCondition.Parse(new string(' ', 5000) + "1"), Throws.TypeOf<VersioningException>());
        Assert.That(Of(string.Join(" + ", Enumerable.Repeat("1", 1000)) + " == 1000").Holds, Is.True);
    }

    /// <summary>Arithmetic and comparison as C# does them, whatever the shape of the expression.</summary>
    [Test]
    public void Evaluate_RandomArithmetic_AgreesWithTheModel()
    {
        Gen<(string Text, double Value)> number = Gen.Int[0, 1000].Select(i => (i.ToString(CultureInfo.InvariantCulture), (double)i));
        Gen<(string Text, double Value)> expression = Gen.Recursive<(string Text, double Value)>((depth, inner) => depth > 4
            ? number
            : Gen.OneOf(
                number,
                Gen.Select(inner, OneOf('+', '-', '*'), inner, (l, s, r) =>
                    ($"({l.Text}) {s} ({r.Text})", s switch { '+' => l.Value + r.Value, '-' => l.Value - r.Value, _ => l.Value * r.Value })),
                inner.Select(i => ($"-({i.Text})", -i.Value))));
        Gen.Select(expression, OneOf(">=", "<=", ">", "<", "==", "!="), expression).Sample(
            (left, sign, right) =>
            {
                string text = $"{left.Text} {sign} {right.Text}";
                if (text.Length > 4000)
                {
                    return;
                }

                bool expected = sign switch
                {
                    ">=" => left.Value >= right.Value,
                    "<=" => left.Value <= right.Value,
                    ">" => left.Value > right.Value,
                    "<" => left.Value < right.Value,
                    "==" => left.Value.Equals(right.Value),
                    _ => !left.Value.Equals(right.Value),
                };
                Assert.That(Of(text).Holds, Is.EqualTo(expected), text);
                Assert.That(Of($"not ({text})").Holds, Is.EqualTo(!expected), text);
            },
            iter: 2000);
    }

    /// <summary>What can't be said yet stands in the way of nothing, however it is turned round and joined.</summary>
    [Test]
    public void Evaluate_RandomLogic_AgreesWithTheModel()
    {
        Gen<(string Text, bool? Value)> leaf = OneOf<(string, bool?)>(("files == 3", true), ("files > 3", false), ("metric.f1 > staging.metric.f1", null));
        Gen<(string Text, bool? Value)> logic = Gen.Recursive<(string Text, bool? Value)>((depth, inner) => depth > 4
            ? leaf
            : Gen.OneOf(
                leaf,
                Gen.Select(inner, inner).Select(pair => ($"({pair.Item1.Text}) and ({pair.Item2.Text})", pair.Item1.Value & pair.Item2.Value)),
                Gen.Select(inner, inner).Select(pair => ($"({pair.Item1.Text}) or ({pair.Item2.Text})", pair.Item1.Value | pair.Item2.Value)),
                inner.Select(i => ($"not ({i.Text})", !i.Value))));
        logic.Where(sample => sample.Text.Length < 4000).Sample(
            sample =>
            {
                Assert.That(Of(sample.Text).Holds, Is.EqualTo(sample.Value != false), sample.Text);
                Assert.That(Of($"not ({sample.Text})").Holds, Is.EqualTo(sample.Value != true), sample.Text);
            },
            iter: 1000);
    }

    /// <summary>Whatever is typed is a condition or a clear error.</summary>
    [Test]
    public void Parse_RandomText_NeverFailsOtherwise()
    {
        Gen<string> piece = OneOf("metric", ".", "f1", "0.5", "1e5", ">=", "<", "(", ")", "and", "or", "not", "'a'", "\"", "[", "]", "-", " ", "/", "é", "\0");
        piece.Array[0, 20].Select(string.Concat).Sample(
            text =>
            {
                try
                {
                    GateCondition.Parse(text);
                }
                catch (VersioningException e)
                {
                    Assert.That(e.Code, Is.EqualTo("invalid_condition"));
                }
            },
            iter: 5000);
    }

    private static Gen<T> OneOf<T>(params T[] values) => Gen.Int[0, values.Length - 1].Select(i => values[i]);

    private static (bool Holds, string Reason) Of(string condition) => GateCondition.Parse(condition).Evaluate(path =>
        path[0] == "nonsense" ? null : Facts.TryGetValue(string.Join('.', path), out GateValue value) ? value : default(GateValue));
}
