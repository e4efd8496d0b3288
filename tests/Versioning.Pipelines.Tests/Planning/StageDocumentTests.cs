using System.Text;
using Versioning.Pipelines.Defining;
using Versioning.Pipelines.Planning;
using Versioning.Workspaces;

namespace Versioning.Pipelines.Tests.Planning;

/// <summary>Keys are shared by all machines and all versions of the tool that are to come: what they cover never changes by accident.</summary>
[TestFixture]
[Parallelizable(ParallelScope.All)]
internal sealed class StageDocumentTests
{
    private const string Stage = """{ "train": { "command": ["python", "train.py", "${lr}"], "inputs": [{ "artifact": "datasets/d", "version": "production", "path": "data" }], "files": ["train.py"], "parameters": { "lr": 0.5 }, "outputs": { "models/m": { "path": "out", "alias": "candidate" } }, "metrics": "metrics.json" } }""";

    [Test]
    public void Document_OfAStage_IsTheGoldenOne()
    {
        byte[] document = Write(Stage);
        Assert.That(Encoding.UTF8.GetString(document), Is.EqualTo("""
            {
              "format": 1,
              "definition": {
                "command": [
                  "python",
                  "train.py",
                  "${lr}"
                ],
                "shell": null,
                "folder": "",
                "inputs": [
                  {
                    "name": "datasets/d",
                    "path": "data"
                  }
                ],
                "outputs": [
                  {
                    "artifact": "models/m",
                    "path": "out",
                    "file": false,
                    "kind": null,
                    "card": null
                  }
                ],
                "metrics": "metrics.json"
              },
              "inputs": [
                {
                  "name": "datasets/d",
                  "content": "sha256:4e07408562bedb8b60ce05c1decfe3ad16b72230967de01f640b7e4729b49fce",
                  "include": []
                }
              ],
              "parameters": {
                "lr": "0.5"
              },
              "files": [
                {
                  "path": "train.py",
                  "kind": "file",
                  "sha256": "4e07408562bedb8b60ce05c1decfe3ad16b72230967de01f640b7e4729b49fce"
                }
              ]
            }

            """.ReplaceLineEndings("\n")));
        Assert.That(StageDocument.Key(document).ToHex(), Is.EqualTo("0b6ba41069b1c1a84278e52f29b4794506e05d16f63b73e8ca0f0a64faf9f329"));
    }

    [TestCase("\"train\":", "\"fit\":", TestName = "Key_OfAnotherName_IsTheSame")]
    [TestCase("\"candidate\"", "\"next\"", TestName = "Key_WithAnotherAlias_IsTheSame")]
    [TestCase("\"production\"", "\"3\"", TestName = "Key_WithTheSameContentAskedForOtherwise_IsTheSame")]
    [TestCase("[\"train.py\"]", "[\"*.py\"]", TestName = "Key_WithTheSameCodeNamedOtherwise_IsTheSame")]
    public void Key_OfWhatMakesTheSame_IsTheSame(string before, string after) => Assert.That(Key(Stage.Replace(before, after, StringComparison.Ordinal)), Is.EqualTo(Key(Stage)));

    [TestCase("\"python\"", "\"python3\"", TestName = "Key_OfAnotherCommand_IsAnother")]
    [TestCase("0.5", "0.50", TestName = "Key_WithAnotherParameter_IsAnother")]
    [TestCase("\"data\"", "\"d\"", TestName = "Key_WithItsInputElsewhere_IsAnother")]
    [TestCase("\"out\"", "\"o\"", TestName = "Key_WithItsOutputElsewhere_IsAnother")]
    public void Key_OfWhatMakesSomethingElse_IsAnother(string before, string after) => Assert.That(Key(Stage.Replace(before, after, StringComparison.Ordinal)), Is.Not.EqualTo(Key(Stage)));

    private static Digest Key(string stage) => StageDocument.Key(Write(stage));

    private static byte[] Write(string stages)
    {
        PipelineDefinition pipeline = PipelineDefinition.Read(WorkspaceFile.Parse(Path.GetFullPath("/w/versions.json"), Encoding.UTF8.GetBytes($$"""{ "store": "s", "stages": {{stages}} }""")));
        StageInstance instance = StageInstance.Of(pipeline.Stages[0], pipeline.Root, new Dictionary<string, string>())[0];
        var version = new ArtifactVersion
        {
            Pin = new ArtifactPin("datasets/d", 3, Digest.Of("v"u8)),
            Kind = ArtifactKind.Dataset,
            Content = Digest.Of("3"u8),
            FileCount = 1,
            ByteCount = 1,
            Created = default,
            Author = "",
            Message = "",
            Code = null,
            Inputs = [],
            Parameters = new Dictionary<string, string>(),
            Metrics = new Dictionary<string, double>(),
            Metadata = new Dictionary<string, string>(),
            Signatures = [],
            MadeBy = null,
            Run = null,
            Tags = [],
            Aliases = [],
        };
        StageInputVersion[] inputs = [.. instance.Stage.Inputs.Select(input => new StageInputVersion(input, version, InputSource.Workspace, input.Path, input.Include))];
        return StageDocument.Write(instance, inputs, [new CodeFile("train.py", FileKind.File, Digest.Of("3"u8))]);
    }
}
