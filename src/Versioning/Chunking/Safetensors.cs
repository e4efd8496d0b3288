using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Text.Json;

namespace Versioning.Chunking;

/// <summary>How the bytes from a tensor's start are laid out, where that says something about compression.</summary>
internal enum WeightType : byte
{
    None,
    Bf16,
    Fp16,
    Fp32,
}

/// <summary>
/// Reads where tensors start from a safetensors header: 8 bytes little-endian length, then JSON
/// <c>{name: {dtype, shape, data_offsets: [from, to]}}</c> with offsets counted from the header's end.
/// </summary>
internal static class Safetensors
{
    // The format's own limit.
    private const ulong MaxHeader = 100_000_000;

    /// <summary>
    /// False for anything that is not a flawless header wholly inside <paramref name="head"/>: cuts by content are
    /// always right, cuts by a header that lies would only deduplicate worse.
    /// </summary>
    /// <param name="head">The beginning of the file, as much as the caller has.</param>
    /// <param name="fileLength">Length of the whole file.</param>
    /// <param name="starts">Absolute offsets, strictly ascending; the first is the header's end.</param>
    /// <param name="types">For each start, the type of the tensor there.</param>
    internal static bool TryReadTensorStarts(
        ReadOnlySpan<byte> head,
        long fileLength,
        [NotNullWhen(true)] out long[]? starts,
        [NotNullWhen(true)] out WeightType[]? types)
    {
        starts = null;
        types = null;
        if (head.Length < 10 || fileLength < head.Length)
        {
            return false;
        }

        ulong length = BinaryPrimitives.ReadUInt64LittleEndian(head);
        if (length > MaxHeader || length > (ulong)(head.Length - 8) || head[8] != (byte)'{')
        {
            return false;
        }

        long dataStart = 8 + (long)length;
        List<Tensor> tensors;
        try
        {
            Utf8JsonReader json = new(head.Slice(8, (int)length));
            tensors = ReadTensors(ref json);
        }
        catch (Exception e) when (e is JsonException or FormatException or InvalidOperationException)
        {
            return false;
        }

        return TryArrange(tensors, dataStart, fileLength, out starts, out types);
    }

    private static List<Tensor> ReadTensors(ref Utf8JsonReader json)
    {
        List<Tensor> tensors = [];
        json.Read();
        Expect(json.TokenType == JsonTokenType.StartObject);
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            bool metadata = json.ValueTextEquals("__metadata__"u8);
            json.Read();
            Expect(json.TokenType == JsonTokenType.StartObject);
            if (metadata)
            {
                json.Skip();
            }
            else
            {
                tensors.Add(ReadTensor(ref json));
            }
        }

        // The reader checks that every bracket is closed and that only white space follows.
        while (json.Read())
        {
        }

        return tensors;
    }

    private static Tensor ReadTensor(ref Utf8JsonReader json)
    {
        int bits = -1;
        WeightType type = WeightType.None;
        ulong? elements = null;
        long from = -1;
        long to = -1;
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            if (json.ValueTextEquals("dtype"u8))
            {
                json.Read();
                (bits, type) = ReadType(json);
            }
            else if (json.ValueTextEquals("shape"u8))
            {
                elements = ReadElements(ref json);
            }
            else
            {
                Expect(json.ValueTextEquals("data_offsets"u8));
                json.Read();
                Expect(json.TokenType == JsonTokenType.StartArray);
                json.Read();
                from = json.GetInt64();
                json.Read();
                to = json.GetInt64();
                json.Read();
                Expect(json.TokenType == JsonTokenType.EndArray);
            }
        }

        Expect(bits >= 0 && elements is not null && from >= 0 && to >= from);

        // Types this code does not know have no size to compare with.
        Expect(bits == 0 || (UInt128)elements!.Value * (ulong)bits == (UInt128)(ulong)(to - from) * 8);
        return new Tensor(from, to, type);
    }

    private static (int Bits, WeightType Type) ReadType(Utf8JsonReader json) => json.GetString() switch
    {
        "BF16" => (16, WeightType.Bf16),
        "F16" => (16, WeightType.Fp16),
        "F32" => (32, WeightType.Fp32),
        "BOOL" or "U8" or "I8" or "F8_E4M3" or "F8_E5M2" or "F8_E8M0" => (8, WeightType.None),
        "U16" or "I16" => (16, WeightType.None),
        "U32" or "I32" => (32, WeightType.None),
        "U64" or "I64" or "F64" or "C64" => (64, WeightType.None),
        null => throw new JsonException(),
        _ => (0, WeightType.None),
    };

    private static ulong ReadElements(ref Utf8JsonReader json)
    {
        json.Read();
        Expect(json.TokenType == JsonTokenType.StartArray);
        ulong elements = 1;
        while (json.Read() && json.TokenType == JsonTokenType.Number)
        {
            UInt128 product = (UInt128)elements * json.GetUInt64();
            Expect(product <= ulong.MaxValue);
            elements = (ulong)product;
        }

        Expect(json.TokenType == JsonTokenType.EndArray);
        return elements;
    }

    private static bool TryArrange(
        List<Tensor> tensors,
        long dataStart,
        long fileLength,
        [NotNullWhen(true)] out long[]? starts,
        [NotNullWhen(true)] out WeightType[]? types)
    {
        starts = null;
        types = null;

        // JSON order is free, so order by place; tensors then have to follow one another without gaps up to the file's end.
        tensors.Sort((a, b) => a.From != b.From ? a.From.CompareTo(b.From) : a.To.CompareTo(b.To));
        List<Tensor> filled = new(tensors.Count);
        long end = 0;
        foreach (Tensor tensor in tensors)
        {
            if (tensor.From != end)
            {
                return false;
            }

            // An empty tensor shares its start with the next one.
            if (tensor.To > tensor.From)
            {
                filled.Add(tensor);
            }

            end = tensor.To;
        }

        if (filled.Count == 0 || end != fileLength - dataStart)
        {
            return false;
        }

        starts = [.. filled.Select(tensor => dataStart + tensor.From)];
        types = [.. filled.Select(tensor => tensor.Type)];
        return true;
    }

    private static void Expect(bool condition)
    {
        if (!condition)
        {
            throw new JsonException();
        }
    }

    private readonly record struct Tensor(long From, long To, WeightType Type);
}
