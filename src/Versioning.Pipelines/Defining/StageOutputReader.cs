using System.Text.Json;

namespace Versioning.Pipelines.Defining;

/// <summary>Reads an output: <c>"models/churn": "out"</c>, or an object that says more.</summary>
internal static class StageOutputReader
{
    internal static StageOutput Read(DefinitionReader reader, JsonProperty output)
    {
        string artifact = reader.Artifact(output.Name, "an output");
        reader.Require(!References.IsRunName(artifact), $"'{artifact}' is a name of runs");
        string what = $"output '{artifact}'";
        if (output.Value.ValueKind == JsonValueKind.String)
        {
            return new StageOutput(artifact, reader.InWorkspace(reader.Text(output.Value, what), "the path"), false, null, null, null);
        }

        string? path = null, file = null, card = null, alias = null;
        ArtifactKind? kind = null;
        foreach (JsonProperty member in reader.Members(output.Value, what))
        {
            string text = reader.Text(member.Value, $"'{member.Name}' of {what}");
            switch (member.Name)
            {
                case "path":
                    path = reader.InWorkspace(text, "the path");
                    break;
                case "file":
                    file = reader.InWorkspace(text, "the file");
                    break;
                case "kind":
                    kind = text switch { "dataset" => ArtifactKind.Dataset, "model" => ArtifactKind.Model, _ => throw reader.Wrong($"'kind' of {what} is neither 'dataset' nor 'model'") };
                    break;
                case "card":
                    card = reader.InWorkspace(text, "the card");
                    break;
                case "alias":
                    reader.Require(References.IsVersionLabel(text), $"'{text}' of {what} can't be an alias");
                    alias = text;
                    break;
                default:
                    throw reader.Wrong($"'{member.Name}' of {what} is not known; it may have 'path' or 'file', 'kind', 'card' and 'alias'");
            }
        }

        reader.Require(path is null != file is null, $"{what} needs either the 'path' of a folder or a 'file'");
        return new StageOutput(artifact, path ?? file!, file is not null, kind, card, alias);
    }
}
