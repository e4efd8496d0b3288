using System.Buffers;
using System.Text.Unicode;
using MessagePack;

namespace Versioning.Canonical;

/// <summary>
/// Reads canonical MessagePack and nothing else. Whatever is not the one canonical form, or claims more than the
/// bytes that are left can hold, is an <see cref="IntegrityException"/> that names the place; nothing is allocated before.
/// </summary>
internal ref struct CanonicalReader
{
    /// <summary>How long a text may be where nothing else is said, in bytes.</summary>
    internal const int MaxText = 1 << 20;

    private readonly ReadOnlyMemory<byte> _input;
    private readonly string _what;
    private MessagePackReader _reader;

    internal CanonicalReader(ReadOnlyMemory<byte> input, string what)
    {
        _input = input;
        _what = what;
        _reader = new MessagePackReader(input);
    }

    internal readonly int Position => (int)_reader.Consumed;

    internal readonly int Remaining => _input.Length - Position;

    internal readonly bool IsNil => Remaining > 0 && _input.Span[Position] == MessagePackCode.Nil;

    internal readonly bool IsText => Remaining > 0 && MessagePackCode.ToMessagePackType(_input.Span[Position]) == MessagePackType.String;

    /// <summary>An array of any length that the remaining bytes can hold at <paramref name="minimumItemBytes"/> each.</summary>
    internal int Array(int minimumItemBytes = 1)
    {
        int start = Position;
        Expect(MessagePackType.Array, "an array");
        // The header alone: MessagePackReader checks that each item has a byte, we that they have what they need.
        int count;
        try
        {
            count = _reader.ReadArrayHeader();
        }
        catch (Exception e) when (e is EndOfStreamException or MessagePackSerializationException or OverflowException or ArgumentException)
        {
            throw Malformed(start, "an array longer than what is left", e);
        }

        int header = count < 16 ? 1 : count < 65536 ? 3 : 5;
        Require(Position - start == header, start, "an overlong array header");
        Require((long)count * minimumItemBytes <= Remaining, start, $"an array of {count} items in {Remaining} bytes");
        return count;
    }

    internal void Array(int expected, string name)
    {
        int start = Position;
        int count = Array(1);
        Require(count == expected, start, $"{name} of {count} fields instead of {expected}");
    }

    internal long Integer(long minimum = 0, long maximum = long.MaxValue)
    {
        int start = Position;
        Expect(MessagePackType.Integer, "an integer");
        long value;
        try
        {
            value = _reader.ReadInt64();
        }
        catch (Exception e) when (e is EndOfStreamException or MessagePackSerializationException or OverflowException or ArgumentException)
        {
            throw Malformed(start, "an integer that does not fit", e);
        }

        bool signed = _input.Span[start] is >= MessagePackCode.Int8 and <= MessagePackCode.Int64;
        Require(Position - start == IntegerLength(value) && signed == value < -32, start, "an integer that is not in its shortest form");
        Require(value >= minimum && value <= maximum, start, $"{value} outside {minimum} to {maximum}");
        return value;
    }

    internal ulong Unsigned()
    {
        int start = Position;
        Expect(MessagePackType.Integer, "an integer");
        ulong value;
        try
        {
            value = _reader.ReadUInt64();
        }
        catch (Exception e) when (e is EndOfStreamException or MessagePackSerializationException or OverflowException or ArgumentException)
        {
            throw Malformed(start, "an integer that does not fit", e);
        }

        int length = value < 128 ? 1 : value < 256 ? 2 : value < 65536 ? 3 : value <= uint.MaxValue ? 5 : 9;
        bool signed = _input.Span[start] is >= MessagePackCode.Int8 and <= MessagePackCode.Int64;
        Require(Position - start == length && !signed, start, "an integer that is not in its shortest form");
        return value;
    }

    internal bool Boolean()
    {
        Expect(MessagePackType.Boolean, "a boolean");
        return _reader.ReadBoolean();
    }

    internal bool TryNil()
    {
        Require(Remaining > 0, Position, "the end instead of a value or nil");
        return _reader.TryReadNil();
    }

    internal ReadOnlyMemory<byte> Bytes(int maximum = int.MaxValue)
    {
        int start = Position;
        Expect(MessagePackType.Binary, "bytes");
        ReadOnlySequence<byte> value;
        try
        {
            value = _reader.ReadBytes()!.Value;
        }
        catch (Exception e) when (e is EndOfStreamException or MessagePackSerializationException or OverflowException or ArgumentException)
        {
            throw Malformed(start, "bytes longer than what is left", e);
        }

        int length = (int)value.Length;
        int header = length < 256 ? 2 : length < 65536 ? 3 : 5;
        Require(Position - start == header + length, start, "an overlong length");
        Require(length <= maximum, start, $"{length} bytes where at most {maximum} are allowed");
        return _input.Slice(start + header, length);
    }

    /// <summary>UTF-8 text, as its bytes.</summary>
    internal ReadOnlyMemory<byte> Utf8(int maximum = int.MaxValue)
    {
        int start = Position;
        Expect(MessagePackType.String, "text");
        ReadOnlySequence<byte> value;
        try
        {
            value = _reader.ReadStringSequence()!.Value;
        }
        catch (Exception e) when (e is EndOfStreamException or MessagePackSerializationException or OverflowException or ArgumentException)
        {
            throw Malformed(start, "text longer than what is left", e);
        }

        int length = (int)value.Length;
        int header = length < 32 ? 1 : length < 256 ? 2 : length < 65536 ? 3 : 5;
        Require(Position - start == header + length, start, "an overlong length");
        Require(length <= maximum, start, $"{length} bytes of text where at most {maximum} are allowed");
        ReadOnlyMemory<byte> text = _input.Slice(start + header, length);
        Require(System.Text.Unicode.Utf8.IsValid(text.Span), start, "text that is not UTF-8");
        return text;
    }

    internal string Text(int maximum = MaxText) => System.Text.Encoding.UTF8.GetString(Utf8(maximum).Span);

    internal string? TextOrNil(int maximum = MaxText) => TryNil() ? null : Text(maximum);

    internal Digest Digest()
    {
        int start = Position;
        ReadOnlyMemory<byte> bytes = Bytes(Versioning.Digest.Size);
        Require(bytes.Length == Versioning.Digest.Size, start, $"a digest of {bytes.Length} bytes");
        return new Digest(bytes.Span);
    }

    internal Digest? DigestOrNil() => TryNil() ? null : Digest();

    internal UInt128 Id()
    {
        int start = Position;
        ReadOnlyMemory<byte> bytes = Bytes(16);
        Require(bytes.Length == 16, start, $"an id of {bytes.Length} bytes");
        return System.Buffers.Binary.BinaryPrimitives.ReadUInt128BigEndian(bytes.Span);
    }

    internal readonly void End() => Require(Remaining == 0, Position, $"{Remaining} bytes after the end");

    internal readonly void Require(bool condition, string found) => Require(condition, Position, found);

    private readonly void Require(bool condition, int position, string found)
    {
        if (!condition)
        {
            throw Malformed(position, found, null);
        }
    }

    private readonly void Expect(MessagePackType type, string expected)
    {
        if (Remaining == 0)
        {
            throw Malformed(Position, $"the end instead of {expected}", null);
        }

        MessagePackType found = MessagePackCode.ToMessagePackType(_input.Span[Position]);
        Require(found == type, Position, $"{found} instead of {expected}");
    }

    private readonly IntegrityException Malformed(int position, string found, Exception? inner) =>
        new("malformed", $"{_what} is malformed: at byte {position} there is {found}.", "Run 'vers verify' to see what is hit.", inner);

    private static int IntegerLength(long value) => value switch
    {
        >= 0 => value < 128 ? 1 : value < 256 ? 2 : value < 65536 ? 3 : value <= uint.MaxValue ? 5 : 9,
        >= -32 => 1,
        >= sbyte.MinValue => 2,
        >= short.MinValue => 3,
        >= int.MinValue => 5,
        _ => 9,
    };
}
