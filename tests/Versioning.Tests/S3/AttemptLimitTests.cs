using Microsoft.Extensions.Time.Testing;
using NUnit.Framework;
using Versioning.S3;

namespace Versioning.Tests.S3;

/// <summary>An attempt is given up when nothing happens, not when it takes long.</summary>
[TestFixture]
[Parallelizable(ParallelScope.All)]
internal sealed class AttemptLimitTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(1);

    [Test]
    public async Task Send_BytesAreTakenSlowly_MayTakeLongerThanTheLimit()
    {
        const int pieces = 8;
        var time = new FakeTimeProvider();
        using var invoker = new HttpMessageInvoker(new AttemptLimit(Limit, new Taker(Limit * 0.9, time), time));
        using var request = new HttpRequestMessage(HttpMethod.Put, "http://there/k") { Content = new PiecesContent(pieces) };

        using HttpResponseMessage response = await invoker.SendAsync(request, CancellationToken.None);

        Assert.That(await response.Content.ReadAsStringAsync(), Is.EqualTo($"{pieces}"));
    }

    [Test]
    public void Send_NoByteIsTaken_IsABrokenConnection()
    {
        var time = new FakeTimeProvider();
        using var invoker = new HttpMessageInvoker(new AttemptLimit(Limit, new Taker(Limit, time), time));
        using var request = new HttpRequestMessage(HttpMethod.Put, "http://there/k") { Content = new PiecesContent(8) };

        Assert.That(async () => await invoker.SendAsync(request, CancellationToken.None), Throws.TypeOf<IOException>());
    }

    /// <summary>A far end that takes one piece after another, with a pause before each.</summary>
    private sealed class Taker(TimeSpan pause, FakeTimeProvider time) : HttpMessageHandler
    {
        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            using var taken = new SlowStream(pause, time);
            await request.Content!.CopyToAsync(taken, cancellationToken);
            return new() { Content = new StringContent($"{taken.Writes}") };
        }
    }

    private sealed class PiecesContent(int count) : HttpContent
    {
        protected override Task SerializeToStreamAsync(Stream stream, System.Net.TransportContext? context) => SerializeToStreamAsync(stream, context, CancellationToken.None);

        protected override async Task SerializeToStreamAsync(Stream stream, System.Net.TransportContext? context, CancellationToken cancellationToken)
        {
            for (int i = 0; i < count; i++)
            {
                await stream.WriteAsync(new byte[100], cancellationToken);
            }
        }

        protected override bool TryComputeLength(out long length)
        {
            length = count * 100;
            return true;
        }
    }

    private sealed class SlowStream(TimeSpan pause, FakeTimeProvider time) : MemoryStream
    {
        internal int Writes { get; private set; }

        public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            time.Advance(pause);
            await Task.Yield();
            cancellationToken.ThrowIfCancellationRequested();
            Writes++;
        }
    }
}
