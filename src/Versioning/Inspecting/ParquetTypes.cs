namespace Versioning.Inspecting;

/// <summary>Parquet's types as people write them.</summary>
internal static class ParquetTypes
{
    internal static string Describe(in ParquetElement element) => Name(element) + element.Repetition switch
    {
        0 => " not null",
        2 => " repeated",
        _ => "",
    };

    private static string Name(in ParquetElement element) => Logical(element.Logical) ?? Converted(element) ?? Physical(element);

    private static string? Logical(in ParquetLogicalType logical) => logical.Id switch
    {
        1 => "string",
        2 => "map",
        3 => "list",
        4 => "enum",
        ParquetLogicalType.Decimal => FormattableString.Invariant($"decimal({logical.Width}, {logical.Scale})"),
        6 => "date",
        ParquetLogicalType.Time => $"time({Unit(logical)})",
        ParquetLogicalType.Timestamp => $"timestamp({Unit(logical)})",
        ParquetLogicalType.Integer => FormattableString.Invariant($"{(logical.IsAdjusted ? "int" : "uint")}{logical.Width}"),
        12 => "json",
        13 => "bson",
        14 => "uuid",
        15 => "float16",
        16 => "variant",
        17 => "geometry",
        18 => "geography",
        _ => null,
    };

    private static string Unit(in ParquetLogicalType logical) =>
        (logical.Unit switch { 1 => "ms", 2 => "us", 3 => "ns", _ => "?" }) + (logical.IsAdjusted ? ", UTC" : "");

    /// <summary>What older writers say in place of a logical type.</summary>
    private static string? Converted(in ParquetElement element) => element.Converted switch
    {
        0 => "string",
        1 or 2 => "map",
        3 => "list",
        4 => "enum",
        5 => FormattableString.Invariant($"decimal({element.Precision}, {element.Scale})"),
        6 => "date",
        7 => "time(ms, UTC)",
        8 => "time(us, UTC)",
        9 => "timestamp(ms, UTC)",
        10 => "timestamp(us, UTC)",
        >= 11 and <= 14 and int unsigned => FormattableString.Invariant($"uint{8 << (unsigned - 11)}"),
        >= 15 and <= 18 and int signed => FormattableString.Invariant($"int{8 << (signed - 15)}"),
        19 => "json",
        20 => "bson",
        21 => "interval",
        _ => null,
    };

    private static string Physical(in ParquetElement element) => element.Type switch
    {
        0 => "boolean",
        1 => "int32",
        2 => "int64",
        3 => "int96",
        4 => "float",
        5 => "double",
        6 => "binary",
        7 => FormattableString.Invariant($"binary({element.Length})"),
        null => "group",
        int other => FormattableString.Invariant($"type {other}"),
    };
}
