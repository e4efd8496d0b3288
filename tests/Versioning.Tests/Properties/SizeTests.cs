using System.Security.Cryptography;
using NUnit.Framework;
using Versioning.Storage;
using Versioning.Tests.Compression;
using Versioning.Tests.Store;

namespace Versioning.Tests.Properties;

/// <summary>Files around every limit: of chunks, of what is read whole, of packs; and holes.</summary>
[TestFixture]
internal sealed class SizeTests
{
    private const string Artifact = "datasets/sizes";
    private const int Chunk = 16 << 10, Average = 64 << 10, Longest = 256 << 10, Whole = 2 << 20, Pack = 32 << 20;

    private static readonly int[] Sizes =
    [
        0, 1, 2, Chunk - 1, Chunk, Chunk + 1, Average - 1, Average, Average + 1, Longest - 1, Longest, Longest + 1,
        Whole - 1, Whole, Whole + 1, Pack - 1, Pack, Pack + 1,
    ];

    [Test]
    public async Task EverySize_CommittedFetchedAndReadInRanges_IsTheSame([Values(0, 3)] int kind)
    {
        using var folder = new TempFolder();
        await using var objects = new MemoryStore();
        await using VersionStore store = await VersionStore.CreateAsync(objects, folder.Options);
        byte[] all = SampleData.Make(Pack + 1, kind, 5);
        foreach (int size in Sizes)
        {
            folder.Write($"s/{size}", all[..size]);
        }

        CommitResult made = await store.CommitAsync(Artifact, folder.Of("s"));
        Assert.That(made.Version.ByteCount, Is.EqualTo(Sizes.Sum(s => (long)s)));
        await foreach (FileEntry file in store.ListFilesAsync(made))
        {
            int size = int.Parse(file.Path, null);
            Assert.That((file.Size, file.Sha256.ToHex()), Is.EqualTo(((long)size, Convert.ToHexStringLower(SHA256.HashData(all.AsSpan(0, size))))));
            await AssertRangesAsync(store, file, all.AsMemory(0, size));
        }

        await store.FetchAsync(made, folder.Of("t"));
        foreach (int size in Sizes)
        {
            Assert.That((await File.ReadAllBytesAsync(folder.Of($"t/{size}"))).AsSpan().SequenceEqual(all.AsSpan(0, size)), Is.True, $"{size}");
        }
    }

    [Test]
    public async Task FileOfHoles_IsKeptExactly_AndStoredInLittle()
    {
        const long Length = 200_000_000, At = 123_456_789;
        using var folder = new TempFolder();
        await using var objects = new MemoryStore();
        await using VersionStore store = await VersionStore.CreateAsync(objects, folder.Options);
        string file = folder.Write("s/sparse", "");
        using (FileStream stream = File.OpenWrite(file))
        {
            stream.SetLength(Length);
            stream.Position = At;
            stream.Write("data between holes"u8);
        }

        CommitResult made = await store.CommitAsync(Artifact, folder.Of("s"));
        Assert.That((made.Version.ByteCount, made.StoredBytes < 1_000_000), Is.EqualTo((Length, true)));
        byte[] read = new byte[100];
        Assert.That(await store.ReadRangeAsync(made, "sparse", At - 10, read), Is.EqualTo(100));
        Assert.That(read[10..28], Is.EqualTo("data between holes"u8.ToArray()));
        await store.FetchAsync(made, folder.Of("t"));
        await using FileStream source = File.OpenRead(file), fetched = File.OpenRead(folder.Of("t/sparse"));
        Assert.That(await SHA256.HashDataAsync(fetched), Is.EqualTo(await SHA256.HashDataAsync(source)));
    }

    private static async Task AssertRangesAsync(VersionStore store, FileEntry file, ReadOnlyMemory<byte> content)
    {
        await using Stream stream = await store.OpenReadAsync($"{Artifact}@1", file.Path);
        var random = new Random(content.Length);
        int[] starts = [0, Math.Max(0, content.Length - 1), content.Length, .. Enumerable.Range(0, 4).Select(_ => random.Next(content.Length + 1))];
        byte[] buffer = new byte[300_000];
        foreach (int start in starts)
        {
            stream.Position = start;
            int read = await stream.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false);
            Assert.That(read, Is.EqualTo(Math.Min(buffer.Length, content.Length - start)));
            Assert.That(buffer.AsSpan(0, read).SequenceEqual(content.Span.Slice(start, read)), Is.True, $"{file.Path} from {start}");
        }
    }
}
