using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;
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

/// <summary>A tensor of a header.</summary>
/// <param name="From">Where it begins, counted from the header's end.</param>
/// <param name="To">Where it ends.</param>
/// <param name="Type">How its bytes are laid out.</param>
/// <param name="Name">Its name; null where descriptions were not asked for.</param>
/// <param name="Shape">Its type and shape, such as <c>BF16 [4096, 4096]</c>; null where descriptions were not asked for.</param>
internal readonly record struct SafeTensor(long From, long To, WeightType Type, string? Name, string? Shape);

/// <summary>
/// Reads where tensors start from a safetensors header: 8 bytes little-endian length, then JSON
/// <c>{name: {dtype, shape, data_offsets: [from, to]}}</c> with offsets counted from the header's end.
/// </summary>
internal static class Safetensors
{
    /// <summary>How long a header may be, in bytes: the format's own limit.</summary>
    internal const int MaxHeader = 100_000_000;

    /// <summary>How many dimensions a tensor may have: a few are usual, and a header of nothing but them is not worth its text.</summary>
    internal const int MaxDimensions = 64;

    /// <summary>Bytes before the header, which say how long it is.</summary>
    internal const int LengthBytes = 8;

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
        return TryReadTensors(head, fileLength, describe: false, out List<SafeTensor>? tensors, out long dataStart)
            && TryArrange(tensors, dataStart, out starts, out types);
    }

    /// <summary>False for anything that is not a flawless header wholly inside <paramref name="head"/>.</summary>
    /// <param name="head">The beginning of the file, as much as the caller has.</param>
    /// <param name="fileLength">Length of the whole file.</param>
    /// <param name="describe">Whether names and shapes are wanted too.</param>
    /// <param name="tensors">In the order of their places, without gaps up to the file's end.</param>
    /// <param name="dataStart">Where the header ends.</param>
    internal static bool TryReadTensors(ReadOnlySpan<byte> head, long fileLength, bool describe, [NotNullWhen(true)] out List<SafeTensor>? tensors, out long dataStart)
    {
        tensors = null;
        dataStart = 0;
        if (head.Length < LengthBytes + 2 || fileLength < head.Length)
        {
            return false;
        }

        ulong length = BinaryPrimitives.ReadUInt64LittleEndian(head);
        if (length > MaxHeader || length > (ulong)(head.Length - LengthBytes) || head[LengthBytes] != (byte)'{')
        {
            return false;
        }

        dataStart = LengthBytes + (long)length;
        List<SafeTensor> read;
        try
        {
            Utf8JsonReader json = new(head.Slice(LengthBytes, (int)length));
            read = ReadTensors(ref json, describe);
        }
        catch (Exception e) when (e is JsonException or FormatException or InvalidOperationException)
        {
            return false;
        }

        // JSON order is free, so order by place; tensors then have to follow one another without gaps up to the file's end.
        read.Sort((a, b) => a.From != b.From ? a.From.CompareTo(b.From) : a.To.CompareTo(b.To));
        long end = 0;
        foreach (SafeTensor tensor in read)
        {
            if (tensor.From != end)
            {
                return false;
            }

            end = tensor.To;
        }

        if (end != fileLength - dataStart)
        {
            return false;
        }

        tensors = read;
        return true;
    }

    private static List<SafeTensor> ReadTensors(ref Utf8JsonReader json, bool describe)
    {
        List<SafeTensor> tensors = [];
        json.Read();
        Expect(json.TokenType == JsonTokenType.StartObject);
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            bool metadata = json.ValueTextEquals("__metadata__"u8);
            string? name = describe && !metadata ? json.GetString() : null;
            json.Read();
            Expect(json.TokenType == JsonTokenType.StartObject);
            if (metadata)
            {
                json.Skip();
            }
            else
            {
                tensors.Add(ReadTensor(ref json, name));
            }
        }

        // The reader checks that every bracket is closed and that only white space follows.
        while (json.Read())
        {
        }

        return tensors;
    }

    private static SafeTensor ReadTensor(ref Utf8JsonReader json, string? name)
    {
        int bits = -1;
        WeightType type = WeightType.None;
        ulong? elements = null;
        long from = -1;
        long to = -1;
        string? typeName = null;
        StringBuilder? shape = name is null ? null : new StringBuilder();
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            if (json.ValueTextEquals("dtype"u8))
            {
                json.Read();
                (bits, type) = ReadType(json);
                typeName = name is null ? null : json.GetString();
            }
            else if (json.ValueTextEquals("shape"u8))
            {
                elements = ReadElements(ref json, shape?.Clear());
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
        return new SafeTensor(from, to, type, name, shape is null ? null : $"{typeName} [{shape}]");
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

    private static ulong ReadElements(ref Utf8JsonReader json, StringBuilder? shape)
    {
        json.Read();
        Expect(json.TokenType == JsonTokenType.StartArray);
        ulong elements = 1;
        int dimensions = 0;
        while (json.Read() && json.TokenType == JsonTokenType.Number)
        {
            Expect(++dimensions <= MaxDimensions);
            ulong dimension = json.GetUInt64();
            shape?.Append(shape.Length > 0 ? ", " : "").Append(CultureInfo.InvariantCulture, $"{dimension}");
            UInt128 product = (UInt128)elements * dimension;
            Expect(product <= ulong.MaxValue);
            elements = (ulong)product;
        }

        Expect(json.TokenType == JsonTokenType.EndArray);
        return elements;
    }

    private static bool TryArrange(List<SafeTensor> tensors, long dataStart, [NotNullWhen(true)] out long[]? starts, [NotNullWhen(true)] out WeightType[]? types)
    {
        // An empty tensor shares its start with the next one.
        List<SafeTensor> filled = tensors.FindAll(tensor => tensor.To > tensor.From);
        starts = filled.Count == 0 ? null : [.. filled.Select(tensor => dataStart + tensor.From)];
        types = filled.Count == 0 ? null : [.. filled.Select(tensor => tensor.Type)];
        return starts is not null && types is not null;
    }

    private static void Expect(bool condition)
    {
        if (!condition)
        {
            throw new JsonException();
        }
    }
}
