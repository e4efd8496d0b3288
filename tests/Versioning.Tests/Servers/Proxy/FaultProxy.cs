using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace Versioning.Tests.Servers.Proxy;

/// <summary>
/// Stands on the wire before a real server, at a port of its own on loopback, and does to each request what a script says.
/// All else passes as it came, the host's name too: it is the one that clients know and sign.
/// </summary>
internal sealed class FaultProxy : IAsyncDisposable
{
    private readonly Uri _server;
    private readonly Func<ProxiedRequest, WireFault> _script;
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _end = new();
    private readonly ConcurrentDictionary<Task, bool> _connections = new();
    private readonly ConcurrentDictionary<string, int> _kinds = new();
    private readonly ConcurrentQueue<ProxiedRequest> _requests = new();
    private readonly Task _accepting;

    internal FaultProxy(Uri server, Func<ProxiedRequest, WireFault>? script = null)
    {
        (_server, _script) = (server, script ?? (_ => WireFault.None));
        _listener.Start();
        Endpoint = new UriBuilder(server) { Host = "127.0.0.1", Port = ((IPEndPoint)_listener.LocalEndpoint).Port }.Uri;
        _accepting = AcceptAsync();
    }

    /// <summary>Where clients find the server through this.</summary>
    internal Uri Endpoint { get; }

    /// <summary>How long each request is held back, side by side with others.</summary>
    internal TimeSpan Delay { get; set; }

    /// <summary>What came since the last time that it was forgotten.</summary>
    internal IReadOnlyList<ProxiedRequest> Requests => [.. _requests];

    internal void Forget() => _requests.Clear();

    /// <summary>Waits until the server has answered all that it was asked, also what no client waits for any more.</summary>
    internal async Task SettleAsync()
    {
        while (_requests.Any(request => request.IsUnderWay))
        {
            await Task.Delay(5, _end.Token);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        _listener.Dispose();
        await _accepting;
        await Task.WhenAll(_connections.Keys);
        _end.Dispose();
    }

    internal (ProxiedRequest Request, WireFault Fault) Note(HttpHead head)
    {
        string kind = ProxiedRequest.KindOf(head.Method, head.Target);
        var request = new ProxiedRequest(head.Method, head.Target, kind, _kinds.AddOrUpdate(kind, 0, (_, ordinal) => ordinal + 1), Stopwatch.GetTimestamp());
        _requests.Enqueue(request);
        return (request, _script(request));
    }

    internal async Task<HttpEnd> ConnectAsync()
    {
        var client = new TcpClient { NoDelay = true };
        await client.ConnectAsync(_server.Host, _server.Port, _end.Token);
        return new HttpEnd(client);
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                TcpClient client = await _listener.AcceptTcpClientAsync(_end.Token);
                client.NoDelay = true;
                Task serving = Task.Run(() => new ProxyConnection(this, new HttpEnd(client), _end.Token).ServeAsync());
                _connections[serving] = true;
                _ = serving.ContinueWith(task => _connections.TryRemove(task, out _), TaskScheduler.Default);
            }
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // It ends.
        }
    }
}
