using System.Text;
using NUnit.Framework;
using Versioning.Inspecting;
using Versioning.Tests.Inspecting;

namespace Versioning.Tests.Properties;

/// <summary>Hostile files of every format that is looked into: what they hold, or the one exception, in memory bounded by their length.</summary>
[TestFixture]
[Parallelizable(ParallelScope.All)]
internal sealed class ContentFuzzTests
{
    private const int Iterations = 4_000;

    [Test]
    public void Read_AnyBytes_GivesASummaryOrIsRefused_InLittleMemory([ValueSource(nameof(Names))] string name)
    {
        ContentFormat format = ContentFormats.Of(name)!;
        int read = 0;
        Mutation.Of(Seeds(name)).SampleSeeded(bytes => read += Read(format, bytes) ? 1 : 0, Iterations);
        Assert.That(read, Is.InRange(1, Iterations));
    }

    [Test]
    public void Compare_SoundWithAnyBytes_NeverFails([ValueSource(nameof(Names))] string name)
    {
        byte[] sound = Seeds(name)[0];
        Mutation.Of(sound).SampleSeeded(bytes => Assert.That(Inspected.LinesAsync(name, sound, bytes).IsCompletedSuccessfully, Is.True), Iterations / 4);
    }

    [Test]
    public void Parquet_AnyFooter_IsReadOrRefused() =>
        Mutation.Of(Footers()).SampleSeeded(footer => Read(ContentFormats.Of("a.parquet")!, ParquetBytes.File(footer)), Iterations);

    [Test]
    public void Read_ManyOrDeep_NeedsLittleMemory()
    {
        byte[][] parquet =
        [
            ParquetBytes.Footer(1, 1, [ParquetBytes.Root(1), .. Enumerable.Range(0, 3_000).Select(_ => ParquetBytes.Group(new string('g', 60), 1)), ParquetBytes.Column("x", 2)]),
            ParquetBytes.Footer(1, 1, [ParquetBytes.Root(1), ParquetBytes.Group("g", 3_000), .. Enumerable.Range(0, 3_000).Select(i => ParquetBytes.Column($"{i}", 2))]),
            [.. Enumerable.Repeat((byte)0x19, 200_000)],
            [0x19, 0xFB, 0xFF, 0xFF, 0xFF, 0xFF, 0x0F, 0x88],
        ];
        foreach (byte[] footer in parquet)
        {
            Read(ContentFormats.Of("a.parquet")!, ParquetBytes.File(footer));
        }

        Read(ContentFormats.Of("a.onnx")!, new ProtobufBytes().Number(1, 1).Bytes(7, [.. Enumerable.Repeat((byte)0x2A, 200_000)]).ToArray());
        Read(ContentFormats.Of("a.csv")!, Encoding.ASCII.GetBytes(new string(',', 65_000)));
        Read(ContentFormats.Of("a.jsonl")!, Encoding.ASCII.GetBytes(string.Concat(Enumerable.Repeat("{\"a\":", 50_000))));
    }

    private static string[] Names() => ["a.safetensors", "a.onnx", "a.csv", "a.tsv", "a.jsonl", "a.parquet"];

    private static byte[][] Seeds(string name) => Path.GetExtension(name) switch
    {
        ".safetensors" => [Inspected.Safetensors(("a", [1, 2, 3]), ("b", [4]))],
        ".onnx" => [ProtobufBytes.Model(17, ProtobufBytes.Tensor("t", 2, 3).Bytes(9, [1, 2, 3]), ProtobufBytes.Tensor("u", 2).Fixed32(4, [1, 2, 3, 4]).Fixed32(4, [1, 2, 3, 4]), ProtobufBytes.Tensor("v").Message(13, new ProtobufBytes().Text(1, "location").Text(2, "w")))],
        ".jsonl" => ["{\"a\":1,\"b\":[null,{\"c\":\"\\u00e4\"}]}\n\n{\"a\":\"x\"}\r\n"u8.ToArray()],
        ".parquet" => [.. Footers().Select(footer => ParquetBytes.File(footer))],
        _ => ["a,b;c\td|e\n1,\"2\n\"\"\",3\r\n"u8.ToArray()],
    };

    private static byte[][] Footers() =>
    [
        ParquetBytes.Footer(1000, 2, ParquetBytes.Root(2), ParquetBytes.Column("id", 2, 0, ParquetBytes.Logical(0xAC, 0x13, 0x08, 0x12, 0x00)), ParquetBytes.Group("g", 1), ParquetBytes.Column("x", 6, 2, ParquetBytes.Converted(0))),
    ];

    private static bool Read(ContentFormat format, byte[] bytes)
    {
        var file = new ContentFile(new MemoryStream(bytes), 1 << 30);
        long before = GC.GetAllocatedBytesForCurrentThread();
        bool read = true;
        try
        {
            Task<ContentSummary> reading = format(file, CancellationToken.None).AsTask();
            Assert.That(reading.IsCompleted, Is.True, "Nothing is waited for in memory.");
            ContentSummary summary = reading.GetAwaiter().GetResult();
            Assert.That(summary.Items.Where(item => item.Values is { Hash: null }).Select(item => item.Values), Has.All.Matches<ContentValues?>(v => v!.Offset >= 0 && v.Length >= 0 && v.Offset <= bytes.Length - v.Length));
        }
        catch (InvalidDataException)
        {
            read = false;
        }

        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.LessThan((256L * bytes.Length) + (1 << 20)));
        return read;
    }
}
