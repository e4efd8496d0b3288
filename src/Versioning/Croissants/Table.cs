namespace Versioning.Croissants;

/// <summary>The type of a column's values, as far as Croissant's own types go.</summary>
internal enum FieldType
{
    /// <summary>No value was seen.</summary>
    Unknown,
    Boolean,
    Integer,
    Float,
    Date,
    Time,
    DateTime,
    Text,
}

/// <summary>One column: what its values are, and how they are got out of a record.</summary>
/// <param name="Name">Its name; different from all others of the table.</param>
/// <param name="Type">What its values are, or of an array the items.</param>
/// <param name="Column">The column of the file that it is in, or null.</param>
/// <param name="Path">Where it lies in the column, or, where there is none, in the JSON object; null: it is the column.</param>
/// <param name="Dimensions">How many arrays lie in one another; 0: none.</param>
internal sealed record TableField(string Name, FieldType Type, string? Column, string? Path, int Dimensions = 0)
{
    /// <summary>The type that values of both have.</summary>
    internal static FieldType Widen(FieldType one, FieldType other) => (one, other) switch
    {
        _ when one == other => one,
        (FieldType.Unknown, _) => other,
        (_, FieldType.Unknown) => one,
        (FieldType.Integer, FieldType.Float) or (FieldType.Float, FieldType.Integer) => FieldType.Float,
        (FieldType.Date, FieldType.DateTime) or (FieldType.DateTime, FieldType.Date) => FieldType.DateTime,
        _ => FieldType.Text,
    };
}

/// <summary>Some files with the same columns.</summary>
internal sealed class Table
{
    /// <summary>Its identifier.</summary>
    internal required string Name { get; init; }

    internal required IReadOnlyList<TableField> Fields { get; init; }

    /// <summary>The one file, or globs of several.</summary>
    internal required IReadOnlyList<string> Includes { get; init; }

    /// <summary>Globs of what the others match and is not meant.</summary>
    internal IReadOnlyList<string> Excludes { get; init; } = [];

    /// <summary>Whether it is several files.</summary>
    internal required bool IsFileSet { get; init; }

    /// <summary>How many files it has, and of how many the columns were looked at.</summary>
    internal required (long Files, int Inspected) Count { get; init; }
}
