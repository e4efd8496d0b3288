using System.Text;

namespace Versioning.Tests.Inspecting;

/// <summary>Writes protobuf by hand: fields one after another.</summary>
internal sealed class ProtobufBytes
{
    private readonly List<byte> _bytes = [];

    internal byte[] ToArray() => [.. _bytes];

    internal ProtobufBytes Number(int field, long value) => Varint((ulong)field << 3).Varint((ulong)value);

    internal ProtobufBytes Fixed32(int field, byte[] value) => Varint(((ulong)field << 3) | 5).Raw(value);

    internal ProtobufBytes Bytes(int field, byte[] value) => Varint(((ulong)field << 3) | 2).Varint((ulong)value.Length).Raw(value);

    internal ProtobufBytes Text(int field, string value) => Bytes(field, Encoding.UTF8.GetBytes(value));

    internal ProtobufBytes Message(int field, ProtobufBytes message) => Bytes(field, message.ToArray());

    internal ProtobufBytes Raw(byte[] bytes)
    {
        _bytes.AddRange(bytes);
        return this;
    }

    internal ProtobufBytes Varint(ulong value)
    {
        for (; value >= 0x80; value >>= 7)
        {
            _bytes.Add((byte)(value | 0x80));
        }

        _bytes.Add((byte)value);
        return this;
    }

    /// <summary>A model with one input, one output, a node, and these initialisers.</summary>
    internal static byte[] Model(long opset, params ProtobufBytes[] initialisers)
    {
        var graph = new ProtobufBytes().Message(1, new ProtobufBytes().Text(1, "x").Text(4, "MatMul")).Text(2, "main");
        foreach (ProtobufBytes initialiser in initialisers)
        {
            graph.Message(5, initialiser);
        }

        graph.Message(11, Value("x", "batch")).Message(12, Value("y", "batch"));
        return new ProtobufBytes().Number(1, 9).Text(2, "by hand").Message(7, graph).Message(8, new ProtobufBytes().Text(1, "").Number(2, opset)).ToArray();
    }

    /// <summary>An initialiser of floats, without its values.</summary>
    internal static ProtobufBytes Tensor(string name, params long[] shape) =>
        new ProtobufBytes().Bytes(1, shape.Aggregate(new ProtobufBytes(), (bytes, d) => bytes.Varint((ulong)d)).ToArray()).Number(2, 1).Text(8, name);

    private static ProtobufBytes Value(string name, string dimension)
    {
        var shape = new ProtobufBytes().Message(1, new ProtobufBytes().Text(2, dimension)).Message(1, new ProtobufBytes().Number(1, 4));
        return new ProtobufBytes().Text(1, name).Message(2, new ProtobufBytes().Message(1, new ProtobufBytes().Number(1, 1).Message(2, shape)));
    }
}
