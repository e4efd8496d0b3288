namespace Versioning.Croissants;

/// <summary>Files with the same columns, on the way to a table.</summary>
internal sealed class TableGroup
{
    private readonly List<(TableFamily Family, FileEntry? Only)> _parts = [];
    private readonly string _key;
    private IReadOnlyList<TableField> _fields;
    private long _files;
    private int _inspected;

    private TableGroup(string key, IReadOnlyList<TableField> fields) => (_key, _fields) = (key, fields);

    /// <summary>Puts the files of a family where those with the same columns are.</summary>
    internal static void Add(List<TableGroup> groups, TableFamily family, List<(FileEntry File, IReadOnlyList<TableField>? Fields)> files)
    {
        bool isAlike = files.TrueForAll(file => file.Fields is not null) && files.Select(file => KeyOf(family, file.Fields!)).Distinct(StringComparer.Ordinal).Count() == 1;
        foreach ((FileEntry file, IReadOnlyList<TableField>? fields) in files)
        {
            if (fields is null)
            {
                continue;
            }

            string key = KeyOf(family, fields);
            TableGroup? group = groups.Find(other => other._key == key);
            if (group is null)
            {
                groups.Add(group = new TableGroup(key, fields));
            }

            Dictionary<string, FieldType> types = fields.ToDictionary(field => field.Name, field => field.Type, StringComparer.Ordinal);
            group._fields = [.. group._fields.Select(field => field with { Type = TableField.Widen(field.Type, types[field.Name]) })];
            group._inspected++;
            if (!isAlike)
            {
                group._parts.Add((family, file));
                group._files++;
            }
            else if (group._parts.Count == 0 || group._parts[^1].Family != family)
            {
                group._parts.Add((family, family.Count == 1 ? file : null));
                group._files += family.Count;
            }
        }
    }

    /// <param name="names">Names that are taken.</param>
    /// <param name="hasBelow">Whether a family's glob could be read as matching more than it.</param>
    internal Table ToTable(HashSet<string> names, Predicate<TableFamily> hasBelow)
    {
        bool isFileSet = _parts is not [(_, not null)];
        string[] folders = [.. _parts.Select(part => part.Family.Folder).Distinct(StringComparer.Ordinal)];
        string wanted = !isFileSet ? Path.GetFileNameWithoutExtension(_parts[0].Only!.Path) : folders is [{ Length: > 0 } folder] ? Path.GetFileName(folder.TrimEnd('/')) : "default";
        return new Table
        {
            Name = CroissantNames.Unique(wanted, names),
            Fields = _fields,
            IsFileSet = isFileSet,
            Includes = isFileSet ? [.. _parts.Select(part => part.Only is { } file ? CroissantNames.Literal(file.Path) : part.Family.Glob)] : [_parts[0].Only!.Path],
            Excludes = [.. _parts.Where(part => part.Only is null && hasBelow(part.Family) && !IsWhole(part.Family)).Select(part => part.Family.GlobBelow)],
            Count = (_files, _inspected),
        };
    }

    // A folder below that is part of the table itself must not be taken out again.
    private bool IsWhole(TableFamily family) => _parts.Exists(part => part.Family != family && part.Family.Folder.StartsWith(family.Folder, StringComparison.Ordinal));

    /// <summary>What two files must have in common: format, names and places of columns, their order but for JSON, and types where the format has them.</summary>
    private static string KeyOf(TableFamily family, IReadOnlyList<TableField> fields)
    {
        string media = MediaTypes.Of(family.Ending);
        bool isTyped = media == MediaTypes.Of(".parquet");
        IEnumerable<string> columns = fields.Select(field => $"\n{field.Name}\0{field.Column}\0{field.Path}\0{field.Dimensions}\0{(isTyped ? field.Type : 0)}");
        return media + string.Concat(media == MediaTypes.Of(".jsonl") ? columns.Order(StringComparer.Ordinal) : columns);
    }
}
