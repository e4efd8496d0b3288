using System.Diagnostics;
using System.Net.Sockets;
using System.Text;

namespace Versioning.Tests.Servers.Proxy;

/// <summary>One connection of a client, with one of its own to the server.</summary>
internal sealed class ProxyConnection(FaultProxy proxy, HttpEnd client, CancellationToken end)
{
    private HttpEnd? _server;

    internal async Task ServeAsync()
    {
        try
        {
            while (await client.ReadHeadAsync(end) is { } head && await ExchangeAsync(head))
            {
            }
        }
        catch (Exception e) when (e is IOException or SocketException or OperationCanceledException)
        {
            // One side went away, or the proxy ends.
        }
        finally
        {
            _server?.Dispose();
            client.Dispose();
        }
    }

    /// <returns>Whether the connection goes on.</returns>
    private async Task<bool> ExchangeAsync(HttpHead head)
    {
        (ProxiedRequest request, WireFault fault) = proxy.Note(head);
        if (proxy.Delay > TimeSpan.Zero)
        {
            await Task.Delay(proxy.Delay, end);
        }

        if (fault is WireFault.Busy or WireFault.Denied or WireFault.Foreign or WireFault.Reset or WireFault.Silent)
        {
            // A body that the client holds back is never asked for.
            if (!head.WaitsToSend)
            {
                await DropAsync(client.ReadBodyAsync(head, end));
            }

            return await AnswerInsteadAsync(request, fault, goesOn: !head.WaitsToSend);
        }

        HttpHead answer;
        bool wasSent;
        request.IsUnderWay = true;
        try
        {
            (answer, wasSent) = await ForwardAsync(head, request, fault);
            request.Status = answer.Status;
        }
        finally
        {
            request.IsUnderWay = false;
        }

        bool goesOn = wasSent && !answer.IsLast;
        if (fault is WireFault.BusyButDone or WireFault.ResetButDone or WireFault.SilentButDone)
        {
            await DropAsync(BodyOf(answer, request));
            return await AnswerInsteadAsync(request, fault, goesOn);
        }

        return await AnswerAsync(request, answer, fault) && goesOn;
    }

    /// <summary>Sends a request on and gets the head of its answer.</summary>
    private async Task<(HttpHead Answer, bool WasSent)> ForwardAsync(HttpHead head, ProxiedRequest request, WireFault fault)
    {
        if (_server is { IsOver: true })
        {
            _server.Dispose();
            _server = null;
        }

        _server ??= await proxy.ConnectAsync();
        await _server.WriteAsync(head.Bytes, end);
        if (head.WaitsToSend)
        {
            HttpHead first = await ReadAnswerAsync();
            if (first.Status != 100)
            {
                return (first, false);
            }

            await client.WriteAsync(first.Bytes, end);
        }

        await foreach (BodyPiece piece in client.ReadBodyAsync(head, end))
        {
            if (piece.IsContent)
            {
                if (fault == WireFault.WrongByteSent && request.Sent == 0)
                {
                    piece.Bytes.Span[piece.Bytes.Length / 2] ^= 1;
                }

                request.Sent += piece.Bytes.Length;
            }

            await _server.WriteAsync(piece.Bytes, end);
        }

        HttpHead answer = await ReadAnswerAsync();
        while (answer.Status == 100)
        {
            answer = await ReadAnswerAsync();
        }

        return (answer, true);
    }

    /// <returns>Whether the answer went to its end.</returns>
    private async Task<bool> AnswerAsync(ProxiedRequest request, HttpHead answer, WireFault fault)
    {
        await WriteAsync(request, answer.Bytes);
        long middle = -1;
        await foreach (BodyPiece piece in BodyOf(answer, request))
        {
            if (piece.IsContent)
            {
                long begin = request.Received;
                request.Received += piece.Bytes.Length;

                // Of a body in chunks the length is not known: there it is the middle of the first piece.
                middle = middle < 0 ? (answer.Length ?? piece.Bytes.Length) / 2 : middle;
                if (middle >= begin && middle < request.Received)
                {
                    int at = (int)(middle - begin);
                    switch (fault)
                    {
                        case WireFault.WrongByte:
                            piece.Bytes.Span[at] ^= 1;
                            break;
                        case WireFault.Truncated:
                            await WriteAsync(request, piece.Bytes[..at]);
                            return false;
                        case WireFault.Stalled:
                            await WriteAsync(request, piece.Bytes[..at]);
                            await client.WaitForEndAsync(end);
                            return false;
                    }
                }
            }

            await WriteAsync(request, piece.Bytes);
        }

        return true;
    }

    /// <returns>Whether the connection goes on.</returns>
    private async Task<bool> AnswerInsteadAsync(ProxiedRequest request, WireFault fault, bool goesOn)
    {
        switch (fault)
        {
            case WireFault.Reset or WireFault.ResetButDone:
                client.Reset();
                return false;
            case WireFault.Silent or WireFault.SilentButDone:
                await client.WaitForEndAsync(end);
                return false;
        }

        // In the words of both kinds of server: one reads the body, the other the header.
        (string status, string s3, string azure) = fault switch
        {
            WireFault.Denied => ("403 Forbidden", "AccessDenied", "AuthorizationPermissionMismatch"),
            WireFault.Foreign => ("200 OK", "", ""),
            _ => ("503 Slow Down", "SlowDown", "ServerBusy"),
        };
        string body = s3.Length == 0 ? "<html>Sign in<br></html>" : $"<?xml version=\"1.0\" encoding=\"UTF-8\"?><Error><Code>{s3}</Code><Message>Told by the proxy.</Message></Error>";
        string headers = $"{(azure.Length == 0 ? "Content-Type: text/html" : $"Content-Type: application/xml\r\nx-ms-error-code: {azure}")}\r\n{(goesOn ? "" : "Connection: close\r\n")}";
        await WriteAsync(request, Encoding.ASCII.GetBytes($"HTTP/1.1 {status}\r\nContent-Length: {body.Length}\r\n{headers}\r\n{(request.Method == "HEAD" ? "" : body)}"));
        return goesOn;
    }

    private async Task<HttpHead> ReadAnswerAsync() => await _server!.ReadHeadAsync(end) ?? throw new EndOfStreamException();

    private IAsyncEnumerable<BodyPiece> BodyOf(HttpHead answer, ProxiedRequest request) =>
        request.Method == "HEAD" || answer.Status is 204 or 304 ? AsyncEnumerable.Empty<BodyPiece>() : _server!.ReadBodyAsync(answer, end);

    private ValueTask WriteAsync(ProxiedRequest request, ReadOnlyMemory<byte> bytes)
    {
        // Before, not after: the client may answer at once, and what it asks then has to begin later.
        request.End = Stopwatch.GetTimestamp();
        return client.WriteAsync(bytes, end);
    }

    private static async Task DropAsync(IAsyncEnumerable<BodyPiece> body)
    {
        await foreach (BodyPiece _ in body)
        {
        }
    }
}
