using System.Text;

namespace Versioning.Capture;

/// <summary>
/// Hands on what is written to it without what looks like a credential. A line goes on when it has ended, for a
/// credential may be cut between two writes; of one that is longer than the buffer, all but its last part.
/// </summary>
/// <remarks>A carriage return ends a line too. Whatever the writes were, the result is the same. Not thread safe.</remarks>
internal sealed class MaskedWriter : TextWriter
{
    /// <summary>How much of a line is kept back.</summary>
    internal const int BufferLength = 64 * 1024;

    // Longer than anything that has to be seen to know a credential by its beginning.
    private const int Ahead = 16 * 1024;

    // What stands before a credential may say that it is none.
    private const int Before = 64;

    private readonly TextWriter _to;
    private readonly SecretValues _values;
    private readonly char[] _buffer = new char[BufferLength];

    // From where on credentials are still looked for, and up to where all was handed on.
    private int _length, _searched, _done;
    private Skip _skip;
    private bool _inKey, _isClosed;

    /// <param name="to">Where it goes; is disposed of with this.</param>
    /// <param name="values">Texts to mask beside those that are known by their shape.</param>
    internal MaskedWriter(TextWriter to, SecretValues values)
    {
        (_to, _values) = (to, values);
        NewLine = to.NewLine;
    }

    private enum Skip
    {
        /// <summary>Nothing.</summary>
        No,

        /// <summary>The rest of a token.</summary>
        Token,

        /// <summary>The rest of the line.</summary>
        Line,
    }

    public override Encoding Encoding => _to.Encoding;

    public override void Write(char value) => Write(new ReadOnlySpan<char>(in value));

    public override void Write(char[] buffer, int index, int count) => Write(buffer.AsSpan(index, count));

    public override void Write(string? value) => Write(value.AsSpan());

    public override void Write(ReadOnlySpan<char> buffer)
    {
        while (!buffer.IsEmpty && !_isClosed)
        {
            if (_skip != Skip.No)
            {
                buffer = buffer[SkipIn(buffer)..];
                continue;
            }

            int take = Math.Min(buffer.Length, BufferLength - _length);
            buffer[..take].CopyTo(_buffer.AsSpan(_length));
            buffer = buffer[take..];
            int end = _buffer.AsSpan(_length, take).LastIndexOfAny('\r', '\n') + 1;
            _length += take;
            if (end > 0)
            {
                PassLines(_length - take + end);
            }
            else if (_length == BufferLength)
            {
                PassPart();
            }
        }

        Flush();
    }

    /// <summary>What was handed on goes on; an unfinished line does not.</summary>
    public override void Flush() => _to.Flush();

    protected override void Dispose(bool disposing)
    {
        if (disposing && !_isClosed)
        {
            PassLines(_length);
            _isClosed = true;
            _to.Dispose();
        }

        base.Dispose(disposing);
    }

    /// <summary>Hands on whole lines.</summary>
    private void PassLines(int count)
    {
        ReadOnlySpan<char> text = _buffer.AsSpan(0, count);
        while (_done < count)
        {
            if (!_inKey)
            {
                PassUntil(text, count);
                continue;
            }

            int length = text[_done..].IndexOfAny('\r', '\n');
            ReadOnlySpan<char> line = length < 0 ? text[_done..] : text.Slice(_done, length);
            _inKey = PrivateKeyLines.MayBelong(line);
            if (_inKey)
            {
                _inKey = !PrivateKeyLines.IsEnd(line);
                _done = Math.Min(count, _done + line.Length + 1);
            }

            _searched = _done;
        }

        Drop(count);
    }

    /// <summary>Hands on the beginning of a line that is longer than the buffer.</summary>
    private void PassPart()
    {
        if (_inKey)
        {
            _inKey = PrivateKeyLines.MayBelong(_buffer);
            if (_inKey)
            {
                _skip = Skip.Line;
                Drop(_length);
                return;
            }
        }

        PassUntil(_buffer, BufferLength - Ahead);
        if (_done == BufferLength)
        {
            // It may go on for ever.
            _skip = _inKey ? Skip.Line : Skip.Token;
            Drop(_length);
        }
        else
        {
            Drop(_searched - Before);
        }
    }

    /// <summary>Hands on what comes before a limit, and masks what begins before it; stops behind the first line of a private key.</summary>
    private void PassUntil(ReadOnlySpan<char> text, int limit)
    {
        SecretShape shape = SecretShapes.Find(text, _searched), value = _values.Find(text, _searched);
        while (First(shape, value) is int start && start < limit)
        {
            // Two may overlap.
            if (start >= _done)
            {
                _to.Write(text[_done..start]);
                _to.Write(Secrets.Masked);
            }

            if (value.Length > 0 && value.Start == start)
            {
                _done = Math.Max(_done, start + value.Length);
                value = _values.Find(text, start + 1);
            }
            else if (start + shape.Length == text.Length && SpecialShapes.IsPrivateKey(text[start..]))
            {
                PassKey(text, start);
                return;
            }
            else
            {
                _done = Math.Max(_done, start + shape.Length);
                shape = SecretShapes.Find(text, start + shape.Length);
            }
        }

        if (_done < limit)
        {
            _to.Write(text[_done..limit]);
            _done = limit;
        }

        _searched = limit;
    }

    private void PassKey(ReadOnlySpan<char> text, int start)
    {
        int length = text[start..].IndexOfAny('\r', '\n');
        _inKey = length < 0 || !PrivateKeyLines.IsEnd(text.Slice(start, length));
        _done = length < 0 ? text.Length : start + length + 1;
        _searched = _done;
        _to.Write('\n');
    }

    private int SkipIn(ReadOnlySpan<char> text)
    {
        int end = _skip == Skip.Token ? text.IndexOfAnyExcept(SpecialShapes.Token) : text.IndexOfAny('\r', '\n');
        if (end < 0)
        {
            return text.Length;
        }

        _skip = Skip.No;
        return end;
    }

    private void Drop(int count)
    {
        _buffer.AsSpan(count, _length - count).CopyTo(_buffer);
        _length -= count;
        _searched = Math.Max(0, _searched - count);
        _done = Math.Max(0, _done - count);
    }

    private static int First(SecretShape a, SecretShape b) => Math.Min(a.Length > 0 ? a.Start : int.MaxValue, b.Length > 0 ? b.Start : int.MaxValue);
}
