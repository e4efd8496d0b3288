using System.Buffers.Binary;
using System.Text;

namespace Versioning.Tests.Inspecting;

/// <summary>Writes Parquet footers by hand, in the Thrift compact protocol; of pages there are none.</summary>
internal static class ParquetBytes
{
    internal static byte[] File(byte[] footer, string magic = "PAR1")
    {
        byte[] length = new byte[4];
        BinaryPrimitives.WriteInt32LittleEndian(length, footer.Length);
        return [.. Encoding.ASCII.GetBytes(magic), .. footer, .. length, .. Encoding.ASCII.GetBytes(magic)];
    }

    internal static byte[] Footer(long rows, int rowGroups, params byte[][] schema) =>
    [
        0x15, 2, // 1: version
        0x19, .. List(schema.Length), .. schema.SelectMany(element => element), // 2: schema
        0x16, .. ZigZag(rows), // 3: rows
        0x19, .. List(rowGroups), .. Enumerable.Repeat<byte[]>([0x26, .. ZigZag(rows), 0x16, .. ZigZag(rows), 0], rowGroups).SelectMany(group => group), // 4: row groups
        0x28, 2, .. "me"u8, // 6: created by
        0,
    ];

    internal static byte[] Root(int children) => [0x48, 6, .. "schema"u8, 0x15, .. ZigZag(children), 0];

    internal static byte[] Group(string name, int children) => [0x35, 2, 0x18, (byte)name.Length, .. Encoding.UTF8.GetBytes(name), 0x15, .. ZigZag(children), 0];

    /// <param name="name">Its name.</param>
    /// <param name="type">Its physical type.</param>
    /// <param name="repetition">0 required, 1 optional, 2 repeated.</param>
    /// <param name="rest">Fields from 5 on.</param>
    internal static byte[] Column(string name, int type, int repetition = 1, params byte[] rest) =>
        [0x15, .. ZigZag(type), 0x25, .. ZigZag(repetition), 0x18, (byte)name.Length, .. Encoding.UTF8.GetBytes(name), .. rest, 0];

    /// <summary>A logical type as field 10, behind field 4.</summary>
    internal static byte[] Logical(params byte[] union) => [0x6C, .. union, 0];

    internal static byte[] Converted(int type) => [0x25, .. ZigZag(type)];

    private static byte[] List(int count) => count < 15 ? [(byte)((count << 4) | 12)] : [0xFC, .. new ProtobufBytes().Varint((ulong)count).ToArray()];

    private static byte[] ZigZag(long value) => new ProtobufBytes().Varint((ulong)((value << 1) ^ (value >> 63))).ToArray();
}
