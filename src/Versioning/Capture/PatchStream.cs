using System.Text;

namespace Versioning.Capture;

/// <summary>The part of a patch that is about one file.</summary>
/// <param name="Header">Its first line.</param>
/// <param name="Bytes">All of it; less where it is cut.</param>
/// <param name="IsCut">Whether it was longer than what is kept.</param>
internal sealed record PatchSection(string Header, ReadOnlyMemory<byte> Bytes, bool IsCut);

/// <summary>Reads what git writes with <c>--raw -p -z</c>: the list of changes, then the patch, section by section.</summary>
/// <param name="stream">What git writes.</param>
/// <param name="maxSection">How many bytes of a section are kept.</param>
internal sealed class PatchStream(Stream stream, long maxSection)
{
    private const int MaxList = 64 * 1024 * 1024;

    private readonly byte[] _buffer = new byte[64 * 1024];
    private int _start;
    private int _end;

    // Lines of hunks begin with a blank, a sign or a backslash, those of binary content hold no blank: only a header begins so.
    private static ReadOnlySpan<byte> Beginning => "diff --git "u8;

    /// <summary>The changes, up to the empty entry that ends their list.</summary>
    /// <exception cref="InvalidDataException">What git wrote is no list, or longer than 64 MiB.</exception>
    public List<ChangedPath> ReadChanges()
    {
        using var list = new MemoryStream();
        int before = 0;
        while (Fill(1))
        {
            byte b = _buffer[_start++];
            if (b == 0 && before == 0)
            {
                break;
            }

            list.WriteByte(b);
            before = b;
            if (list.Length > MaxList)
            {
                throw new InvalidDataException("Git lists more changes than are looked at.");
            }
        }

        return ChangedPath.Parse(list.GetBuffer().AsSpan(0, (int)list.Length));
    }

    /// <summary>The sections, in the order of the changes.</summary>
    public IEnumerable<PatchSection> ReadSections()
    {
        while (Fill(1))
        {
            if (!AtHeader())
            {
                throw new InvalidDataException("Git wrote a patch that does not begin with a header.");
            }

            yield return ReadSection();
        }
    }

    private PatchSection ReadSection()
    {
        using var header = new MemoryStream();
        using var kept = new MemoryStream();
        bool isCut = false;
        bool inHeader = true;
        bool lineEnded;
        do
        {
            ReadOnlySpan<byte> piece = _buffer.AsSpan(_start, _end - _start);
            int newline = piece.IndexOf((byte)'\n');
            lineEnded = newline >= 0;
            piece = lineEnded ? piece[..(newline + 1)] : piece;
            _start += piece.Length;
            if (inHeader)
            {
                header.Write(piece);
            }

            isCut |= kept.Length + piece.Length > maxSection;
            if (!isCut)
            {
                kept.Write(piece);
            }

            inHeader &= !lineEnded;
        }
        while (Fill(1) && !(lineEnded && AtHeader()));

        return new PatchSection(Encoding.ASCII.GetString(header.GetBuffer(), 0, (int)header.Length).TrimEnd('\n'), kept.ToArray(), isCut);
    }

    private bool AtHeader() => Fill(Beginning.Length) && _buffer.AsSpan(_start).StartsWith(Beginning);

    // Whether so many bytes are in the buffer, after reading on where they are not.
    private bool Fill(int count)
    {
        while (_end - _start < count)
        {
            _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
            _end -= _start;
            _start = 0;
            int read = stream.Read(_buffer, _end, _buffer.Length - _end);
            if (read <= 0)
            {
                return false;
            }

            _end += read;
        }

        return true;
    }
}
