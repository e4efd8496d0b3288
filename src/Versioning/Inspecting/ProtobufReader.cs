using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace Versioning.Inspecting;

/// <summary>
/// Reads protobuf messages out of a file, a window at a time. A message that lies within another is read up to its end;
/// what is skipped is not read. Groups are refused: no format here has them, and they could nest without end.
/// </summary>
/// <exception cref="InvalidDataException">The bytes are none.</exception>
internal sealed class ProtobufReader(ContentFile file)
{
    /// <summary>Texts longer than this are refused, in bytes.</summary>
    internal const int MaxText = 64 * 1024;

    private const int WindowLength = 16 * 1024;

    private readonly byte[] _window = new byte[(int)Math.Min(WindowLength, file.Length)];
    private readonly byte[] _head = new byte[sizeof(int) + sizeof(long)];
    private long _start;
    private int _length;

    internal const int Varint = 0;
    internal const int Bytes = 2;

    internal long Position { get; private set; }

    /// <summary>Reads the head of a field of a message that ends there.</summary>
    /// <returns>Its number and wire type; number 0 at the end.</returns>
    internal async ValueTask<(int Number, int Type)> FieldAsync(long end, CancellationToken cancellationToken)
    {
        if (Position >= end)
        {
            return Position == end ? (0, 0) : throw Unsound();
        }

        ulong tag = await VarintAsync(end, cancellationToken).ConfigureAwait(false);
        int type = (int)(tag & 7);
        return tag is >= 8 and <= uint.MaxValue && type is 0 or 1 or 2 or 5 ? ((int)(tag >> 3), type) : throw Unsound();
    }

    internal async ValueTask<ulong> VarintAsync(long end, CancellationToken cancellationToken)
    {
        ulong value = 0;
        for (int shift = 0; shift < 70; shift += 7)
        {
            if (Position >= end)
            {
                throw Unsound();
            }

            if (Position >= _start + _length)
            {
                await LoadAsync(cancellationToken).ConfigureAwait(false);
            }

            byte part = _window[(int)(Position++ - _start)];
            value |= (ulong)(part & 0x7F) << shift;
            if (part < 0x80)
            {
                return value;
            }
        }

        throw Unsound();
    }

    /// <summary>Reads how long a field is.</summary>
    /// <returns>Where it ends: within the message that ends there.</returns>
    internal async ValueTask<long> EndAsync(long end, CancellationToken cancellationToken)
    {
        ulong length = await VarintAsync(end, cancellationToken).ConfigureAwait(false);
        return length <= (ulong)(end - Position) ? Position + (long)length : throw Unsound();
    }

    /// <summary>Reads a text.</summary>
    internal async ValueTask<string> TextAsync(long end, CancellationToken cancellationToken)
    {
        long last = await EndAsync(end, cancellationToken).ConfigureAwait(false);
        if (last - Position > MaxText)
        {
            throw new InvalidDataException("a name in it is too long");
        }

        int length = (int)(last - Position);
        if (length == 0)
        {
            return "";
        }

        if (last > _start + _length && length <= _window.Length)
        {
            await LoadAsync(cancellationToken).ConfigureAwait(false);
        }

        string text = last <= _start + _length
            ? Encoding.UTF8.GetString(_window, (int)(Position - _start), length)
            : Encoding.UTF8.GetString(await file.ReadAsync(Position, length, cancellationToken).ConfigureAwait(false));
        Position = last;
        return text;
    }

    internal async ValueTask SkipAsync(int type, long end, CancellationToken cancellationToken)
    {
        if (type == Varint)
        {
            await VarintAsync(end, cancellationToken).ConfigureAwait(false);
        }
        else
        {
            long last = type == Bytes ? await EndAsync(end, cancellationToken).ConfigureAwait(false) : Position + (type == 1 ? 8 : 4);
            SkipTo(last <= end ? last : throw Unsound());
        }
    }

    /// <summary>Adds a field's number, length and bytes to a hash; where it has read, it goes on.</summary>
    internal async ValueTask HashAsync(IncrementalHash hash, int number, long from, long to, CancellationToken cancellationToken)
    {
        BinaryPrimitives.WriteInt32LittleEndian(_head, number);
        BinaryPrimitives.WriteInt64LittleEndian(_head.AsSpan(sizeof(int)), to - from);
        hash.AppendData(_head);
        while (from < to)
        {
            // What lies in the window is not read again: values one by one are small.
            if (from >= _start && from < _start + _length)
            {
                int count = (int)(Math.Min(to, _start + _length) - from);
                hash.AppendData(_window, (int)(from - _start), count);
                from += count;
            }
            else
            {
                byte[] piece = await file.ReadAsync(from, (int)Math.Min(to - from, WindowLength), cancellationToken).ConfigureAwait(false);
                hash.AppendData(piece);
                from += piece.Length;
            }
        }
    }

    /// <summary>Goes on at a later place.</summary>
    internal void SkipTo(long position) => Position = position;

    internal static InvalidDataException Unsound() => new("it is no ONNX model, or damaged");

    private async ValueTask LoadAsync(CancellationToken cancellationToken)
    {
        _start = Position;
        _length = 0;
        _length = await file.ReadAsync(Position, _window, cancellationToken).ConfigureAwait(false);
        if (_length == 0)
        {
            throw Unsound();
        }
    }
}
