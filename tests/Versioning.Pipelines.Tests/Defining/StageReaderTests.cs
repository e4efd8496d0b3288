using System.Text;
using Versioning.Pipelines.Defining;
using Versioning.Workspaces;

namespace Versioning.Pipelines.Tests.Defining;

/// <summary>What a stage may say, and what is said of one that says something else.</summary>
[TestFixture]
[Parallelizable(ParallelScope.All)]
internal sealed class StageReaderTests
{
    [Test]
    public void Stages_OfAllForms_AreRead()
    {
        PipelineDefinition pipeline = Read("""
            {
              // in any order
              "b": { "shell": "x ${p} > y", "folder": "./sub/", "inputs": ["datasets/made", "datasets/other@3", { "pin": "models/p" }, { "artifact": "datasets/c", "version": "sha256:0123456789ab", "path": "in//c", "include": ["*.csv"] }],
                     "files": ["src/**/*.py", "./main.py"], "parameters": { "p": true, "a": "t" }, "parameterFiles": { "x.yml": ["k.l"] }, "matrix": { "m": [1, "two", false] },
                     "outputs": { "models/z": { "file": "out/z.bin", "kind": "model", "card": "./README.md", "alias": "candidate" } }, "metrics": "m.json", "environment": ["OMP_*"] },
              "a": { "command": ["python", "$${HOME}", "${output:datasets/made}"], "outputs": { "datasets/made": "made" }, },
            }
            """);
        StageDefinition b = pipeline.Stages[1];
        using (Assert.EnterMultipleScope())
        {
            Assert.That(pipeline.Stages.Select(stage => stage.Name), Is.EqualTo(["a", "b"]));
            Assert.That(pipeline.Before(b).Single().Name, Is.EqualTo("a"));
            Assert.That((b.Command.Shell, b.Folder, b.Metrics), Is.EqualTo(("x ${p} > y", "sub", "m.json")));
            Assert.That(b.Inputs.Select(input => (input.Name, input.IsPin, input.Version, input.Path)), Is.EqualTo(new[] { ("datasets/made", false, null, (string?)null), ("datasets/other", false, "3", null), ("models/p", true, null, null), ("datasets/c", false, "sha256:0123456789ab", "in/c") }));
            Assert.That(b.Parameters, Is.EqualTo([new StageParameter("a", "t", null), new StageParameter("k.l", null, "x.yml"), new StageParameter("p", "true", null)]));
            Assert.That(b.Matrix.Single().Values, Is.EqualTo(["1", "two", "false"]));
            Assert.That(b.Outputs.Single(), Is.EqualTo(new StageOutput("models/z", "out/z.bin", true, ArtifactKind.Model, "README.md", "candidate")));
        }
    }

    [TestCase("""{ "a b": { "shell": "x" } }""", "its name can't be that of runs")]
    [TestCase("""{ "a": [] }""", "it is not an object")]
    [TestCase("""{ "a": { } }""", "it needs either a 'command'")]
    [TestCase("""{ "a": { "shell": "x", "command": ["y"] } }""", "it needs either a 'command'")]
    [TestCase("""{ "a": { "command": "x y" } }""", "'command' is not a list")]
    [TestCase("""{ "a": { "command": ["x", 1] } }""", "an item of 'command' is not a text")]
    [TestCase("""{ "a": { "shell": "x", "cmd": 1 } }""", "'cmd' is not known there")]
    [TestCase("""{ "a": { "shell": "x ${y}" } }""", "'${y}' in the command is no parameter, input or output of it")]
    [TestCase("""{ "a": { "shell": "x", "folder": "../up" } }""", "'../up' is not a path in the workspace")]
    [TestCase("""{ "a": { "shell": "x", "files": ["/etc/passwd"] } }""", "'/etc/passwd' is not a path in the workspace")]
    [TestCase("""{ "a": { "shell": "x", "metrics": "a/../../m.json" } }""", "'a/../../m.json' is not a path in the workspace")]
    [TestCase("""{ "a": { "shell": "x", "outputs": { "models/m": "c:out" } } }""", "'c:out' is not a path in the workspace")]
    [TestCase("""{ "a": { "shell": "x", "outputs": { "runs/m": "out" } } }""", "'runs/m' is a name of runs")]
    [TestCase("""{ "a": { "shell": "x", "outputs": { "models/m": {} } } }""", "needs either the 'path' of a folder or a 'file'")]
    [TestCase("""{ "a": { "shell": "x", "outputs": { "models/m": { "path": "o", "kind": "thing" } } } }""", "neither 'dataset' nor 'model'")]
    [TestCase("""{ "a": { "shell": "x", "outputs": { "models/m": { "path": "o", "alias": "7" } } } }""", "can't be an alias")]
    [TestCase("""{ "a": { "shell": "x", "inputs": ["datasets/a@b@c"] } }""", "an input: ")]
    [TestCase("""{ "a": { "shell": "x", "inputs": ["../a"] } }""", "is not the name of an artifact")]
    [TestCase("""{ "a": { "shell": "x", "inputs": ["d", "d@1"] } }""", "input 'd' stands there twice")]
    [TestCase("""{ "a": { "shell": "x", "inputs": [{ "pin": "d", "version": "1" }] } }""", "says itself which version it is")]
    [TestCase("""{ "a": { "shell": "x", "parameters": { "p": [1] } } }""", "parameter 'p' is neither a text nor a number")]
    [TestCase("""{ "a": { "shell": "x", "parameters": { "p": 1 }, "matrix": { "p": [1] } } }""", "parameter 'p' stands there twice")]
    [TestCase("""{ "a": { "shell": "x", "parameters": { "a}": 1 } } }""", "can't be the name of a parameter")]
    [TestCase("""{ "a": { "shell": "x", "parameterFiles": { "p.toml": ["a"] } } }""", "neither a JSON nor a YAML file")]
    [TestCase("""{ "a": { "shell": "x", "matrix": { "p": [] } } }""", "is not a list of values")]
    [TestCase("""{ "a": { "shell": "x" }, "a": { "shell": "y" } }""", "stage 'a' stands there twice")]
    [TestCase("""{ "a": { "shell": "x", "outputs": { "m": "o" } }, "b": { "shell": "x", "outputs": { "m": "p" } } }""", "stages 'a' and 'b' both make 'm'")]
    [TestCase("""{ "a": { "shell": "x", "outputs": { "m": "o" } }, "b": { "shell": "x", "outputs": { "n": "O/p" } } }""", "lie in the same place or one in the other: 'o' and 'O/p'")]
    [TestCase("""{ "a": { "shell": "x", "outputs": { "m": "pinned/x" } } }""", "lie in the same place or one in the other: 'pinned' and 'pinned/x'")]
    [TestCase("""{ "a": { "shell": "x", "inputs": ["n"], "outputs": { "m": "o" } }, "b": { "shell": "x", "inputs": ["m"], "outputs": { "n": "p" } } }""", "stages wait for each other: 'a' needs 'b' needs 'a'")]
    [TestCase("""{ "a": { "shell": "x", "outputs": { "m": "s/made" } } }""", "lie in the same place or one in the other: 's' and 's/made'")]
    [TestCase("""{ "a": { "shell": "x", "outputs": { "m": "o" } }, "b": { "shell": "x", "parameterFiles": { "o/p.json": ["k"] } } }""", "the parameter file 'o/p.json' lies in 'o', which holds versions")]
    [TestCase("""{ "a": { "command": ["curl", "--password", "hunter2-Xk29sLq"] } }""", "its command holds what looks like a credential")]
    [TestCase("""{ "a": { "shell": "curl https://me:hunter2-Xk29sLq@example.org > x" } }""", "its command holds what looks like a credential")]
    [TestCase("""{ "a": { "command": ["x\u0000y"] } }""", "an item of 'command' has a null character")]
    [TestCase("""{ "a": { "shell": "x", "parameters": { "p": "x\u0000y" } } }""", "parameter 'p' has a null character")]
    [TestCase("""{ "a": { "shell": "x '${p}'", "parameters": { "p": 1 } } }""", "'${p}' stands in quotes, a comment or a text after '<<'")]
    [TestCase("""{ "a": { "shell": "x \"a ${p}\"", "parameters": { "p": 1 } } }""", "'${p}' stands in quotes, a comment or a text after '<<'")]
    [TestCase("""{ "a": { "shell": "x \"$(y \"${p}\")\"", "parameters": { "p": 1 } } }""", "'${p}' stands in quotes, a comment or a text after '<<'")]
    [TestCase("""{ "a": { "shell": "x `y '${p}'`", "parameters": { "p": 1 } } }""", "'${p}' stands in quotes, a comment or a text after '<<'")]
    [TestCase("""{ "a": { "shell": "x \\${p}", "parameters": { "p": 1 } } }""", "'${p}' stands in quotes, a comment or a text after '<<'")]
    [TestCase("""{ "a": { "shell": "x # ${p}", "parameters": { "p": 1 } } }""", "'${p}' stands in quotes, a comment or a text after '<<'")]
    [TestCase("""{ "a": { "shell": "cat << E\n${p}\nE", "parameters": { "p": 1 } } }""", "'${p}' stands in quotes, a comment or a text after '<<'")]
    [TestCase("""{ "a": { "shell": "x", "matrix": { "p": [1] }, "outputs": { "m": "o" } }, "b": { "shell": "x", "inputs": ["m"] } }""", "say which one by 'version'")]
    public void Stages_ThatSayOtherThings_AreRefusedWithThePlace(string stages, string message)
    {
        VersioningException refused = Assert.Throws<VersioningException>(() => Read(stages))!;
        Assert.That(refused.Code, Is.EqualTo("invalid_pipeline"));
        Assert.That(refused.Message, Does.Contain("versions.json").And.Contain(message).And.Not.Contain("hunter2"));
    }

    [TestCase("x --password \"$PASSWORD\" ${p}")]
    [TestCase("x ${p}")]
    [TestCase("x 'a'${p}\"b\"${p}")]
    [TestCase("x \"$(y ${p})\" `z ${p}`")]
    [TestCase("x \\\" ${p} \\' '\\' ${p}")]
    [TestCase("# don't\nx ${p}")]
    [TestCase("x a#'b' \"\\\"\" ${p}")]
    [TestCase("x '$${p}' $((1 << 2)) ${p} # '")]
    public void Shell_WithPlaceholdersOutsideOfQuotes_IsRead(string line) =>
        Assert.That(() => Read($$"""{ "a": { "shell": {{System.Text.Json.JsonSerializer.Serialize(line)}}, "parameters": { "p": 1 } } }"""), Throws.Nothing);

    [Test]
    public void Workspace_WithoutStages_SaysHowToDeclareSome()
    {
        var file = WorkspaceFile.Parse("/w/versions.json", "{}"u8.ToArray());
        Assert.That(() => PipelineDefinition.Read(file), Throws.TypeOf<NotFoundException>().With.Property("Code").EqualTo("no_stages"));
        Assert.That(() => WorkspaceFile.Parse("/w/versions.json", """{ "stages": [] }"""u8.ToArray()), Throws.TypeOf<VersioningException>());
    }

    private static PipelineDefinition Read(string stages) =>
        PipelineDefinition.Read(WorkspaceFile.Parse(Path.GetFullPath("/w/versions.json"), Encoding.UTF8.GetBytes($$"""{ "store": "s", "pins": { "pinned": "1" }, "stages": {{stages}} }""")));
}
