using System.Collections.Concurrent;
using System.Globalization;
using System.Security.Cryptography;
using Amazon.Runtime;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Versioning.S3;

namespace Versioning.Tests.S3.Fake;

/// <summary>
/// As much of S3 as a store uses, on loopback in this process, for what real servers can't be made to do. It takes what
/// servers other than AWS take: a body in one piece whose hash, where it is signed, fits; the signature is not checked.
/// </summary>
internal sealed class FakeS3 : IAsyncDisposable
{
    internal const string AccessKey = "fakekey", Secret = "fakesecret-5d1c";

    private const string NonceHeader = "x-amz-meta-versioning-create";

    private readonly WebApplication _server;
    private readonly ConcurrentDictionary<string, FakeBucket> _buckets = [];
    private int _made;

    private FakeS3(WebApplication server) => _server = server;

    internal Uri Endpoint => new(_server.Urls.Single());

    internal static async Task<FakeS3> StartAsync()
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0").ConfigureKestrel(kestrel => kestrel.Limits.MaxRequestBodySize = null);
        var made = new FakeS3(builder.Build());
        made._server.Run(made.AnswerAsync);
        await made._server.StartAsync();
        return made;
    }

    /// <summary>A new bucket with its name.</summary>
    internal (string Name, FakeBucket Bucket) CreateBucket()
    {
        string name = string.Create(CultureInfo.InvariantCulture, $"bucket-{Interlocked.Increment(ref _made)}");
        return (name, _buckets[name] = new FakeBucket());
    }

    /// <summary>A store in a bucket.</summary>
    internal S3ObjectStore Open(string bucket, int maxRetries = 4, TimeSpan? timeout = null) => S3ObjectStore.Open($"s3://{bucket}/some/prefix", new S3StoreOptions
    {
        ServiceUrl = Endpoint,
        Credentials = new BasicAWSCredentials(AccessKey, Secret),
        MaxRetries = maxRetries,
        RequestTimeout = timeout ?? TimeSpan.FromSeconds(60),
        StallTimeout = timeout ?? TimeSpan.FromSeconds(30),
    });

    public async ValueTask DisposeAsync()
    {
        using var soon = new CancellationTokenSource(TimeSpan.FromSeconds(1));
        await _server.StopAsync(soon.Token);
        await _server.DisposeAsync();
    }

    private async Task AnswerAsync(HttpContext context)
    {
        string[] path = context.Request.Path.Value!.TrimStart('/').Split('/', 2);
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body, context.RequestAborted);
        if (!_buckets.TryGetValue(path[0], out FakeBucket? bucket))
        {
            await WriteAsync(context, FakeAnswer.Error(404, "NoSuchBucket"), FakeFault.None);
            return;
        }

        FakeRequest request = Describe(context.Request, path.Length > 1 ? path[1] : "");
        FakeFault fault = bucket.Ask(request);
        FakeAnswer Do() => Serve(bucket, request, context.Request, body.ToArray());
        switch (fault)
        {
            case FakeFault.Reset or FakeFault.ResetAfter:
                _ = fault == FakeFault.ResetAfter ? Do() : null;
                context.Abort();
                return;
            case FakeFault.Silence or FakeFault.SilenceAfter:
                _ = fault == FakeFault.SilenceAfter ? Do() : null;
                await ForEverAsync(context);
                return;
            case FakeFault.SlowDownAfter or FakeFault.InternalErrorAfter:
                _ = Do();
                break;
        }

        await WriteAsync(context, Refusal(fault) ?? Do(), fault);
    }

    private static FakeRequest Describe(HttpRequest request, string key)
    {
        FakeKind kind = request.Method switch
        {
            "PUT" => FakeKind.Put,
            "HEAD" => FakeKind.Head,
            "DELETE" => FakeKind.Delete,
            _ => key.Length == 0 ? FakeKind.List : FakeKind.Get,
        };
        string? range = request.Headers.Range;
        return new(kind, kind == FakeKind.List ? request.Query["prefix"].ToString() : key, range, request.Headers.Authorization.ToString(), request.Headers["x-amz-content-sha256"].ToString());
    }

    private static FakeAnswer Serve(FakeBucket bucket, FakeRequest request, HttpRequest http, byte[] body) => request.Kind switch
    {
        FakeKind.Put => IsAsSigned(request.PayloadHash, body)
            ? bucket.Put(request.Key, body, http.Headers[NonceHeader].ToString(), http.Headers.IfNoneMatch == "*")
            : FakeAnswer.Error(400, "XAmzContentSHA256Mismatch"),
        FakeKind.Get => bucket.Get(request.Key, request.Range),
        FakeKind.Head => bucket.Head(request.Key),
        FakeKind.List => bucket.List(request.Key, http.Query["continuation-token"]),
        _ => bucket.Delete(request.Key),
    };

    private static bool IsAsSigned(string hash, byte[] body) => hash == "UNSIGNED-PAYLOAD" || hash == Convert.ToHexStringLower(SHA256.HashData(body));

    private static FakeAnswer? Refusal(FakeFault fault) => fault switch
    {
        FakeFault.SlowDown or FakeFault.SlowDownAfter => FakeAnswer.Error(503, "SlowDown"),
        FakeFault.InternalError or FakeFault.InternalErrorAfter => FakeAnswer.Error(500, "InternalError"),
        FakeFault.Conflict => FakeAnswer.Error(409, "ConditionalRequestConflict"),
        FakeFault.Denied or FakeFault.DeniedButStalled => FakeAnswer.Error(403, "AccessDenied"),
        FakeFault.Skewed => FakeAnswer.Error(403, "RequestTimeTooSkewed"),
        FakeFault.NoBucket => FakeAnswer.Error(404, "NoSuchBucket"),
        _ => null,
    };

    private static async Task WriteAsync(HttpContext context, FakeAnswer answer, FakeFault fault)
    {
        HttpResponse response = context.Response;
        response.StatusCode = answer.Status;
        response.ContentType = answer.Of is null ? "application/xml" : "application/octet-stream";
        if (answer.Of is { } found)
        {
            response.Headers.ETag = found.Tag;
            response.Headers[NonceHeader] = found.Nonce;
        }

        if (answer.Range is { } range)
        {
            response.Headers.ContentRange = range;
        }

        if (answer.Status == 204)
        {
            return;
        }

        byte[] body = [.. fault == FakeFault.NoXml ? answer.Body[..(answer.Body.Length / 2)] : answer.Body];
        response.ContentLength = answer.Length ?? body.Length;
        if (HttpMethods.IsHead(context.Request.Method))
        {
            return;
        }

        int end = fault is FakeFault.Truncated or FakeFault.Stalled or FakeFault.DeniedButStalled ? body.Length / 2 : body.Length;
        if (fault == FakeFault.WrongBytes && body.Length > 0)
        {
            body[body.Length / 2] ^= 1;
        }

        await response.Body.WriteAsync(body.AsMemory(0, end));
        await response.Body.FlushAsync();

        // One that is truncated is ended here: the server closes the connection behind what was sent.
        if (fault is FakeFault.Stalled or FakeFault.DeniedButStalled)
        {
            await ForEverAsync(context);
        }
    }

    private static async Task ForEverAsync(HttpContext context)
    {
        try
        {
            await Task.Delay(Timeout.Infinite, context.RequestAborted);
        }
        catch (OperationCanceledException)
        {
            context.Abort();
        }
    }
}
