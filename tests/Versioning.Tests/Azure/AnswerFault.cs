using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Versioning.Tests.Azure;

/// <summary>What goes wrong with one request.</summary>
internal enum AnswerFault
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>503 ServerBusy, and the server did nothing.</summary>
    Busy,

    /// <summary>503 ServerBusy, with the wish to be asked again in an hour.</summary>
    BusyForAnHour,

    /// <summary>503 ServerBusy, and yet the server did it.</summary>
    BusyButDone,

    /// <summary>500 InternalError, and the server did nothing.</summary>
    Internal,

    /// <summary>403, and the server did nothing.</summary>
    Denied,

    /// <summary>The connection is reset before the server sees the request.</summary>
    ResetBefore,

    /// <summary>The server does it, and the connection is reset before the answer.</summary>
    ResetAfter,

    /// <summary>The body breaks off in the middle.</summary>
    Truncated,

    /// <summary>No answer comes.</summary>
    Stalled,

    /// <summary>The body stops in the middle and the connection stays open.</summary>
    StalledBody,

    /// <summary>200 with a page that is not the service's, as a sign-in page of a network gives it.</summary>
    Foreign,

    /// <summary>A byte of what is sent or received differs.</summary>
    WrongByte,
}

/// <summary>A request as a script sees it.</summary>
internal sealed record SeenRequest(int Index, HttpMethod Method, Uri Uri)
{
    internal bool IsList => Uri.Query.Contains("comp=list", StringComparison.Ordinal);
}

/// <summary>Stands between the client and the server, and does to each request what a script says.</summary>
internal sealed class AnswerFaults(Func<SeenRequest, AnswerFault> script) : DelegatingHandler(new SocketsHttpHandler())
{
    private int _count = -1;

    /// <summary>How many requests came.</summary>
    internal int Count => Volatile.Read(ref _count) + 1;

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var seen = new SeenRequest(Interlocked.Increment(ref _count), request.Method, request.RequestUri!);
        switch (script(seen))
        {
            case AnswerFault.Busy:
                return Answer(request, HttpStatusCode.ServiceUnavailable, "ServerBusy");
            case AnswerFault.BusyForAnHour:
                HttpResponseMessage patience = Answer(request, HttpStatusCode.ServiceUnavailable, "ServerBusy");
                patience.Headers.RetryAfter = new(TimeSpan.FromHours(1));
                return patience;
            case AnswerFault.BusyButDone:
                (await base.SendAsync(request, cancellationToken)).Dispose();
                return Answer(request, HttpStatusCode.ServiceUnavailable, "ServerBusy");
            case AnswerFault.Internal:
                return Answer(request, HttpStatusCode.InternalServerError, "InternalError");
            case AnswerFault.Denied:
                return Answer(request, HttpStatusCode.Forbidden, "AuthorizationPermissionMismatch");
            case AnswerFault.Foreign:
                return new HttpResponseMessage(HttpStatusCode.OK) { RequestMessage = request, Content = new StringContent("<html>Sign in<br></html>", Encoding.UTF8, "text/html") };
            case AnswerFault.ResetBefore:
                throw Reset();
            case AnswerFault.ResetAfter:
                (await base.SendAsync(request, cancellationToken)).Dispose();
                throw Reset();
            case AnswerFault.Stalled:
                await Task.Delay(Timeout.Infinite, cancellationToken);
                throw new InvalidOperationException();
            case AnswerFault.Truncated:
                return await WithBodyAsync(request, static body => new BrokenBody(body, stalls: false), cancellationToken);
            case AnswerFault.StalledBody:
                return await WithBodyAsync(request, static body => new BrokenBody(body, stalls: true), cancellationToken);
            case AnswerFault.WrongByte when request.Content is { } sent && await sent.ReadAsByteArrayAsync(cancellationToken) is { Length: > 0 } bytes:
                request.Content = Replaced(sent, Flipped(bytes));
                return await base.SendAsync(request, cancellationToken);
            case AnswerFault.WrongByte:
                return await WithBodyAsync(request, static body => new Body(Flipped(body)), cancellationToken);
            default:
                return await base.SendAsync(request, cancellationToken);
        }
    }

    /// <summary>The error that the client sees where a connection breaks.</summary>
    private static HttpRequestException Reset() =>
        new(HttpRequestError.Unknown, "An error occurred while sending the request.", new IOException("Unable to read data.", new SocketException((int)SocketError.ConnectionReset)));

    private static HttpResponseMessage Answer(HttpRequestMessage request, HttpStatusCode status, string code)
    {
        var answer = new HttpResponseMessage(status) { RequestMessage = request };
        if (request.Method != HttpMethod.Head)
        {
            answer.Content = new StringContent($"<?xml version=\"1.0\" encoding=\"utf-8\"?><Error><Code>{code}</Code><Message>secret detail</Message></Error>", Encoding.UTF8, "application/xml");
        }

        answer.Headers.Add("x-ms-error-code", code);
        return answer;
    }

    private async Task<HttpResponseMessage> WithBodyAsync(HttpRequestMessage request, Func<byte[], Stream> change, CancellationToken cancellationToken)
    {
        HttpResponseMessage answer = await base.SendAsync(request, cancellationToken);
        byte[] body = await answer.Content.ReadAsByteArrayAsync(cancellationToken);
        if (body.Length == 0)
        {
            return answer;
        }

        var content = new StreamContent(change(body));
        foreach (KeyValuePair<string, IEnumerable<string>> header in answer.Content.Headers)
        {
            content.Headers.TryAddWithoutValidation(header.Key, header.Value);
        }

        answer.Content = content;
        return answer;
    }

    private static ByteArrayContent Replaced(HttpContent sent, byte[] bytes)
    {
        var content = new ByteArrayContent(bytes);
        foreach (KeyValuePair<string, IEnumerable<string>> header in sent.Headers)
        {
            content.Headers.TryAddWithoutValidation(header.Key, header.Value);
        }

        return content;
    }

    private static byte[] Flipped(byte[] bytes)
    {
        byte[] flipped = [.. bytes];
        flipped[flipped.Length / 2] ^= 1;
        return flipped;
    }

    /// <summary>A body as it comes over a connection; it can't seek, or the client would take it for one that is all there.</summary>
    private class Body(byte[] body) : Stream
    {
        private readonly MemoryStream _body = new(body);

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) => new(_body.Read(buffer.Span));

        public sealed override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
            ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

        public sealed override int Read(byte[] buffer, int offset, int count) => ReadAsync(buffer.AsMemory(offset, count)).AsTask().GetAwaiter().GetResult();

        public override void Flush()
        {
        }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }

    /// <summary>Half of a body, then the end of the connection or nothing more.</summary>
    private sealed class BrokenBody(byte[] body, bool stalls) : Body(body[..(body.Length / 2)])
    {
        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            int read = await base.ReadAsync(buffer, cancellationToken);
            if (read > 0 || buffer.IsEmpty)
            {
                return read;
            }

            if (stalls)
            {
                await Task.Delay(Timeout.Infinite, cancellationToken);
            }

            throw new HttpIOException(HttpRequestError.ResponseEnded, "The response ended prematurely.");
        }
    }
}
