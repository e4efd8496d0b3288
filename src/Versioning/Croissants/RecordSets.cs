using System.Text.Json;

namespace Versioning.Croissants;

/// <summary>Writes tables: the set of their files, and their records with a field for each column.</summary>
internal static class RecordSets
{
    internal static void WriteFileSet(Utf8JsonWriter json, Table table)
    {
        json.WriteStartObject();
        json.WriteString("@type", "cr:FileSet");
        json.WriteString("@id", CroissantNames.FileSetId(table.Name));
        json.WriteString("name", table.Name);
        json.WriteString("encodingFormat", MediaTypes.Of(table.Includes[0]));
        WriteGlobs(json, "includes", table.Includes);
        WriteGlobs(json, "excludes", table.Excludes);
        json.WriteEndObject();
    }

    internal static void Write(Utf8JsonWriter json, Table table)
    {
        json.WriteStartObject();
        json.WriteString("@type", "cr:RecordSet");
        json.WriteString("@id", table.Name);
        json.WriteString("name", table.Name);
        if (table.Count.Files > table.Count.Inspected)
        {
            json.WriteString("description", FormattableString.Invariant($"The columns are those of {table.Count.Inspected:N0} of its {table.Count.Files:N0} files."));
        }

        json.WriteStartArray("field");
        foreach (TableField field in table.Fields)
        {
            Write(json, table, field);
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, Table table, TableField field)
    {
        json.WriteStartObject();
        json.WriteString("@type", "cr:Field");
        json.WriteString("@id", CroissantNames.FieldId(table.Name, field.Name));
        json.WriteString("name", field.Name);
        json.WriteString("dataType", $"sc:{(field.Type == FieldType.Unknown ? FieldType.Text : field.Type)}");
        if (field.Dimensions > 0)
        {
            json.WriteBoolean("isArray", true);
            json.WriteString("arrayShape", string.Join(',', Enumerable.Repeat("-1", field.Dimensions)));
        }

        json.WriteStartObject("source");
        json.WriteStartObject(table.IsFileSet ? "fileSet" : "fileObject");
        json.WriteString("@id", table.IsFileSet ? CroissantNames.FileSetId(table.Name) : CroissantNames.FileId(table.Includes[0]));
        json.WriteEndObject();
        json.WriteStartObject("extract");
        json.WriteString(field.Column is null ? "jsonPath" : "column", field.Column ?? field.Path);
        json.WriteEndObject();
        if (field is { Column: not null, Path: { } path })
        {
            json.WriteStartObject("transform");
            json.WriteString("jsonPath", path);
            json.WriteEndObject();
        }

        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static void WriteGlobs(Utf8JsonWriter json, string name, IReadOnlyList<string> globs)
    {
        if (globs is [string one])
        {
            json.WriteString(name, one);
        }
        else if (globs.Count > 0)
        {
            json.WriteStartArray(name);
            foreach (string glob in globs)
            {
                json.WriteStringValue(glob);
            }

            json.WriteEndArray();
        }
    }
}
