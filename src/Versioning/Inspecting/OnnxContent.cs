using System.Globalization;

namespace Versioning.Inspecting;

/// <summary>Operator sets, inputs, outputs and initialisers of the main graph of an ONNX model. Values are found, not read.</summary>
internal sealed class OnnxContent
{
    /// <summary>Models with more initialisers, inputs and outputs than that are refused.</summary>
    private const int MaxItems = 1_000_000;

    /// <summary>So are those whose names are longer together, in UTF-16 code units.</summary>
    private const long MaxNames = 16 << 20;

    private readonly ProtobufReader _reader;
    private readonly List<ContentItem> _items = [];
    private readonly CancellationToken _cancellationToken;
    private long _names;

    private OnnxContent(ContentFile file, CancellationToken cancellationToken) => (_reader, _cancellationToken) = (new ProtobufReader(file), cancellationToken);

    internal static async ValueTask<ContentSummary> ReadAsync(ContentFile file, CancellationToken cancellationToken)
    {
        var content = new OnnxContent(file, cancellationToken);
        await content.ReadModelAsync(file.Length).ConfigureAwait(false);
        return new ContentSummary(content._items, []);
    }

    private async ValueTask ReadModelAsync(long end)
    {
        bool hasVersion = false, hasGraph = false;
        while (await _reader.FieldAsync(end, _cancellationToken).ConfigureAwait(false) is var (number, type) && number != 0)
        {
            switch (number, type)
            {
                case (1, ProtobufReader.Varint):
                    hasVersion = true;
                    await _reader.VarintAsync(end, _cancellationToken).ConfigureAwait(false);
                    break;
                case (7, ProtobufReader.Bytes):
                    hasGraph = true;
                    await ReadGraphAsync(await _reader.EndAsync(end, _cancellationToken).ConfigureAwait(false)).ConfigureAwait(false);
                    break;
                case (8, ProtobufReader.Bytes):
                    await ReadOperatorSetAsync(await _reader.EndAsync(end, _cancellationToken).ConfigureAwait(false)).ConfigureAwait(false);
                    break;
                default:
                    await _reader.SkipAsync(type, end, _cancellationToken).ConfigureAwait(false);
                    break;
            }
        }

        if (!hasVersion || !hasGraph)
        {
            throw ProtobufReader.Unsound();
        }
    }

    private async ValueTask ReadGraphAsync(long end)
    {
        while (await _reader.FieldAsync(end, _cancellationToken).ConfigureAwait(false) is var (number, type) && number != 0)
        {
            switch (number, type)
            {
                case (5, ProtobufReader.Bytes):
                    Add(await OnnxTensor.ReadAsync(_reader, await _reader.EndAsync(end, _cancellationToken).ConfigureAwait(false), _cancellationToken).ConfigureAwait(false));
                    break;
                case (11 or 12, ProtobufReader.Bytes):
                    Add(await OnnxValueInfo.ReadAsync(_reader, number == 11 ? "input" : "output", await _reader.EndAsync(end, _cancellationToken).ConfigureAwait(false), _cancellationToken).ConfigureAwait(false));
                    break;
                default:
                    await _reader.SkipAsync(type, end, _cancellationToken).ConfigureAwait(false);
                    break;
            }
        }
    }

    private async ValueTask ReadOperatorSetAsync(long end)
    {
        string domain = "";
        long version = 0;
        while (await _reader.FieldAsync(end, _cancellationToken).ConfigureAwait(false) is var (number, type) && number != 0)
        {
            switch (number, type)
            {
                case (1, ProtobufReader.Bytes):
                    domain = await _reader.TextAsync(end, _cancellationToken).ConfigureAwait(false);
                    break;
                case (2, ProtobufReader.Varint):
                    version = (long)await _reader.VarintAsync(end, _cancellationToken).ConfigureAwait(false);
                    break;
                default:
                    await _reader.SkipAsync(type, end, _cancellationToken).ConfigureAwait(false);
                    break;
            }
        }

        // No domain means that one.
        Add(new ContentItem("opset", domain.Length == 0 ? "ai.onnx" : domain, version.ToString(CultureInfo.InvariantCulture)));
    }

    private void Add(ContentItem item)
    {
        _names += item.Name!.Length + item.Detail.Length;
        if (_items.Count == MaxItems || _names > MaxNames)
        {
            throw new InvalidDataException("it has too many initialisers, or too long names");
        }

        _items.Add(item);
    }
}
