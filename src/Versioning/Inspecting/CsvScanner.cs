using System.Runtime.InteropServices;
using System.Text;

namespace Versioning.Inspecting;

/// <summary>
/// Goes over separated values piece by piece. A field may stand in quotes, with line breaks and separators in it, and a
/// quote doubled; rows end in LF, CRLF or CR. Empty lines are no rows.
/// </summary>
/// <param name="delimiter">What separates fields.</param>
/// <param name="capture">How many rows are kept, from the first on.</param>
internal sealed class CsvScanner(byte delimiter, int capture = 0)
{
    private const byte Quote = (byte)'"';

    private readonly List<byte> _field = [];
    private List<string> _row = [];
    private State _state = State.FieldStart;
    private long _fields;

    private enum State
    {
        FieldStart,
        Plain,
        Quoted,
        AfterQuote,
    }

    /// <summary>The first rows.</summary>
    internal List<IReadOnlyList<string>> Captured { get; } = [];

    internal long Rows { get; private set; }

    /// <summary>Fields of the first row.</summary>
    internal long Columns { get; private set; }

    /// <summary>Rows with more or fewer fields than the first.</summary>
    internal long Uneven { get; private set; }

    /// <summary>Whether the last field was not closed.</summary>
    internal bool EndsInQuotes { get; private set; }

    internal void Add(ReadOnlySpan<byte> piece)
    {
        while (!piece.IsEmpty)
        {
            int taken = 1;
            if (_state == State.Quoted)
            {
                int end = piece.IndexOf(Quote);
                Keep(end < 0 ? piece : piece[..end]);
                (_state, taken) = end < 0 ? (State.Quoted, piece.Length) : (State.AfterQuote, end + 1);
            }
            else if (piece[0] == Quote && _state != State.Plain)
            {
                // The second of two is one that is meant.
                Keep(_state == State.AfterQuote ? piece[..1] : []);
                _state = State.Quoted;
            }
            else if (piece[0] == delimiter)
            {
                EndField();
            }
            else if (piece[0] is (byte)'\n' or (byte)'\r')
            {
                EndRow();
            }
            else
            {
                int end = piece.IndexOfAny(delimiter, (byte)'\n', (byte)'\r');
                taken = end < 0 ? piece.Length : end;
                Keep(piece[..taken]);
                _state = State.Plain;
            }

            piece = piece[taken..];
        }
    }

    /// <summary>Says that nothing follows.</summary>
    internal void Finish()
    {
        EndsInQuotes = _state == State.Quoted;
        EndRow();
    }

    private void EndRow()
    {
        if (_state == State.FieldStart && _fields == 0)
        {
            return;
        }

        EndField();
        if (Rows == 0)
        {
            Columns = _fields;
        }

        if (Rows < capture)
        {
            Captured.Add(_row);
            _row = [];
        }

        Uneven += _fields == Columns ? 0 : 1;
        Rows++;
        _fields = 0;
    }

    private void EndField()
    {
        if (Rows < capture)
        {
            _row.Add(Encoding.UTF8.GetString(CollectionsMarshal.AsSpan(_field)));
            _field.Clear();
        }

        _fields++;
        _state = State.FieldStart;
    }

    private void Keep(ReadOnlySpan<byte> bytes)
    {
        if (Rows < capture)
        {
            _field.AddRange(bytes);
        }
    }
}
