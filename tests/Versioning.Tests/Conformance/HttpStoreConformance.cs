using NUnit.Framework;
using Versioning.Storage;
using Versioning.Storage.Http;
using Versioning.Tests.Servers;

namespace Versioning.Tests.Conformance;

/// <summary>In what servers of plain files differ, and still serve them.</summary>
public enum WebQuirk
{
    /// <summary>Ranges, suffixes, lengths, 404.</summary>
    None,

    /// <summary>Always the whole object.</summary>
    IgnoresRanges,

    /// <summary>Always the whole object, and not how long it is.</summary>
    IgnoresRangesAndHidesLength,

    /// <summary>The length of the object is not told with its part.</summary>
    HidesObjectLength,

    /// <summary>400 for the last bytes.</summary>
    KnowsNoSuffix,

    /// <summary>A range that is not there is refused without a length.</summary>
    SaysLittleOf416,

    /// <summary>Buckets that may not be listed.</summary>
    ForbidsAbsent,

    /// <summary>No more than a hundred thousand bytes in one answer.</summary>
    GivesLess,
}

[TestFixture(WebQuirk.None)]
[TestFixture(WebQuirk.IgnoresRanges)]
[TestFixture(WebQuirk.IgnoresRangesAndHidesLength)]
[TestFixture(WebQuirk.HidesObjectLength)]
[TestFixture(WebQuirk.KnowsNoSuffix)]
[TestFixture(WebQuirk.SaysLittleOf416)]
[TestFixture(WebQuirk.ForbidsAbsent)]
[TestFixture(WebQuirk.GivesLess)]
public sealed class HttpStoreConformance(WebQuirk quirk) : ReadingConformance
{
    private MemoryStore _objects = null!;
    private WebServer _server = null!;

    protected override ObjectStore Create()
    {
        _objects = new MemoryStore();
        _server = new WebServer(_objects) { Distort = Distort };
        return new HttpStore(_server.Address);
    }

    protected override async Task PutAsync(string key, ReadOnlyMemory<byte> content)
    {
        await _objects.CreateAsync(StoreKeys.Format, new byte[] { 1 });
        await _objects.CreateAsync(new(key), content);
    }

    [TearDown]
    public async Task StopServer()
    {
        await _server.DisposeAsync();
        await _objects.DisposeAsync();
    }

    private WebAnswer Distort(WebRequest request, WebAnswer right) => (quirk, right.Status) switch
    {
        (WebQuirk.IgnoresRanges, 206 or 416) => new WebAnswer(200, right.Whole!),
        (WebQuirk.IgnoresRangesAndHidesLength, 206 or 416 or 200) => new WebAnswer(200, right.Whole!) { HidesLength = true },
        (WebQuirk.HidesObjectLength, 206) => right.With("Content-Range", right.Headers["Content-Range"].Split('/')[0] + "/*"),
        (WebQuirk.KnowsNoSuffix, 206 or 416) when request.Header("range")!.StartsWith("bytes=-", StringComparison.Ordinal) => new WebAnswer(400, []),
        (WebQuirk.SaysLittleOf416, 416) => new WebAnswer(416, []),
        (WebQuirk.ForbidsAbsent, 404) => new WebAnswer(403, []),
        (WebQuirk.GivesLess, 206) when right.Body.Length > 100_000 => Less(right),
        _ => right,
    };

    private static WebAnswer Less(WebAnswer right)
    {
        string[] range = right.Headers["Content-Range"]["bytes ".Length..].Split('-', '/');
        long start = long.Parse(range[0], System.Globalization.CultureInfo.InvariantCulture);
        return new WebAnswer(206, right.Body[..100_000]).With("Content-Range", $"bytes {start}-{start + 99_999}/{range[2]}");
    }
}
