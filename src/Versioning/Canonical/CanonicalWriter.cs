using System.Buffers;
using MessagePack;

namespace Versioning.Canonical;

/// <summary>Writes canonical MessagePack: arrays of known length, shortest integers, digests and ids as bin.</summary>
internal ref struct CanonicalWriter
{
    private MessagePackWriter _writer;

    internal CanonicalWriter(IBufferWriter<byte> output) => _writer = new MessagePackWriter(output);

    internal void Array(int count) => _writer.WriteArrayHeader(count);

    internal void Integer(long value) => _writer.Write(value);

    internal void Unsigned(ulong value) => _writer.Write(value);

    internal void Boolean(bool value) => _writer.Write(value);

    internal void Nil() => _writer.WriteNil();

    /// <exception cref="VersioningException">It is longer than any reader takes.</exception>
    internal void Text(string value) => Text(System.Text.Encoding.UTF8.GetBytes(value));

    /// <exception cref="VersioningException">It is longer than any reader takes.</exception>
    internal void Text(ReadOnlySpan<byte> utf8) => _writer.WriteString(utf8.Length <= CanonicalReader.MaxText ? utf8 : throw TooLong(utf8.Length));

    internal void Bytes(ReadOnlySpan<byte> value) => _writer.Write(value);

    internal void TextOrNil(string? value)
    {
        if (value is null)
        {
            Nil();
        }
        else
        {
            Text(value);
        }
    }

    internal void Digest(Digest value)
    {
        Span<byte> bin = _writer.GetSpan(2 + Versioning.Digest.Size);
        bin[0] = MessagePackCode.Bin8;
        bin[1] = Versioning.Digest.Size;
        value.CopyTo(bin[2..]);
        _writer.Advance(2 + Versioning.Digest.Size);
    }

    internal void DigestOrNil(Digest? value)
    {
        if (value is { } digest)
        {
            Digest(digest);
        }
        else
        {
            Nil();
        }
    }

    internal void Id(UInt128 value)
    {
        Span<byte> bin = _writer.GetSpan(18);
        bin[0] = MessagePackCode.Bin8;
        bin[1] = 16;
        System.Buffers.Binary.BinaryPrimitives.WriteUInt128BigEndian(bin[2..], value);
        _writer.Advance(18);
    }

    internal void Flush() => _writer.Flush();

    private static VersioningException TooLong(int length) =>
        new("text_too_long", $"A text of {length} bytes can't be recorded; at most {CanonicalReader.MaxText} are allowed.", "Keep long texts in a file of the version.");
}
