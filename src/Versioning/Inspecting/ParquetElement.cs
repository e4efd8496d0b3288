namespace Versioning.Inspecting;

/// <summary>One element of a Parquet schema, as the footer has it; numbers are those of the format's enumerations.</summary>
internal readonly record struct ParquetElement(string Name, int? Type, int Length, int Repetition, int? Children, int? Converted, int Scale, int Precision, ParquetLogicalType Logical)
{
    internal static ParquetElement Read(ref ThriftReader reader)
    {
        var element = new ParquetElement { Name = "" };
        int id = 0;
        while (reader.Field(ref id) is var type && type != ThriftType.Stop)
        {
            switch (id, type)
            {
                case (1, ThriftType.I32):
                    element = element with { Type = reader.Integer32() };
                    break;
                case (2, ThriftType.I32):
                    element = element with { Length = reader.Integer32() };
                    break;
                case (3, ThriftType.I32):
                    element = element with { Repetition = reader.Integer32() };
                    break;
                case (4, ThriftType.Binary):
                    element = element with { Name = reader.Text() };
                    break;
                case (5, ThriftType.I32):
                    element = element with { Children = reader.Integer32() };
                    break;
                case (6, ThriftType.I32):
                    element = element with { Converted = reader.Integer32() };
                    break;
                case (7, ThriftType.I32):
                    element = element with { Scale = reader.Integer32() };
                    break;
                case (8, ThriftType.I32):
                    element = element with { Precision = reader.Integer32() };
                    break;
                case (10, ThriftType.Struct):
                    element = element with { Logical = ParquetLogicalType.Read(ref reader) };
                    break;
                default:
                    reader.Skip(type);
                    break;
            }
        }

        return element.Name.Length > 0 ? element : throw ParquetSchema.Unsound();
    }
}

/// <summary>A logical type: a union, of which one field is set.</summary>
/// <param name="Id">Which field; 0: none.</param>
/// <param name="Unit">Of a time or a timestamp: 1 ms, 2 µs, 3 ns.</param>
/// <param name="IsAdjusted">Of a time or a timestamp: whether it is in UTC. Of an integer: whether it is signed.</param>
/// <param name="Width">Of an integer, in bits; of a decimal its precision.</param>
/// <param name="Scale">Of a decimal.</param>
internal readonly record struct ParquetLogicalType(int Id, int Unit, bool IsAdjusted, int Width, int Scale)
{
    internal const int Decimal = 5;
    internal const int Time = 7;
    internal const int Timestamp = 8;
    internal const int Integer = 10;

    internal static ParquetLogicalType Read(ref ThriftReader reader)
    {
        var logical = default(ParquetLogicalType);
        int id = 0;
        while (reader.Field(ref id) is var type && type != ThriftType.Stop)
        {
            logical = logical with { Id = id };
            if (type != ThriftType.Struct || id is not (Decimal or Time or Timestamp or Integer))
            {
                reader.Skip(type);
                continue;
            }

            int inner = 0;
            while (reader.Field(ref inner) is var field && field != ThriftType.Stop)
            {
                switch (id, inner, field)
                {
                    case (Decimal, 1, ThriftType.I32):
                        logical = logical with { Scale = reader.Integer32() };
                        break;
                    case (Decimal, 2, ThriftType.I32):
                        logical = logical with { Width = reader.Integer32() };
                        break;
                    case (Integer, 1, ThriftType.Byte):
                        logical = logical with { Width = reader.Byte() };
                        break;
                    case (Integer, 2, ThriftType.True) or (Time or Timestamp, 1, ThriftType.True):
                        logical = logical with { IsAdjusted = true };
                        break;
                    case (Time or Timestamp, 2, ThriftType.Struct):
                        logical = logical with { Unit = ReadUnit(ref reader) };
                        break;
                    default:
                        reader.Skip(field);
                        break;
                }
            }
        }

        return logical;
    }

    private static int ReadUnit(ref ThriftReader reader)
    {
        int unit = 0, id = 0;
        while (reader.Field(ref id) is var type && type != ThriftType.Stop)
        {
            unit = id;
            reader.Skip(type);
        }

        return unit;
    }
}
