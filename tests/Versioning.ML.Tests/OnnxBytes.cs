using System.Buffers.Binary;
using System.Text;

namespace Versioning.ML.Tests;

/// <summary>Writes the few fields of ONNX's protobuf that a model of one multiplication needs.</summary>
internal static class OnnxBytes
{
    private const int Float = 1;
    private const int External = 1;

    /// <summary>output = input × factor, of one float.</summary>
    /// <param name="factor">The factor.</param>
    /// <param name="input">What the input is called.</param>
    /// <param name="output">What the output is called.</param>
    /// <param name="external">The file beside the model that holds the factor; null: the model holds it.</param>
    internal static byte[] Multiply(float factor, string input = "x", string output = "y", string? external = null)
    {
        byte[] node = [.. Text(1, input), .. Text(1, "k"), .. Text(2, output), .. Text(4, "Mul")];
        byte[] weight = external is null
            ? [.. Number(1, 1), .. Number(2, Float), .. Text(8, "k"), .. Message(9, Raw(factor))]
            : [.. Number(1, 1), .. Number(2, Float), .. Text(8, "k"), .. Message(13, [.. Text(1, "location"), .. Text(2, external)]), .. Number(14, External)];
        byte[] graph = [.. Message(1, node), .. Text(2, "multiply"), .. Message(5, weight), .. Message(11, OneFloat(input)), .. Message(12, OneFloat(output))];
        return [.. Number(1, 8), .. Message(7, graph), .. Message(8, [.. Text(1, ""), .. Number(2, 13)])];
    }

    internal static byte[] Raw(float value)
    {
        byte[] raw = new byte[sizeof(float)];
        BinaryPrimitives.WriteSingleLittleEndian(raw, value);
        return raw;
    }

    private static byte[] OneFloat(string name) => [.. Text(1, name), .. Message(2, Message(1, [.. Number(1, Float), .. Message(2, Message(1, Number(1, 1)))]))];

    private static byte[] Number(int field, int value) => [(byte)(field << 3), .. Varint(value)];

    private static byte[] Text(int field, string text) => Message(field, Encoding.UTF8.GetBytes(text));

    private static byte[] Message(int field, byte[] content) => [(byte)((field << 3) | 2), .. Varint(content.Length), .. content];

    private static byte[] Varint(int value) => value < 128 ? [(byte)value] : [(byte)(value | 128), .. Varint(value >> 7)];
}
