using System.Text.Json;

namespace Versioning.Pipelines.Defining;

/// <summary>Reads an input: <c>"datasets/reviews"</c>, <c>"datasets/reviews@production"</c>, or an object that says more.</summary>
internal static class StageInputReader
{
    internal static StageInput Read(DefinitionReader reader, JsonElement value)
    {
        if (value.ValueKind == JsonValueKind.String)
        {
            string text = reader.Text(value, "an input");
            int at = text.IndexOf('@', StringComparison.Ordinal);
            string name = at < 0 ? text : text[..at];
            return Check(reader, new StageInput(name, false, at < 0 ? null : text[(at + 1)..], null, []));
        }

        string? artifact = null, pin = null, version = null, path = null;
        string[] include = [];
        foreach (JsonProperty member in reader.Members(value, "an input"))
        {
            switch (member.Name)
            {
                case "artifact":
                    artifact = reader.Text(member.Value, "'artifact' of an input");
                    break;
                case "pin":
                    pin = reader.Text(member.Value, "'pin' of an input");
                    break;
                case "version":
                    version = reader.Text(member.Value, "'version' of an input");
                    break;
                case "path":
                    path = reader.InWorkspace(reader.Text(member.Value, "'path' of an input"), "the path");
                    break;
                case "include":
                    include = reader.Texts(member.Value, "'include' of an input");
                    _ = new Globs(include);
                    break;
                default:
                    throw reader.Wrong($"'{member.Name}' of an input is not known; it may have 'artifact' or 'pin', 'version', 'path' and 'include'");
            }
        }

        reader.Require(artifact is null != pin is null, "an input needs either an 'artifact' or a 'pin'");
        reader.Require(pin is null || (version, path, include.Length) is (null, null, 0), $"the pin '{pin}' says itself which version it is and where it goes");
        return Check(reader, new StageInput(artifact ?? pin!, pin is not null, version, path, include));
    }

    private static StageInput Check(DefinitionReader reader, StageInput input)
    {
        reader.Artifact(input.Name, "an input");
        if (input.Version is { } version)
        {
            reader.Require(!version.Contains('@', StringComparison.Ordinal), $"an input: '{version}' is not a number, a tag, an alias or 'sha256:…'");
            try
            {
                References.Check(new ArtifactReference($"{input.Name}@{version}"));
            }
            catch (VersioningException e)
            {
                throw reader.Wrong($"an input: {e.Message.TrimEnd('.')}");
            }
        }

        return input;
    }
}
