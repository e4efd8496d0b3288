using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Versioning.Storage;

namespace Versioning.Tests.Servers;

/// <summary>
/// Shows the objects of a store as a static web server does, below <see cref="Base"/>. It speaks on bare sockets, so that
/// tests can have it break every rule: <see cref="Distort"/> makes another answer of the right one.
/// </summary>
internal sealed class WebServer : IAsyncDisposable
{
    internal const string Base = "/data/v1/";

    private readonly ObjectStore _objects;
    private readonly X509Certificate2? _certificate;
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _end = new();
    private readonly ConcurrentQueue<WebRequest> _requests = new();
    private readonly ConcurrentDictionary<Task, bool> _connections = new();
    private readonly Task _accepting;

    internal WebServer(ObjectStore objects, X509Certificate2? certificate = null)
    {
        (_objects, _certificate) = (objects, certificate);
        _listener.Start();
        string scheme = certificate is null ? "http" : "https";
        Address = new(string.Create(CultureInfo.InvariantCulture, $"{scheme}://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}{Base}"));
        _accepting = AcceptAsync();
    }

    internal Uri Address { get; }

    /// <summary>Makes another answer of the right one.</summary>
    internal Func<WebRequest, WebAnswer, WebAnswer>? Distort { get; set; }

    internal IReadOnlyList<WebRequest> Requests => [.. _requests];

    internal void Forget() => _requests.Clear();

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        _listener.Dispose();
        await _accepting;
        await Task.WhenAll(_connections.Keys);
        _end.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                TcpClient client = await _listener.AcceptTcpClientAsync(_end.Token);
                Task serving = Task.Run(() => ServeAsync(client));
                _connections[serving] = true;
                _ = serving.ContinueWith(task => _connections.TryRemove(task, out _), TaskScheduler.Default);
            }
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // The server ends.
        }
    }

    private async Task ServeAsync(TcpClient client)
    {
        using (client)
        {
            try
            {
                await using Stream stream = await OpenAsync(client);
                while (await ReadRequestAsync(stream) is { } request)
                {
                    _requests.Enqueue(request);
                    WebAnswer right = await AnswerAsync(request);
                    WebAnswer answer = Distort?.Invoke(request, right) ?? right;
                    if (!await WriteAsync(stream, request, answer))
                    {
                        client.Client.LingerState = new LingerOption(answer.Resets, 0);
                        client.Client.Close();
                        return;
                    }
                }
            }
            catch (Exception e) when (e is IOException or OperationCanceledException or SocketException or System.Security.Authentication.AuthenticationException)
            {
                // The client went away, or the server ends.
            }
        }
    }

    private async Task<Stream> OpenAsync(TcpClient client)
    {
        client.NoDelay = true;
        if (_certificate is null)
        {
            return client.GetStream();
        }

        var secure = new SslStream(client.GetStream());
        await secure.AuthenticateAsServerAsync(new SslServerAuthenticationOptions { ServerCertificate = _certificate }, _end.Token);
        return secure;
    }

    private async Task<WebRequest?> ReadRequestAsync(Stream stream)
    {
        // No request has a body, and none comes before the last one was answered: what is there ends with the head.
        byte[] head = new byte[8192];
        int length = 0;
        while (!head.AsSpan(0, length).EndsWith("\r\n\r\n"u8))
        {
            int count = await stream.ReadAsync(head.AsMemory(length), _end.Token);
            if (count == 0)
            {
                return null;
            }

            length += count;
        }

        string[] lines = Encoding.ASCII.GetString(head, 0, length).Split("\r\n", StringSplitOptions.RemoveEmptyEntries);
        string[] first = lines[0].Split(' ');
        var headers = lines.Skip(1).Select(line => line.Split(": ", 2)).ToDictionary(pair => pair[0].ToLowerInvariant(), pair => pair[1]);
        return new WebRequest(first[0], first[1], headers);
    }

    private async Task<WebAnswer> AnswerAsync(WebRequest request)
    {
        if (!request.Path.StartsWith(Base, StringComparison.Ordinal) || await WholeAsync(request.Key) is not { } whole)
        {
            return new WebAnswer(404, "Not here."u8.ToArray());
        }

        if (request.Header("range")?.Replace("bytes=", "", StringComparison.Ordinal).Split('-') is not [string from, string to])
        {
            return new WebAnswer(200, whole) { Whole = whole };
        }

        long start = from.Length > 0 ? long.Parse(from, CultureInfo.InvariantCulture) : Math.Max(0, whole.Length - long.Parse(to, CultureInfo.InvariantCulture));
        long end = from.Length > 0 && to.Length > 0 ? Math.Min(long.Parse(to, CultureInfo.InvariantCulture), whole.Length - 1) : whole.Length - 1;
        return start >= whole.Length
            ? new WebAnswer(416, []) { Whole = whole }.With("Content-Range", $"bytes */{whole.Length}")
            : new WebAnswer(206, whole[(int)start..(int)(end + 1)]) { Whole = whole }.With("Content-Range", $"bytes {start}-{end}/{whole.Length}");
    }

    private async Task<byte[]?> WholeAsync(string key)
    {
        if (!ObjectKey.IsValid(key) || await _objects.StatAsync(new(key)) is not { } length)
        {
            return null;
        }

        byte[] whole = new byte[length];
        await _objects.ReadAsync(new(key), 0, whole);
        return whole;
    }

    /// <returns>Whether the connection stays.</returns>
    private async Task<bool> WriteAsync(Stream stream, WebRequest request, WebAnswer answer)
    {
        if (!answer.SaysNothing)
        {
            string length = answer.HidesLength ? "Transfer-Encoding: chunked" : $"Content-Length: {answer.Body.Length}";
            string head = $"HTTP/1.1 {answer.Status} X\r\n{length}\r\n{string.Concat(answer.Headers.Select(h => $"{h.Key}: {h.Value}\r\n"))}\r\n";
            await stream.WriteAsync(Encoding.ASCII.GetBytes(head), _end.Token);
            if (request.Method != "HEAD")
            {
                await WriteBodyAsync(stream, answer);
            }
        }

        await stream.FlushAsync(_end.Token);
        if (answer.Stalls)
        {
            await Task.Delay(Timeout.Infinite, _end.Token);
        }

        return answer.CutAfter is null && !answer.Resets && !answer.SaysNothing;
    }

    private async Task WriteBodyAsync(Stream stream, WebAnswer answer)
    {
        ReadOnlyMemory<byte> sent = answer.Body.AsMemory(0, Math.Min(answer.CutAfter ?? int.MaxValue, answer.Body.Length));
        if (!answer.HidesLength)
        {
            await stream.WriteAsync(sent, _end.Token);
            return;
        }

        if (sent.Length > 0)
        {
            await stream.WriteAsync(Encoding.ASCII.GetBytes($"{sent.Length:x}\r\n"), _end.Token);
            await stream.WriteAsync(sent, _end.Token);
            await stream.WriteAsync("\r\n"u8.ToArray(), _end.Token);
        }

        if (answer.CutAfter is null)
        {
            await stream.WriteAsync("0\r\n\r\n"u8.ToArray(), _end.Token);
        }
    }
}
