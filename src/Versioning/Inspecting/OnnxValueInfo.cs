using System.Globalization;

namespace Versioning.Inspecting;

/// <summary>An input or an output: its name, and type and shape where it is a tensor.</summary>
internal static class OnnxValueInfo
{
    private const int MaxDimensions = 64;

    internal static async ValueTask<ContentItem> ReadAsync(ProtobufReader reader, string what, long end, CancellationToken cancellationToken)
    {
        string name = "", detail = "of no type";
        while (await reader.FieldAsync(end, cancellationToken).ConfigureAwait(false) is var (number, type) && number != 0)
        {
            switch (number, type)
            {
                case (1, ProtobufReader.Bytes):
                    name = await reader.TextAsync(end, cancellationToken).ConfigureAwait(false);
                    break;
                case (2, ProtobufReader.Bytes):
                    detail = await ReadTypeAsync(reader, await reader.EndAsync(end, cancellationToken).ConfigureAwait(false), cancellationToken).ConfigureAwait(false) ?? detail;
                    break;
                default:
                    await reader.SkipAsync(type, end, cancellationToken).ConfigureAwait(false);
                    break;
            }
        }

        return name.Length > 0 ? new ContentItem(what, name, detail) : throw ProtobufReader.Unsound();
    }

    private static async ValueTask<string?> ReadTypeAsync(ProtobufReader reader, long end, CancellationToken cancellationToken)
    {
        string? detail = null;
        while (await reader.FieldAsync(end, cancellationToken).ConfigureAwait(false) is var (number, type) && number != 0)
        {
            if ((number, type) is (1, ProtobufReader.Bytes))
            {
                detail = await ReadTensorAsync(reader, await reader.EndAsync(end, cancellationToken).ConfigureAwait(false), cancellationToken).ConfigureAwait(false);
                continue;
            }

            // What these are made of is not looked into: they nest.
            detail = number switch { 4 => "sequence", 5 => "map", 8 => "sparse tensor", 9 => "optional", _ => detail };
            await reader.SkipAsync(type, end, cancellationToken).ConfigureAwait(false);
        }

        return detail;
    }

    private static async ValueTask<string> ReadTensorAsync(ProtobufReader reader, long end, CancellationToken cancellationToken)
    {
        long element = 0;
        var shape = new List<string>();
        while (await reader.FieldAsync(end, cancellationToken).ConfigureAwait(false) is var (number, type) && number != 0)
        {
            switch (number, type)
            {
                case (1, ProtobufReader.Varint):
                    element = (long)await reader.VarintAsync(end, cancellationToken).ConfigureAwait(false);
                    break;
                case (2, ProtobufReader.Bytes):
                    await ReadShapeAsync(reader, await reader.EndAsync(end, cancellationToken).ConfigureAwait(false), shape, cancellationToken).ConfigureAwait(false);
                    break;
                default:
                    await reader.SkipAsync(type, end, cancellationToken).ConfigureAwait(false);
                    break;
            }
        }

        return $"{OnnxTypes.Name(element)} [{string.Join(", ", shape)}]";
    }

    private static async ValueTask ReadShapeAsync(ProtobufReader reader, long end, List<string> shape, CancellationToken cancellationToken)
    {
        while (await reader.FieldAsync(end, cancellationToken).ConfigureAwait(false) is var (number, type) && number != 0)
        {
            if ((number, type) is not (1, ProtobufReader.Bytes))
            {
                await reader.SkipAsync(type, end, cancellationToken).ConfigureAwait(false);
                continue;
            }

            string dimension = "?";
            long last = await reader.EndAsync(end, cancellationToken).ConfigureAwait(false);
            while (await reader.FieldAsync(last, cancellationToken).ConfigureAwait(false) is var (inner, innerType) && inner != 0)
            {
                switch (inner, innerType)
                {
                    case (1, ProtobufReader.Varint):
                        dimension = ((long)await reader.VarintAsync(last, cancellationToken).ConfigureAwait(false)).ToString(CultureInfo.InvariantCulture);
                        break;
                    case (2, ProtobufReader.Bytes):
                        dimension = await reader.TextAsync(last, cancellationToken).ConfigureAwait(false);
                        break;
                    default:
                        await reader.SkipAsync(innerType, last, cancellationToken).ConfigureAwait(false);
                        break;
                }
            }

            shape.Add(shape.Count < MaxDimensions ? dimension : throw ProtobufReader.Unsound());
        }
    }
}
