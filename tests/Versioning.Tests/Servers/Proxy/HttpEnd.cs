using System.Globalization;
using System.Net.Sockets;
using System.Runtime.CompilerServices;
using System.Text;

namespace Versioning.Tests.Servers.Proxy;

/// <summary>A piece of a body as it is sent: content, or what frames it.</summary>
internal readonly record struct BodyPiece(Memory<byte> Bytes, bool IsContent);

/// <summary>One end of a connection: reads heads and bodies through one buffer, and writes. What was read is good until the next read.</summary>
internal sealed class HttpEnd(TcpClient client) : IDisposable
{
    private readonly byte[] _buffer = new byte[128 * 1024];
    private readonly NetworkStream _stream = client.GetStream();
    private int _start, _end;

    /// <summary>Whether the other side has ended a connection on which nothing is awaited.</summary>
    internal bool IsOver => _start == _end && client.Client.Poll(0, SelectMode.SelectRead);

    /// <returns>The next head; null where the connection ends instead.</returns>
    internal async ValueTask<HttpHead?> ReadHeadAsync(CancellationToken cancellationToken) =>
        await ReadThroughAsync("\r\n\r\n"u8.ToArray(), cancellationToken) is { } bytes ? new HttpHead(bytes) : null;

    /// <summary>The body behind a head, in large pieces, with all that frames it.</summary>
    internal IAsyncEnumerable<BodyPiece> ReadBodyAsync(HttpHead head, CancellationToken cancellationToken) =>
        head.IsChunked ? ReadChunksAsync(cancellationToken) : ReadContentAsync(head.Length ?? 0, cancellationToken);

    internal ValueTask WriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken) => _stream.WriteAsync(bytes, cancellationToken);

    /// <summary>Waits until the other side ends the connection, whatever it sends before.</summary>
    internal async Task WaitForEndAsync(CancellationToken cancellationToken)
    {
        while (await _stream.ReadAsync(_buffer, cancellationToken) > 0)
        {
        }
    }

    /// <summary>Ends the connection with a reset.</summary>
    internal void Reset()
    {
        client.LingerState = new LingerOption(true, 0);
        client.Client.Close();
    }

    public void Dispose() => client.Dispose();

    private async IAsyncEnumerable<BodyPiece> ReadContentAsync(long length, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        for (long left = length; left > 0;)
        {
            if (_start == _end && !await FillAsync(cancellationToken))
            {
                throw new EndOfStreamException();
            }

            int count = (int)Math.Min(left, _end - _start);
            _start += count;
            left -= count;
            yield return new(_buffer.AsMemory(_start - count, count), IsContent: true);
        }
    }

    private async IAsyncEnumerable<BodyPiece> ReadChunksAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        for (long length = -1; length != 0;)
        {
            byte[] line = await ReadLineAsync(cancellationToken);
            length = long.Parse(Encoding.ASCII.GetString(line).Split(';')[0].Trim(), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
            yield return new(line, IsContent: false);
            await foreach (BodyPiece piece in ReadContentAsync(length, cancellationToken))
            {
                yield return piece;
            }

            if (length > 0)
            {
                yield return new(await ReadLineAsync(cancellationToken), IsContent: false);
            }
        }

        for (byte[] trailer = [0, 0, 0]; trailer.Length > 2;)
        {
            trailer = await ReadLineAsync(cancellationToken);
            yield return new(trailer, IsContent: false);
        }
    }

    private async ValueTask<byte[]> ReadLineAsync(CancellationToken cancellationToken) =>
        await ReadThroughAsync("\r\n"u8.ToArray(), cancellationToken) ?? throw new EndOfStreamException();

    private async ValueTask<byte[]?> ReadThroughAsync(byte[] mark, CancellationToken cancellationToken)
    {
        int found;
        while ((found = _buffer.AsSpan(_start, _end - _start).IndexOf(mark)) < 0)
        {
            bool isBegun = _start < _end;
            if (!await FillAsync(cancellationToken))
            {
                return isBegun ? throw new EndOfStreamException() : null;
            }
        }

        byte[] bytes = _buffer[_start..(_start + found + mark.Length)];
        _start += bytes.Length;
        return bytes;
    }

    private async ValueTask<bool> FillAsync(CancellationToken cancellationToken)
    {
        if (_start > 0)
        {
            _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
            (_start, _end) = (0, _end - _start);
        }

        int count = await _stream.ReadAsync(_buffer.AsMemory(_end), cancellationToken);
        _end += count;
        return count > 0;
    }
}
