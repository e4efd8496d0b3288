using System.Globalization;
using System.Security.Cryptography;

namespace Versioning.Inspecting;

/// <summary>One initialiser. Values in one piece are a range of the file; those in many are hashed as they are passed.</summary>
internal sealed class OnnxTensor
{
    private const int MaxDimensions = 64;
    private const int ExternalData = 13;

    private readonly List<long> _dimensions = [];
    private string _name = "";
    private string? _file;
    private long _type;
    private ContentValues? _values;
    private IncrementalHash? _hash;

    internal static async ValueTask<ContentItem> ReadAsync(ProtobufReader reader, long end, CancellationToken cancellationToken)
    {
        var tensor = new OnnxTensor();
        try
        {
            while (await reader.FieldAsync(end, cancellationToken).ConfigureAwait(false) is var (number, type) && number != 0)
            {
                await tensor.ReadFieldAsync(reader, number, type, end, cancellationToken).ConfigureAwait(false);
            }

            return tensor.Finish();
        }
        finally
        {
            tensor._hash?.Dispose();
        }
    }

    private async ValueTask ReadFieldAsync(ProtobufReader reader, int number, int type, long end, CancellationToken cancellationToken)
    {
        switch (number, type)
        {
            case (1, ProtobufReader.Varint):
                AddDimension(await reader.VarintAsync(end, cancellationToken).ConfigureAwait(false));
                break;
            case (1, ProtobufReader.Bytes):
                long last = await reader.EndAsync(end, cancellationToken).ConfigureAwait(false);
                while (reader.Position < last)
                {
                    AddDimension(await reader.VarintAsync(last, cancellationToken).ConfigureAwait(false));
                }

                break;
            case (2, ProtobufReader.Varint):
                _type = (long)await reader.VarintAsync(end, cancellationToken).ConfigureAwait(false);
                break;
            case (8, ProtobufReader.Bytes):
                _name = await reader.TextAsync(end, cancellationToken).ConfigureAwait(false);
                break;
            case (ExternalData, ProtobufReader.Bytes):
                await ReadExternalAsync(reader, await reader.EndAsync(end, cancellationToken).ConfigureAwait(false), cancellationToken).ConfigureAwait(false);
                break;
            case (4 or 5 or 6 or 7 or 9 or 10 or 11, _):
                await ReadValuesAsync(reader, number, type, end, cancellationToken).ConfigureAwait(false);
                break;
            default:
                await reader.SkipAsync(type, end, cancellationToken).ConfigureAwait(false);
                break;
        }
    }

    private async ValueTask ReadValuesAsync(ProtobufReader reader, int number, int type, long end, CancellationToken cancellationToken)
    {
        if (type == ProtobufReader.Bytes && _values is null && _hash is null)
        {
            long last = await reader.EndAsync(end, cancellationToken).ConfigureAwait(false);
            _values = new ContentValues(number, reader.Position, last - reader.Position);
            reader.SkipTo(last);
            return;
        }

        // One more piece: from here on all that came is hashed.
        _hash ??= IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        if (_values is { } first)
        {
            _values = null;
            await reader.HashAsync(_hash, first.Form, first.Offset, first.Offset + first.Length, cancellationToken).ConfigureAwait(false);
        }

        long start = reader.Position;
        if (type == ProtobufReader.Bytes)
        {
            long last = await reader.EndAsync(end, cancellationToken).ConfigureAwait(false);
            start = reader.Position;
            reader.SkipTo(last);
        }
        else
        {
            await reader.SkipAsync(type, end, cancellationToken).ConfigureAwait(false);
        }

        await reader.HashAsync(_hash, number, start, reader.Position, cancellationToken).ConfigureAwait(false);
    }

    private async ValueTask ReadExternalAsync(ProtobufReader reader, long end, CancellationToken cancellationToken)
    {
        string key = "", value = "";
        while (await reader.FieldAsync(end, cancellationToken).ConfigureAwait(false) is var (number, type) && number != 0)
        {
            switch (number, type)
            {
                case (1, ProtobufReader.Bytes):
                    key = await reader.TextAsync(end, cancellationToken).ConfigureAwait(false);
                    break;
                case (2, ProtobufReader.Bytes):
                    value = await reader.TextAsync(end, cancellationToken).ConfigureAwait(false);
                    break;
                default:
                    await reader.SkipAsync(type, end, cancellationToken).ConfigureAwait(false);
                    break;
            }
        }

        _file = key == "location" ? value : _file;
    }

    private void AddDimension(ulong dimension) => _dimensions.Add(_dimensions.Count < MaxDimensions ? (long)dimension : throw ProtobufReader.Unsound());

    private ContentItem Finish()
    {
        if (_hash is not null)
        {
            _values = new ContentValues(0, 0, 0, new Digest(_hash.GetHashAndReset()));
        }

        string shape = string.Join(", ", _dimensions.Select(d => d.ToString(CultureInfo.InvariantCulture)));
        string detail = $"{OnnxTypes.Name(_type)} [{shape}]{(_file is null ? "" : $" in {_file}")}";
        return _name.Length > 0 ? new ContentItem("tensor", _name, detail, _values) : throw ProtobufReader.Unsound();
    }
}
