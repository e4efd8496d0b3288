using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using NUnit.Framework;
using Versioning.Tests.Architecture;
using Versioning.Tests.Store;
using Versioning.Workspaces;

namespace Versioning.Tests.Workspaces;

/// <summary>The JSON schema of versions.json says what the library reads and writes.</summary>
[TestFixture]
internal sealed partial class WorkspaceSchemaTests
{
    private static readonly JsonDocumentOptions Lenient = new() { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true };

    private static readonly string SchemaFile = Path.Combine(Repository.Root, "docs", "versions.schema.json");
    private static readonly JsonSchema Schema = new(JsonDocument.Parse(File.ReadAllText(SchemaFile)).RootElement);

    [TestCase("{}")]
    [TestCase("{ \"store\": \"../s\", /* here */ \"pins\": { \"models/churn\": \"production\", \"datasets/all\": \"\", }, }")]
    [TestCase("{ \"pins\": { \"data\": { \"artifact\": \"datasets/reviews\", \"version\": \"3\", \"path\": \"./data//reviews/\", \"include\": [\"train/*.parquet\"] } } }")]
    [TestCase("{ \"pins\": { \"a\": { \"path\": \"..a/b../...\" }, \"b\": { \"path\": \".data/.x\" }, \"_c.D-9/8\": {} } }")]
    [TestCase("{ \"pins\": { \"a\": \"sha256:9f2c41d07a3b\" } }")]
    [TestCase("{ \"pins\": { \"a\": { \"path\": false }, \"a/b\": { \"path\": false } } }")]
    public void WhatIsRead_IsValid(string text)
    {
        Assert.That(() => Parse(text), Throws.Nothing);
        Assert.That(Check(text), Is.Empty);
    }

    [TestCase("[]")]
    [TestCase("{ \"stores\": \"x\" }")]
    [TestCase("{ \"store\": 3 }")]
    [TestCase("{ \"store\": \"\" }")]
    [TestCase("{ \"pins\": [] }")]
    [TestCase("{ \"pins\": { \"a b\": \"1\" } }")]
    [TestCase("{ \"pins\": { \"a/\": \"1\" } }")]
    [TestCase("{ \"pins\": { \"a/.b\": \"1\" } }")]
    [TestCase("{ \"pins\": { \"-a\": \"1\" } }")]
    [TestCase("{ \"pins\": { \"a\": 1 } }")]
    [TestCase("{ \"pins\": { \"a\": \"x@1\" } }")]
    [TestCase("{ \"pins\": { \"a\": { \"version\": \"1#sha256:00\" } } }")]
    [TestCase("{ \"pins\": { \"a\": { \"artifact\": \"a b\" } } }")]
    [TestCase("{ \"pins\": { \"a\": { \"pfad\": \"x\" } } }")]
    [TestCase("{ \"pins\": { \"a\": { \"path\": \"../x\" } } }")]
    [TestCase("{ \"pins\": { \"a\": { \"path\": \"x/../y\" } } }")]
    [TestCase("{ \"pins\": { \"a\": { \"path\": \"x\\\\..\" } } }")]
    [TestCase("{ \"pins\": { \"a\": { \"path\": \"/x\" } } }")]
    [TestCase("{ \"pins\": { \"a\": { \"path\": \"c:\\\\x\" } } }")]
    [TestCase("{ \"pins\": { \"a\": { \"path\": \".\" } } }")]
    [TestCase("{ \"pins\": { \"a\": { \"path\": \"./\" } } }")]
    [TestCase("{ \"pins\": { \"a\": { \"path\": \"\" } } }")]
    [TestCase("{ \"pins\": { \"a\": { \"path\": true } } }")]
    [TestCase("{ \"pins\": { \"a\": { \"path\": null } } }")]
    [TestCase("{ \"pins\": { \"a\": { \"include\": \"*\" } } }")]
    [TestCase("{ \"pins\": { \"a\": { \"include\": [1] } } }")]
    public void WhatIsNotRead_IsInvalid(string text)
    {
        Assert.That(() => Parse(text), Throws.TypeOf<VersioningException>());
        Assert.That(Check(text), Is.Not.Empty);
    }

    [Test]
    public void ExamplesInTheDocuments_AreValid()
    {
        string[] examples =
        [
            .. Directory.GetFiles(Path.Combine(Repository.Root, "docs"), "*.md").Append(Path.Combine(Repository.Root, "README.md"))
                .SelectMany(file => Fence().Matches(File.ReadAllText(file).ReplaceLineEndings("\n")).Select(m => m.Groups[1].Value))
                .Where(text => text.Contains("\"pins\"", StringComparison.Ordinal) && text.Contains("\"store\"", StringComparison.Ordinal)),
        ];
        Assert.That(examples, Is.Not.Empty);
        foreach (string example in examples)
        {
            Assert.That(() => Parse(example), Throws.Nothing, example);
            Assert.That(Check(example), Is.Empty, example);
        }
    }

    [Test]
    public async Task FilesThatAreWritten_AreValidAndNameTheSchemaBesideThem()
    {
        using var folder = new TempFolder();
        folder.Write("data/a", "a");
        await using VersionStore store = await Workspace.InitAsync(folder.Of("w"), "../s", folder.Options);
        await store.CommitAsync("datasets/x", folder.Of("data"), new CommitOptions { Tag = "1.0" });
        var workspace = Workspace.Open(folder.Of("w"));
        await workspace.PinAsync(store, "datasets/x@1.0");
        await workspace.PinAsync(store, "datasets/x", new PinOptions { Name = "other", Path = "in/\"ü\"", Include = ["a", "**/*.csv"] });
        await workspace.PinAsync(store, "datasets/x", new PinOptions { Name = "built", NoPath = true });
        string text = File.ReadAllText(folder.Of("w/versions.json"));
        Assert.That(Check(text), Is.Empty, text);
        string schema = JsonDocument.Parse(text).RootElement.GetProperty("$schema").GetString()!;
        Assert.That(File.ReadAllBytes(Path.Combine(folder.Of("w"), schema)), Is.EqualTo(File.ReadAllBytes(SchemaFile)));
    }

    private static IReadOnlyList<string> Check(string text) => Schema.Check(JsonDocument.Parse(text, Lenient).RootElement);

    private static WorkspaceFile Parse(string text) => WorkspaceFile.Parse(Path.GetFullPath("versions.json"), Encoding.UTF8.GetBytes(text));

    [GeneratedRegex("```jsonc?\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex Fence();
}
