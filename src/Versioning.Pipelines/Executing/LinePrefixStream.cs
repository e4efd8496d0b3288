namespace Versioning.Pipelines.Executing;

/// <summary>Puts a name before each line, where several write to the same place. Lines stay whole.</summary>
internal sealed class LinePrefixStream(Stream inner, byte[] prefix, Lock shared) : Stream
{
    private const int MaxLine = 64 * 1024;

    private readonly MemoryStream _line = new();

    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        foreach (byte value in buffer)
        {
            if (_line.Length == 0)
            {
                _line.Write(prefix);
            }

            _line.WriteByte(value);
            if (value == '\n' || _line.Length >= MaxLine)
            {
                PassOn();
            }
        }
    }

    public override void Flush()
    {
        // A line without an end is one that goes on.
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing && _line.Length > 0)
        {
            _line.WriteByte((byte)'\n');
            PassOn();
        }

        base.Dispose(disposing);
    }

    private void PassOn()
    {
        lock (shared)
        {
            inner.Write(_line.GetBuffer(), 0, (int)_line.Length);
            inner.Flush();
        }

        _line.SetLength(0);
    }
}
