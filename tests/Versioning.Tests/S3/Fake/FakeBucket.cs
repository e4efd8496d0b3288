using System.Collections.Concurrent;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Versioning.Tests.S3.Fake;

/// <summary>An object, with what was sent along.</summary>
internal sealed record FakeObject(byte[] Content, string Nonce)
{
    internal string Tag { get; } = $"\"{Convert.ToHexStringLower(SHA256.HashData([.. Content, .. Encoding.ASCII.GetBytes(Nonce)]))[..32]}\"";
}

/// <summary>An answer, before anything goes wrong with it.</summary>
internal sealed record FakeAnswer(int Status, byte[] Body, FakeObject? Of = null, string? Range = null, int? Length = null)
{
    internal static FakeAnswer Error(int status, string code) =>
        new(status, Encoding.UTF8.GetBytes($"<?xml version=\"1.0\" encoding=\"UTF-8\"?><Error><Code>{code}</Code><Message>Told by the fake.</Message><RequestId>1</RequestId></Error>"));
}

/// <summary>One bucket: what it holds, what was asked, and what goes wrong.</summary>
internal sealed class FakeBucket
{
    private const int PageLength = 1000;

    private readonly ConcurrentQueue<FakeRequest> _requests = [];
    private int _count = -1;

    internal ConcurrentDictionary<string, FakeObject> Objects { get; } = new(StringComparer.Ordinal);

    /// <summary>Decides by the request and its number, from 0, what goes wrong.</summary>
    internal Func<FakeRequest, int, FakeFault> Script { get; set; } = (_, _) => FakeFault.None;

    internal IReadOnlyList<FakeRequest> Requests => [.. _requests];

    internal FakeFault Ask(FakeRequest request)
    {
        _requests.Enqueue(request);
        return Script(request, Interlocked.Increment(ref _count));
    }

    internal FakeAnswer Put(string key, byte[] content, string nonce, bool onlyNew)
    {
        var made = new FakeObject(content, nonce);
        if (onlyNew && !Objects.TryAdd(key, made))
        {
            return FakeAnswer.Error(412, "PreconditionFailed");
        }

        Objects[key] = made;
        return new(200, [], made);
    }

    internal FakeAnswer Get(string key, string? range)
    {
        if (!Objects.TryGetValue(key, out FakeObject? found))
        {
            return FakeAnswer.Error(404, "NoSuchKey");
        }

        if (range is null)
        {
            return new(200, found.Content, found);
        }

        string[] ends = range["bytes=".Length..].Split('-');
        int length = found.Content.Length;
        long first = ends[0].Length == 0 ? Math.Max(0, length - long.Parse(ends[1], CultureInfo.InvariantCulture)) : long.Parse(ends[0], CultureInfo.InvariantCulture);
        long last = ends[0].Length == 0 || ends[1].Length == 0 ? length - 1 : Math.Min(length - 1, long.Parse(ends[1], CultureInfo.InvariantCulture));
        return first > last
            ? FakeAnswer.Error(416, "InvalidRange")
            : new(206, found.Content[(int)first..((int)last + 1)], found, $"bytes {first}-{last}/{length}");
    }

    internal FakeAnswer Head(string key) => Objects.TryGetValue(key, out FakeObject? found) ? new(200, [], found, Length: found.Content.Length) : new(404, []);

    internal FakeAnswer Delete(string key)
    {
        Objects.TryRemove(key, out _);
        return new(204, []);
    }

    internal FakeAnswer List(string prefix, string? after)
    {
        KeyValuePair<string, FakeObject>[] found =
        [
            .. Objects.ToArray().Where(o => o.Key.StartsWith(prefix, StringComparison.Ordinal) && string.CompareOrdinal(o.Key, after ?? "") > 0)
                .OrderBy(o => o.Key, StringComparer.Ordinal).Take(PageLength + 1),
        ];
        var text = new StringBuilder("<?xml version=\"1.0\" encoding=\"UTF-8\"?><ListBucketResult xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\">");
        foreach ((string key, FakeObject value) in found.Take(PageLength))
        {
            text.Append(CultureInfo.InvariantCulture, $"<Contents><Key>{System.Security.SecurityElement.Escape(key)}</Key><LastModified>2026-01-01T00:00:00.000Z</LastModified><ETag>{value.Tag.Replace("\"", "&quot;", StringComparison.Ordinal)}</ETag><Size>{value.Content.Length}</Size></Contents>");
        }

        bool more = found.Length > PageLength;
        text.Append(CultureInfo.InvariantCulture, $"<IsTruncated>{(more ? "true" : "false")}</IsTruncated>");
        text.Append(more ? $"<NextContinuationToken>{found[PageLength - 1].Key}</NextContinuationToken>" : "");
        return new(200, Encoding.UTF8.GetBytes(text.Append("</ListBucketResult>").ToString()));
    }
}
