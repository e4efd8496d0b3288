using Microsoft.CodeAnalysis;
using NUnit.Framework;
using Versioning.Workspaces;

namespace Versioning.Tests.Generators;

/// <summary>What a lock is in C#.</summary>
[TestFixture]
internal sealed class PinsGeneratorTests
{
    private static readonly string Digest = "sha256:" + new string('a', 64), Manifest = "sha256:" + new string('b', 64);

    [Test]
    public void Pin_IsConstants_ThatNameExactlyItsVersion()
    {
        GeneratorRun run = Compile(
            """
            using Churn = My.App.Pins.Models.Churn;
            class Use
            {
                const string Text = Churn.Name + Churn.Artifact + Churn.Requested + Churn.Digest + Churn.Manifest + Churn.Reference;
                const long Numbers = Churn.Number + Churn.Files + Churn.Bytes;
                public Versioning.ArtifactReference Reference = Churn.Reference;
            }
            """,
            "models/churn");
        Assert.That(run.Diagnostics, Is.Empty);
        Assert.That(run.Errors, Is.Empty);
        Assert.That(run.Source, Does.Contain($"public const string Reference = \"models/churn@7#{Digest}\";").And.Contain("public const long Bytes = 20;"));
    }

    [Test]
    public void Include_OfAPin_IsNoObstacle()
    {
        var run = new GeneratorRun("class Use { public string A = Pins.A.Name; }", [("/versions.lock", Lock("a") + "include = [\"train/*\", \"b\"]\n")]);
        Assert.That((run.Diagnostics.Count, string.Join(" ", run.Errors)), Is.EqualTo((0, "")));
    }

    [Test]
    public void Pin_ThatTheLockLacks_DoesNotCompile() =>
        Assert.That(Compile("class Use { public string A = My.App.Pins.Models.Churm.Name; }", "models/churn").Errors, Has.One.Contains("CS0117").And.Contains("Churm"));

    [TestCase("models/churn-v2.onnx", "Models.ChurnV2Onnx")]
    [TestCase("1.4/14", "_1_4._14")]
    [TestCase("class/namespace", "Class.Namespace")]
    [TestCase("name/digest", "Name_.Digest_")]
    [TestCase("pins/pins", "Pins_.Pins")]
    [TestCase("models/models", "Models.Models_")]
    [TestCase("equals/get_hash_code", "Equals_.GetHashCode_")]
    [TestCase("_/__", "_.__")]
    public void Name_BecomesOneThatCSharpTakes(string name, string expected)
    {
        GeneratorRun run = Compile($"class Use {{ public string A = My.App.Pins.{expected}.Reference; }}", name);
        Assert.That(run.Errors, Is.Empty, run.Source);
    }

    [Test]
    public void Pin_ThatOthersLieIn_HasBoth() =>
        Assert.That(Compile("class Use { public string A = My.App.Pins.Models.Name + My.App.Pins.Models.Churn.Name; }", "models", "models/churn").Errors, Is.Empty);

    [Test]
    public void Names_ThatAreOneInCSharp_AreToldInTheLine()
    {
        GeneratorRun run = Compile("", "models/churn-v2", "models/churn_v2");
        AssertTold(run, "VER002", 12, "'models/churn-v2' and 'models/churn_v2' are both Pins.Models.ChurnV2");
    }

    [Test]
    public void BrokenLock_IsToldInTheLine_AndNothingIsGenerated()
    {
        string text = Lock("models/churn").Replace("number = 7", "number = seven", StringComparison.Ordinal);
        var run = new GeneratorRun("", [("/w/versions.lock", text)]);
        AssertTold(run, "VER001", 6, "seven is not a whole number");
        Assert.That(run.Source, Is.Empty);
    }

    [Test]
    public void MissingLock_IsToldWhereSomethingIsPinned()
    {
        const string Pinning = """{ "store": "s", "pins": { "models/churn": "production" } }""";
        AssertTold(new GeneratorRun("", [("/w/versions.json", Pinning)]), "VER003", 1, "run 'vers restore'");
        Assert.That(new GeneratorRun("", [("/w/versions.json", """{ "store": "s", "pins": { } }""")]).Diagnostics, Is.Empty);
        Assert.That(new GeneratorRun("", [("/w/versions.json", Pinning), ("/w/versions.lock", Lock())]).Diagnostics, Is.Empty);
        Assert.That(new GeneratorRun("", []).Diagnostics, Is.Empty);
    }

    [Test]
    public void SeveralLocks_AreTold()
    {
        var run = new GeneratorRun("", [("/w/versions.lock", Lock("a")), ("/v/versions.lock", Lock("b")), ("/v/versions.lock", Lock("b"))]);
        AssertTold(run, "VER004", 1, "'/v/versions.lock' is used");
        Assert.That(run.Source, Does.Contain("class B").And.Not.Contain("class A"));
    }

    [TestCase("my-app.2nd.class", "my_app._2nd.@class.Pins")]
    [TestCase("", "Pins")]
    public void Namespace_IsThatOfTheProject(string root, string expected) =>
        Assert.That(new GeneratorRun($"class Use {{ public string A = global::{expected}.A.Name; }}", [("/versions.lock", Lock("a"))], ("RootNamespace", root)).Errors, Is.Empty);

    [Test]
    public void NamespaceAndClass_CanBeNamed()
    {
        var run = new GeneratorRun("class Use { public string A = Other.Locked.A.Name; }", [("/versions.lock", Lock("a"))], ("RootNamespace", "My.App"), ("VersioningNamespace", "Other"), ("VersioningPinsClass", "Locked"));
        Assert.That(run.Errors, Is.Empty);
    }

    [Test]
    public void EditedCode_LeavesWhatWasGenerated()
    {
        GeneratorRun run = Compile("class Use { }", "models/churn");
        Assert.That(run.Edit("class Use { public string A = My.App.Pins.Models.Churn.Name; }"), Is.Not.Empty.And.All.EqualTo(IncrementalStepRunReason.Cached));
        Assert.That(run.Errors, Is.Empty);
    }

    private static GeneratorRun Compile(string code, params string[] names) => new(code, [("/work/versions.lock", Lock(names))], ("RootNamespace", "My.App"));

    private static string Lock(params string[] names) =>
        LockText.Write(names.Select(name => new LockedPin(name, 0) { Requested = name + "@production", Number = 7, Digest = Digest, Manifest = Manifest, Files = 3, Bytes = 20 }));

    private static void AssertTold(GeneratorRun run, string id, int line, string text)
    {
        Diagnostic told = run.Diagnostics.Single();
        Assert.That((told.Id, told.Location.GetLineSpan().StartLinePosition.Line + 1), Is.EqualTo((id, line)));
        Assert.That(told.GetMessage(System.Globalization.CultureInfo.InvariantCulture), Does.Contain(text));
    }
}
