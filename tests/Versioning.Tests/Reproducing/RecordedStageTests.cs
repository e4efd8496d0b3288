using NUnit.Framework;
using Versioning.Pipelines.Reproducing;
using Versioning.Pipelines.Running;

namespace Versioning.Tests.Reproducing;

/// <summary>What a run keeps of where its files lay, tolerances, and where a command's program is found.</summary>
[TestFixture]
[Parallelizable(ParallelScope.All)]
internal sealed class RecordedStageTests
{
    [Test]
    public void Decode_WhatWasEncoded_IsTheSame()
    {
        var stage = new RecordedStage
        {
            Folder = "ml",
            Inputs = [new RecordedInput("datasets/d", "data/d", ["*.csv"])],
            Outputs = [new RecordedOutput("models/m", "ml/out", "ml/CARD.md")],
            Folders = ["ml/made"],
            Metrics = "ml/metrics.json",
            Parameters = """{"depth":3}""",
        };
        RecordedStage read = RecordedStage.Decode(stage.Encode(), "it");
        Assert.That((read.Folder, read.Metrics, read.Outputs.Single(), read.Folders.Single(), read.Parameters), Is.EqualTo(("ml", "ml/metrics.json", stage.Outputs[0], "ml/made", stage.Parameters)));
        Assert.That((read.Inputs.Single().Artifact, read.Inputs[0].Path, read.Inputs[0].Include.Single()), Is.EqualTo(("datasets/d", "data/d", "*.csv")));
    }

    [TestCase("ml", "out", "ml/out")]
    [TestCase("ml", "../out", "out")]
    [TestCase("ml", "../../out", null)]
    [TestCase("", "out/./x", "out/x")]
    [TestCase("", ".", "")]
    [TestCase("a/b", "/work/x", "a/x")]
    [TestCase("a", "/elsewhere", null)]
    public void FromTop_APath_IsOneBelowTheTopOrNone(string prefix, string path, string? expected) =>
        Assert.That(RecordedCommand.FromTop("/work/folder", prefix, path), Is.EqualTo(expected));

    [TestCase("0.01", 0.9, 0.91, true)]
    [TestCase("0.01", 0.9, 0.89, true)]
    [TestCase("0.01", 0.9, 0.9101, false)]
    [TestCase("1%", 200, 202, true)]
    [TestCase("1%", 200, 197.9, false)]
    [TestCase("1%", 0, 1e-9, false)]
    [TestCase("0", 1, 1, true)]
    [TestCase("0", 1, 1.0000000000000002, false)]
    [TestCase("inf", 1, -1e300, true)]
    [TestCase("50%", -2, -3, true)]
    public void Tolerance_OfAMetric_HoldsUpAndDown(string tolerance, double recorded, double measured, bool holds) =>
        Assert.That(MetricTolerance.Parse(tolerance).Holds(recorded, measured), Is.EqualTo(holds));

    [TestCase("")]
    [TestCase("-1")]
    [TestCase("1 %%")]
    [TestCase("NaN")]
    [TestCase("auc=1")]
    public void Tolerance_WhatIsNone_IsRefused(string text) =>
        Assert.That(() => MetricTolerance.Parse(text), Throws.TypeOf<VersioningException>().With.Property("Code").EqualTo("invalid_option"));

    [Test]
    public void Program_OfAName_IsTheFoldersOrThePathsAndNeverTheCurrentFolders()
    {
        string folder = Directory.CreateTempSubdirectory("versioning-tests-").FullName;
        try
        {
            File.WriteAllText(Path.Join(folder, "mine"), "");
            Assert.That(ProgramPath.Find("mine", folder), Is.EqualTo(Path.Join(folder, "mine")));
            Assert.That(ProgramPath.Find("./other", folder), Is.EqualTo(Path.Join(folder, "other")));
            Assert.That(ProgramPath.Find("no-such-program", folder), OperatingSystem.IsWindows() ? Is.EqualTo("no-such-program") : Is.EqualTo(Path.Join(folder, "no-such-program")));
            if (!OperatingSystem.IsWindows())
            {
                Assert.That(ProgramPath.Find("sh", folder), Does.EndWith("/sh").And.Not.StartWith(folder));
                Assert.That(ProgramPath.Find("/bin/sh", folder), Is.EqualTo("/bin/sh"));
            }
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
