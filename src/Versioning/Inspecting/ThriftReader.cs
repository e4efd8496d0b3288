using System.Text;

namespace Versioning.Inspecting;

/// <summary>Types of the Thrift compact protocol.</summary>
internal enum ThriftType
{
    Stop = 0,
    True = 1,
    False = 2,
    Byte = 3,
    I16 = 4,
    I32 = 5,
    I64 = 6,
    Double = 7,
    Binary = 8,
    List = 9,
    Set = 10,
    Map = 11,
    Struct = 12,
    Uuid = 13,
}

/// <summary>
/// Reads the Thrift compact protocol. Every length is checked against the bytes that are left, before memory is taken.
/// </summary>
/// <exception cref="InvalidDataException">The bytes are none.</exception>
internal ref struct ThriftReader(ReadOnlySpan<byte> bytes)
{
    private const int MaxDepth = 32;

    private ReadOnlySpan<byte> _rest = bytes;

    /// <summary>Reads the head of a field.</summary>
    /// <param name="id">The id of the field before, from 0; then that of this one.</param>
    /// <returns><see cref="ThriftType.Stop"/> at the end of the struct.</returns>
    internal ThriftType Field(ref int id)
    {
        byte head = Byte();
        ThriftType type = TypeOf(head & 0xF);
        if (type == ThriftType.Stop)
        {
            return head == 0 ? type : throw Unsound();
        }

        long next = head >> 4 != 0 ? id + (head >> 4) : Integer();
        id = next is >= short.MinValue and <= short.MaxValue ? (int)next : throw Unsound();
        return type;
    }

    /// <summary>Reads the head of a list or a set.</summary>
    /// <returns>Its length, which the bytes that are left may hold.</returns>
    internal int List(out ThriftType type)
    {
        byte head = Byte();
        type = TypeOf(head & 0xF);
        ulong count = head >> 4 == 15 ? Varint() : (uint)(head >> 4);
        // An item has at least one byte.
        return type != ThriftType.Stop && count <= (ulong)_rest.Length ? (int)count : throw Unsound();
    }

    /// <summary>An integer of 16, 32 or 64 bits.</summary>
    internal long Integer()
    {
        ulong zigZag = Varint();
        return (long)(zigZag >> 1) ^ -(long)(zigZag & 1);
    }

    internal int Integer32() => Integer() is >= int.MinValue and <= int.MaxValue and long value ? (int)value : throw Unsound();

    internal byte Byte()
    {
        byte value = _rest.IsEmpty ? throw Unsound() : _rest[0];
        _rest = _rest[1..];
        return value;
    }

    internal string Text() => Encoding.UTF8.GetString(Take(Varint()));

    internal void Skip(ThriftType type) => Skip(type, isField: true, MaxDepth);

    private void Skip(ThriftType type, bool isField, int depth)
    {
        if (depth == 0)
        {
            throw Unsound();
        }

        switch (type)
        {
            case ThriftType.True or ThriftType.False:
                // A field has its value in its head.
                Take(isField ? 0u : 1u);
                break;
            case ThriftType.Byte:
                Take(1);
                break;
            case ThriftType.I16 or ThriftType.I32 or ThriftType.I64:
                Varint();
                break;
            case ThriftType.Double:
                Take(8);
                break;
            case ThriftType.Binary:
                Take(Varint());
                break;
            case ThriftType.Uuid:
                Take(16);
                break;
            case ThriftType.List or ThriftType.Set:
                for (int left = List(out ThriftType item); left > 0; left--)
                {
                    Skip(item, isField: false, depth - 1);
                }

                break;
            case ThriftType.Map:
                SkipMap(depth);
                break;
            case ThriftType.Struct:
                int id = 0;
                while (Field(ref id) is var field && field != ThriftType.Stop)
                {
                    Skip(field, isField: true, depth - 1);
                }

                break;
            default:
                throw Unsound();
        }
    }

    private void SkipMap(int depth)
    {
        ulong count = Varint();
        if (count == 0)
        {
            return;
        }

        byte types = count <= (ulong)_rest.Length ? Byte() : throw Unsound();
        for (; count > 0; count--)
        {
            Skip(TypeOf(types >> 4), isField: false, depth - 1);
            Skip(TypeOf(types & 0xF), isField: false, depth - 1);
        }
    }

    private ulong Varint()
    {
        ulong value = 0;
        for (int shift = 0; shift < 64; shift += 7)
        {
            byte part = Byte();
            value |= (ulong)(part & 0x7F) << shift;
            if (part < 0x80)
            {
                return shift < 63 || part <= 1 ? value : throw Unsound();
            }
        }

        throw Unsound();
    }

    private ReadOnlySpan<byte> Take(ulong count)
    {
        ReadOnlySpan<byte> taken = count <= (ulong)_rest.Length ? _rest[..(int)count] : throw Unsound();
        _rest = _rest[(int)count..];
        return taken;
    }

    private static ThriftType TypeOf(int code) => code <= (int)ThriftType.Uuid ? (ThriftType)code : throw Unsound();

    private static InvalidDataException Unsound() => new("its Parquet footer is not sound");
}
