using System.Text.Json;

namespace Versioning.EndToEnd.Tests;

/// <summary>Long files through <c>cat</c>, also where they are damaged half-way.</summary>
[TestFixture]
internal sealed class CatTests
{
    private Vers _vers = null!;
    private byte[] _content = null!;

    [SetUp]
    public async Task SetUp()
    {
        _vers = new Vers();
        _content = new byte[5_000_001];
        new Random(3).NextBytes(_content);
        _vers.Write("data/large", _content);
        await _vers.OkAsync("init");
        await _vers.OkAsync("commit", "datasets/d", "data");
    }

    [TearDown]
    public void TearDown() => _vers.Dispose();

    [Test]
    public async Task Json_of_several_megabytes_is_one_document()
    {
        JsonElement json = (await _vers.OkAsync("cat", "datasets/d", "large", "--range", "1-", "--json")).Json;
        Assert.That(json.EnumerateObject().Select(p => p.Name), Is.EqualTo(["offset", "length", "base64"]));
        Assert.That(json.GetProperty("base64").GetBytesFromBase64().AsSpan().SequenceEqual(_content.AsSpan(1)), Is.True);
        Assert.That((await _vers.OkAsync("cat", "datasets/d", "large")).Out.AsSpan().SequenceEqual(_content), Is.True);
        JsonElement empty = (await _vers.OkAsync("cat", "datasets/d", "large", "--range", "9000000-", "--json")).Json;
        Assert.That((empty.GetProperty("length").GetInt64(), empty.GetProperty("base64").GetString()), Is.EqualTo((0L, "")));
    }

    [Test]
    [Platform("Linux")]
    public async Task Reader_that_closes_the_pipe_ends_it()
    {
        // What lies behind the first pages is damaged: whoever reads on to there fails.
        string pack = _vers.Packs.First(p => File.ReadAllBytes(p).AsSpan().IndexOf(_content.AsSpan(4_500_000, 64)) >= 0);
        byte[] bytes = await File.ReadAllBytesAsync(pack);
        bytes[bytes.AsSpan().IndexOf(_content.AsSpan(4_500_000, 64))] ^= 1;
        File.SetAttributes(pack, FileAttributes.Normal);
        await File.WriteAllBytesAsync(pack, bytes);
        foreach (string json in new[] { "", "--json" })
        {
            using var process = _vers.StartScript($"(vers cat datasets/d large {json}; echo $? > code) | head -c 10 | wc -c; cat code");
            Run run = await Vers.FinishAsync(process);
            Assert.That((run.Text.Split(), run.Error), Is.EqualTo((new[] { "10", "0", "" }, "")));
        }
    }

    [TestCase(100_000, false, TestName = "damaged at once: only the error")]
    [TestCase(4_000_000, true, TestName = "damaged half-way: right bytes up to there, then the error")]
    public async Task Json_of_a_damaged_file(int at, bool some)
    {
        // Random bytes are stored as they are.
        string pack = _vers.Packs.First(p => File.ReadAllBytes(p).AsSpan().IndexOf(_content.AsSpan(at, 64)) >= 0);
        byte[] bytes = await File.ReadAllBytesAsync(pack);
        bytes[bytes.AsSpan().IndexOf(_content.AsSpan(at, 64))] ^= 1;
        File.SetAttributes(pack, FileAttributes.Normal);
        await File.WriteAllBytesAsync(pack, bytes);

        Run run = await _vers.RunAsync("cat", "datasets/d", "large", "--json");
        Assert.That(run.Exit, Is.EqualTo(4));
        Assert.That(run.Json.GetProperty("error").GetProperty("code").GetString(), Is.Not.Empty);
        Assert.That(run.Json.TryGetProperty("base64", out JsonElement base64), Is.EqualTo(some));
        if (some)
        {
            byte[] read = base64.GetBytesFromBase64();
            Assert.That(read, Has.Length.InRange(1_000_000, at));
            Assert.That(_content.AsSpan(0, read.Length).SequenceEqual(read), Is.True);
        }

        Run plain = await _vers.RunAsync("cat", "datasets/d", "large");
        Assert.That(plain.Exit, Is.EqualTo(4));
        Assert.That(_content.AsSpan(0, plain.Out.Length).SequenceEqual(plain.Out), Is.True);
    }
}
