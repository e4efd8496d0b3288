using System.Buffers;
using System.Text.Json;

namespace Versioning.Tool.Output;

/// <summary>Documents of one line each on stdout, written as they come.</summary>
internal sealed class JsonLines : IDisposable
{
    /// <summary>So many bytes go out at once, once the first line is out.</summary>
    private const int AtOnce = 32 * 1024;

    private readonly ArrayBufferWriter<byte> _buffer = new(2 * AtOnce);
    private readonly Stream _output = Console.OpenStandardOutput();
    private readonly Utf8JsonWriter _writer;
    private bool _begun;

    internal JsonLines() => _writer = new Utf8JsonWriter(_buffer, Reply.JsonOptions with { Indented = false });

    internal void Write(Action<Utf8JsonWriter> write)
    {
        write(_writer);
        _writer.Flush();
        _writer.Reset();
        _buffer.Write("\n"u8);
        if (!_begun || _buffer.WrittenCount >= AtOnce)
        {
            Flush();
        }
    }

    private void Flush()
    {
        _output.Write(_buffer.WrittenSpan);
        _buffer.ResetWrittenCount();
        _begun = true;
    }

    /// <summary>Writes what is left.</summary>
    public void Dispose()
    {
        Flush();
        _writer.Dispose();
        _output.Dispose();
    }
}
