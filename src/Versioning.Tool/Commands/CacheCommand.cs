using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Versioning.Tool.Output;

namespace Versioning.Tool.Commands;

/// <summary>What is done with this machine's cache, and how its parts are told.</summary>
internal sealed class CacheCommand : Command
{
    internal CacheCommand()
        : base("cache", "Show, prune or verify what this machine keeps of stores.")
    {
        Subcommands.Add(new CacheShowCommand());
        Subcommands.Add(new CachePruneCommand());
        Subcommands.Add(new CacheVerifyCommand());
    }

    internal static void Write(Reply reply, MachineCache cache, IEnumerable<CachePart> parts)
    {
        reply.Document(json =>
        {
            json.WriteString("folder", cache.Folder);
            json.WriteStartArray("parts");
            foreach (CachePart part in parts)
            {
                json.WriteStartObject();
                WritePart(json, part);
                json.WriteEndObject();
            }

            json.WriteEndArray();
        });
        reply.Line(cache.Folder);
        foreach (CachePart part in parts)
        {
            reply.Row(
                new(part.Name, Width: -10),
                Number(part.Files, Human.Count(part.Files, "file"), 16),
                Number(part.Bytes, Human.Bytes(part.Bytes), 10),
                Number(part.FilesInUse, part.FilesInUse > 0 ? $"  {Human.Count(part.FilesInUse, "file")} in use" : ""),
                Number(part.Versions, part.Versions > 0 ? $"  {Human.Count(part.Versions, "version")}" : ""),
                Number(part.VersionsInUse, part.VersionsInUse > 0 ? $"  {part.VersionsInUse} of them open, {Human.Bytes(part.BytesInUse)}" : ""),
                Number(part.RemovedFiles, part.RemovedFiles > 0 ? $"  {Human.Count(part.RemovedFiles, "file")} removed, {Human.Bytes(part.RemovedBytes)}" : ""));
        }
    }

    private static Field Number(long number, string shown, int width = 0) => new(number.ToString(CultureInfo.InvariantCulture), shown, width);

    private static void WritePart(Utf8JsonWriter json, CachePart part)
    {
        json.WriteString("name", part.Name);
        json.WriteString("path", part.Path);
        json.WriteNumber("files", part.Files);
        json.WriteNumber("bytes", part.Bytes);
        json.WriteNumber("filesInUse", part.FilesInUse);
        json.WriteNumber("bytesInUse", part.BytesInUse);
        json.WriteNumber("versions", part.Versions);
        json.WriteNumber("versionsInUse", part.VersionsInUse);
        json.WriteNumber("removedVersions", part.RemovedVersions);
        json.WriteNumber("damagedInUse", part.DamagedInUse);
        json.WriteNumber("removedFiles", part.RemovedFiles);
        json.WriteNumber("removedBytes", part.RemovedBytes);
    }
}
