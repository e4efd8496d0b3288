using System.Text.Json;

namespace Versioning.Tool.Output;

/// <summary>A lineage as JSON.</summary>
internal static class LineageJson
{
    internal static void Write(Utf8JsonWriter json, Lineage lineage, Digest? file)
    {
        json.WriteString("direction", lineage.Direction == LineageDirection.Up ? "up" : "down");
        json.WriteString("file", file?.ToHex());
        json.WriteNumber("searched", lineage.SearchedVersions);
        VersionJson.WriteNames(json, "unreadable", lineage.UnreadableVersions.Select(pin => pin.ToString()));
        json.WriteBoolean("complete", !lineage.IsCut);
        json.WriteStartArray("nodes");
        foreach (LineageNode node in lineage.Nodes)
        {
            json.WriteStartObject();
            json.WriteString("pin", node.Pin.ToString());
            json.WriteNumber("depth", node.Depth);
            json.WriteBoolean("retired", node.IsRetired);
            json.WriteNumber("pathCount", node.PathCount);
            VersionJson.WriteNames(json, "paths", node.Paths);
            if (node.Version is { } version)
            {
                json.WriteStartObject("version");
                VersionJson.Write(json, version);
                json.WriteEndObject();
            }
            else
            {
                json.WriteNull("version");
            }

            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteStartArray("edges");
        foreach (LineageEdge edge in LineageEdges.All(lineage))
        {
            json.WriteStartObject();
            json.WriteString("from", edge.From.Pin.ToString());
            json.WriteString("to", edge.To.Pin.ToString());
            json.WriteString("kind", edge.IsMade ? "made" : "input");
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }
}
