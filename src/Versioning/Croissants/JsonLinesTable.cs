using System.Text.Json;
using Versioning.Inspecting;

namespace Versioning.Croissants;

/// <summary>The members of the objects in a JSON Lines file, those of objects within them too, with the types of the first ones.</summary>
internal sealed class JsonLinesTable
{
    private const int MaxDepth = 16;

    // In the order in which they come.
    private readonly Dictionary<string, TableField> _fields = new(StringComparer.Ordinal);
    private readonly HashSet<string> _names = new(StringComparer.Ordinal);

    private JsonLinesTable() { }

    internal static async ValueTask<IReadOnlyList<TableField>?> ReadAsync(ContentFile file, CancellationToken cancellationToken)
    {
        (ReadOnlyMemory<byte> head, bool isWhole) = await TableFormats.HeadAsync(file, cancellationToken).ConfigureAwait(false);
        var table = new JsonLinesTable();
        for (int row = 0; row < TableFormats.MaxRows && head.Length > 0; row++)
        {
            int end = head.Span.IndexOf((byte)'\n');
            if (end < 0 && !isWhole)
            {
                break;
            }

            ReadOnlyMemory<byte> line = end < 0 ? head : head[..end];
            head = end < 0 ? default : head[(end + 1)..];
            if (!line.Span.Trim(" \t\r"u8).IsEmpty && !table.Add(line))
            {
                return null;
            }
        }

        return [.. table._fields.Values];
    }

    /// <returns>False where it is no object, or has too many members.</returns>
    private bool Add(ReadOnlyMemory<byte> line)
    {
        try
        {
            using JsonDocument row = JsonDocument.Parse(line, new JsonDocumentOptions { MaxDepth = MaxDepth });
            if (row.RootElement.ValueKind != JsonValueKind.Object)
            {
                return false;
            }

            AddMembers(row.RootElement, "$", "", 0);
            return _fields.Count <= TableFormats.MaxFields;
        }
        catch (JsonException e)
        {
            throw new InvalidDataException("it is no JSON Lines file", e);
        }
    }

    private void AddMembers(JsonElement value, string path, string name, int dimensions)
    {
        foreach (JsonProperty member in value.EnumerateObject())
        {
            if (_fields.Count <= TableFormats.MaxFields)
            {
                AddValue(member.Value, path + Step(member.Name), name.Length == 0 ? member.Name : $"{name}.{member.Name}", dimensions);
            }
        }
    }

    private void AddValue(JsonElement value, string path, string name, int dimensions)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.Object:
                AddMembers(value, path, name, dimensions);
                break;
            case JsonValueKind.Array when value.EnumerateArray().Any(item => item.ValueKind == JsonValueKind.Object):
                foreach (JsonElement item in value.EnumerateArray().Where(item => item.ValueKind == JsonValueKind.Object))
                {
                    AddMembers(item, path + "[*]", name, dimensions + 1);
                }

                break;
            case JsonValueKind.Array:
                AddArray(value, path, name, dimensions + 1);
                break;
            default:
                Put(path, name, TypeOf(value), dimensions);
                break;
        }
    }

    private void AddArray(JsonElement array, string path, string name, int dimensions)
    {
        Put(path, name, FieldType.Unknown, dimensions);
        foreach (JsonElement item in array.EnumerateArray())
        {
            if (item.ValueKind == JsonValueKind.Array)
            {
                AddArray(item, path, name, dimensions + 1);
            }
            else
            {
                Put(path, name, TypeOf(item), dimensions);
            }
        }
    }

    private void Put(string path, string name, FieldType type, int dimensions)
    {
        // There are two ways to one name: { "a.b": 1 } and { "a": { "b": 1 } }. Paths differ.
        _fields[path] = _fields.TryGetValue(path, out TableField? known)
            ? known with { Type = TableField.Widen(known.Type, type), Dimensions = Math.Max(known.Dimensions, dimensions) }
            : new TableField(_names.Add(name) ? name : path, type, null, path, dimensions);
    }

    private static string Step(string member) => member.Length > 0 && !char.IsAsciiDigit(member[0]) && member.All(c => char.IsAsciiLetterOrDigit(c) || c == '_')
        ? $".{member}"
        : $"['{member.Replace("\\", @"\\", StringComparison.Ordinal).Replace("'", @"\'", StringComparison.Ordinal)}']";

    private static FieldType TypeOf(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.True or JsonValueKind.False => FieldType.Boolean,
        JsonValueKind.Number => value.TryGetInt64(out _) ? FieldType.Integer : FieldType.Float,
        JsonValueKind.String => FieldType.Text,
        _ => FieldType.Unknown,
    };
}
