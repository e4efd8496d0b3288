using System.Text;
using System.Text.Json;
using Versioning.Pipelines.Defining;
using Versioning.Tests.Architecture;
using Versioning.Tests.Workspaces;
using Versioning.Workspaces;

namespace Versioning.Pipelines.Tests.Defining;

/// <summary>The JSON schema of versions.json says what stages may say.</summary>
[TestFixture]
[Parallelizable(ParallelScope.All)]
internal sealed class StageSchemaTests
{
    private static readonly JsonSchema Schema = new(JsonDocument.Parse(File.ReadAllText(Path.Combine(Repository.Root, "docs", "versions.schema.json"))).RootElement);

    [TestCase("""{ "a": { "shell": "x > y", "folder": "./sub/" } }""")]
    [TestCase("""{ "a/b": { "command": ["x"], "inputs": ["d@3", { "pin": "p" }, { "artifact": "c", "version": "sha256:0123456789ab", "path": "in", "include": ["*"] }], "files": ["src/**/*.py"], "parameters": { "p": true, "q.r": 1e3, "s": "t" } } }""")]
    [TestCase("""{ "a": { "command": ["x"], "parameterFiles": { "x.yml": ["k.l"] }, "matrix": { "m": [1, "two", false] }, "outputs": { "m": "o", "n": { "path": "p" }, "z": { "file": "out/z", "kind": "model", "card": "c.md", "alias": "c" } }, "metrics": "m.json", "environment": ["OMP_*"] } }""")]
    public void WhatIsRead_IsValid(string stages)
    {
        Assert.That(() => Read(stages), Throws.Nothing);
        Assert.That(Check(stages), Is.Empty);
    }

    [TestCase("""{ "a b": { "shell": "x" } }""")]
    [TestCase("""{ "a": [] }""")]
    [TestCase("""{ "a": { "command": "x y" } }""")]
    [TestCase("""{ "a": { "command": [] } }""")]
    [TestCase("""{ "a": { "command": ["x", 1] } }""")]
    [TestCase("""{ "a": { "shell": "x", "cmd": 1 } }""")]
    [TestCase("""{ "a": { "shell": "x", "files": ["/etc/passwd"] } }""")]
    [TestCase("""{ "a": { "shell": "x", "metrics": "a/../../m.json" } }""")]
    [TestCase("""{ "a": { "shell": "x", "outputs": { "m": "c:out" } } }""")]
    [TestCase("""{ "a": { "shell": "x", "outputs": { "m": { "path": "o", "kind": "thing" } } } }""")]
    [TestCase("""{ "a": { "shell": "x", "outputs": { "m": { "path": "o", "odd": "x" } } } }""")]
    [TestCase("""{ "a": { "shell": "x", "inputs": [{ "artifact": "d", "odd": 1 }] } }""")]
    [TestCase("""{ "a": { "shell": "x", "parameters": { "p": [1] } } }""")]
    [TestCase("""{ "a": { "shell": "x", "parameters": { "a}": 1 } } }""")]
    [TestCase("""{ "a": { "shell": "x", "matrix": { "p": [] } } }""")]
    public void WhatIsRefused_IsNotValid(string stages)
    {
        Assert.That(() => Read(stages), Throws.InstanceOf<VersioningException>());
        Assert.That(Check(stages), Is.Not.Empty);
    }

    private static string Text(string stages) => $$"""{ "stages": {{stages}} }""";

    private static PipelineDefinition Read(string stages) => PipelineDefinition.Read(WorkspaceFile.Parse(Path.GetFullPath("versions.json"), Encoding.UTF8.GetBytes(Text(stages))));

    private static IReadOnlyList<string> Check(string stages) => Schema.Check(JsonDocument.Parse(Text(stages)).RootElement);
}
