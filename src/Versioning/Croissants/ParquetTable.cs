using Versioning.Inspecting;

namespace Versioning.Croissants;

/// <summary>The columns of a Parquet file. Readers hand out those of the top level; what lies within one is a path in it.</summary>
internal static class ParquetTable
{
    // What writers call the two levels that make a list: the repeated group, and the item in it.
    private static readonly string[] Lists = ["list", "bag", "array"], Items = ["element", "item", "array_element", "array"];

    internal static async ValueTask<IReadOnlyList<TableField>?> ReadAsync(ContentFile file, CancellationToken cancellationToken)
    {
        ContentSummary summary = await ParquetContent.ReadAsync(file, cancellationToken).ConfigureAwait(false);
        List<TableField> fields = [.. summary.Items.Where(item => item.What == "column").Select(Field)];
        return fields.DistinctBy(field => field.Name).Count() == fields.Count ? fields : null;
    }

    private static TableField Field(ContentItem column)
    {
        FieldType type = TypeOf(column.Detail);
        int repeated = column.Detail.EndsWith(" repeated", StringComparison.Ordinal) ? 1 : 0;
        if (column.Group is not { } group)
        {
            return new TableField(column.Name!, type, column.Name, null, repeated);
        }

        string[] steps = column.Name![(group.Length + 1)..].Split('.');
        var path = new List<string>();
        int dimensions = 0;
        for (int i = 0; i < steps.Length; i++)
        {
            if (i + 1 < steps.Length && Lists.Contains(steps[i]) && Items.Contains(steps[i + 1]))
            {
                dimensions++;
                i++;
                if (i + 1 < steps.Length)
                {
                    path.Add("[*]");
                }
            }
            else
            {
                path.Add(steps[i]);
            }
        }

        // Above a list of lists there is nothing to step into.
        while (path is ["[*]", .. var rest] && rest.TrueForAll(step => step == "[*]"))
        {
            path = rest;
        }

        string name = string.Join('.', path.Where(step => step != "[*]").Prepend(group));
        return new TableField(name, type, group, path.Count > 0 ? string.Join('.', path) : null, dimensions == 0 ? repeated : dimensions);
    }

    private static FieldType TypeOf(string detail)
    {
        string type = detail.Split(' ', '(')[0];
        return type switch
        {
            "boolean" => FieldType.Boolean,
            "int96" or "timestamp" => FieldType.DateTime,
            "float" or "double" or "float16" or "decimal" => FieldType.Float,
            "date" => FieldType.Date,
            "time" => FieldType.Time,
            _ when type.StartsWith("int", StringComparison.Ordinal) && type != "interval" => FieldType.Integer,
            _ when type.StartsWith("uint", StringComparison.Ordinal) => FieldType.Integer,
            _ => FieldType.Text,
        };
    }
}
