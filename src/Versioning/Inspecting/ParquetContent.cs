using System.Buffers.Binary;
using System.Globalization;

namespace Versioning.Inspecting;

/// <summary>Rows, row groups and schema of a Parquet file: only its footer is read.</summary>
internal static class ParquetContent
{
    /// <summary>Longer footers are refused, in bytes.</summary>
    internal const int MaxFooter = 64 << 20;

    /// <summary>The length of the footer, then the magic, which the file begins with too.</summary>
    private const int TrailerLength = 8;
    private const int MagicLength = 4;

    internal static async ValueTask<ContentSummary> ReadAsync(ContentFile file, CancellationToken cancellationToken)
    {
        byte[] trailer = await file.ReadAsync(file.Length - TrailerLength, TrailerLength, cancellationToken).ConfigureAwait(false);
        ReadOnlyMemory<byte> magic = trailer.AsMemory(MagicLength);
        if (magic.Span.SequenceEqual("PARE"u8))
        {
            throw new InvalidDataException("its Parquet footer is encrypted");
        }

        uint length = BinaryPrimitives.ReadUInt32LittleEndian(trailer);
        if (!magic.Span.SequenceEqual("PAR1"u8) || length > file.Length - TrailerLength - MagicLength)
        {
            throw new InvalidDataException("it is no Parquet file");
        }

        if (length > MaxFooter)
        {
            throw new InvalidDataException(FormattableString.Invariant($"its Parquet footer of {length:N0} bytes is too long"));
        }

        byte[] footer = await file.ReadAsync(file.Length - TrailerLength - length, (int)length, cancellationToken).ConfigureAwait(false);
        return Decode(footer);
    }

    /// <exception cref="InvalidDataException">The footer is not sound.</exception>
    internal static ContentSummary Decode(ReadOnlySpan<byte> footer)
    {
        var reader = new ThriftReader(footer);
        long? rows = null;
        int groups = 0, id = 0;
        List<ContentItem>? columns = null;
        while (reader.Field(ref id) is var type && type != ThriftType.Stop)
        {
            switch (id, type)
            {
                case (2, ThriftType.List):
                    columns = ParquetSchema.Read(ref reader);
                    break;
                case (3, ThriftType.I64):
                    rows = reader.Integer();
                    break;
                case (4, ThriftType.List):
                    groups = reader.List(out ThriftType item);
                    for (int left = groups; left > 0; left--)
                    {
                        reader.Skip(item is ThriftType.Struct ? item : throw ParquetSchema.Unsound());
                    }

                    break;
                default:
                    reader.Skip(type);
                    break;
            }
        }

        return columns is not null && rows is >= 0
            ? new ContentSummary([Count("rows", rows.Value), Count("row groups", groups), Count("columns", columns.Count), .. columns], [])
            : throw ParquetSchema.Unsound();
    }

    private static ContentItem Count(string what, long count) => new(what, null, count.ToString(CultureInfo.InvariantCulture));
}
