using System.Buffers.Binary;
using System.IO.Hashing;
using System.Text;
using CsCheck;
using NUnit.Framework;
using Versioning.Chunking;
using Versioning.Compression;
using Versioning.Files;
using Versioning.Journal;
using Versioning.Tests.Compression;
using Versioning.Tests.Files;

namespace Versioning.Tests.Properties;

/// <summary>Hostile bytes, their hashes put right: a decoder takes them as they are or refuses them, in memory bounded by their length.</summary>
[TestFixture]
[Parallelizable(ParallelScope.All)]
internal sealed class DecoderFuzzTests
{
    private const int Iterations = 20_000;

    [Test]
    public void Decode_AnyBytes_AreCanonicalOrRefused_InLittleMemory([ValueSource(typeof(FuzzTarget), nameof(FuzzTarget.All))] FuzzTarget target) =>
        Mutation.Of(target.Seeds).SampleSeeded(
            content =>
            {
                byte[] bytes = target.Close(content);
                byte[]? again = InLittleMemory<VersioningException>(bytes.Length, () => target.Decode(bytes));
                Assert.That(again is null || again.AsSpan().SequenceEqual(bytes), Is.True, $"{target}: {Convert.ToHexString(bytes)}");
            },
            iterations: Iterations);

    [Test]
    public void Safetensors_AnyHeader_GivesSoundCutsOrNone()
    {
        const string Good = """{"__metadata__":{"a":"b"},"y":{"dtype":"F32","shape":[2],"data_offsets":[6,14]},"x":{"dtype":"BF16","shape":[3,1],"data_offsets":[0,6]}}""";
        Gen.Select(Mutation.Of(Encoding.ASCII.GetBytes(Good)), Gen.Int[0, 40]).SampleSeeded(
            sample =>
            {
                (byte[] header, int data) = sample;
                byte[] file = new byte[8 + header.Length + data];
                BinaryPrimitives.WriteUInt64LittleEndian(file, (ulong)header.Length);
                header.CopyTo(file, 8);
                InLittleMemory<VersioningException>(file.Length, () =>
                {
                    bool found = Safetensors.TryReadTensorStarts(file, file.Length, out long[]? starts, out _);
                    Assert.That(!found || (starts!.Length > 0 && starts.Zip(starts.Skip(1)).All(p => p.First < p.Second) && starts[^1] < file.Length), Is.True);
                    return null;
                });
            },
            iterations: Iterations);
    }

    [Test]
    public void Safetensors_DeepOrManyTensors_NeedLittleMemory()
    {
        foreach (string header in new[] { string.Concat(Enumerable.Repeat("{\"a\":", 200_000)), $"{{\"__metadata__\":{new string('[', 400_000)}", $"{{{string.Join(',', Enumerable.Range(0, 8000).Select(i => $"\"{i}\":{{\"dtype\":\"F32\",\"shape\":[],\"data_offsets\":[0,4]}}"))}}}" })
        {
            byte[] file = new byte[8 + header.Length];
            BinaryPrimitives.WriteUInt64LittleEndian(file, (ulong)header.Length);
            Encoding.ASCII.GetBytes(header, file.AsSpan(8));
            InLittleMemory<VersioningException>(file.Length, () => Safetensors.TryReadTensorStarts(file, file.Length, out _, out _) ? throw new InvalidOperationException("It has no file behind it.") : null);
        }
    }

    [Test]
    public void Decompress_AnyBytes_FillOrAreRefused_InMemoryOfTheChunk()
    {
        using var compressor = new ChunkCompressor();
        byte[] stored = new byte[9_000];
        foreach (ChunkEncoding encoding in new[] { ChunkEncoding.Raw, ChunkEncoding.Zstd, ChunkEncoding.Planes2, ChunkEncoding.Planes4 })
        {
            byte[] chunk = SampleData.Make(9_000, Math.Max(0, (int)encoding - 1), 1);
            int length = encoding == ChunkEncoding.Raw ? -1 : compressor.TryCompress(encoding, chunk, stored);
            byte[] good = length < 0 ? chunk : stored[..length];
            using var decompressor = new ChunkDecompressor();
            decompressor.Decompress(encoding, good, chunk);
            byte[] destination = new byte[chunk.Length];
            Mutation.Of(good).SampleSeeded(
                bytes => InLittleMemory<InvalidDataException>(bytes.Length, () =>
                {
                    decompressor.Decompress(encoding, bytes, destination);
                    return null;
                }),
                iterations: Iterations / 10);
        }
    }

    [Test]
    public void FileCache_AnyBlock_IsReadInOrderOrNotAtAll()
    {
        using var folder = new TemporaryFolder();
        string root = Path.Join(folder.Path, "data"), file = FileCache.PathOf(folder.Path, root);
        var stamp = new FileStamp(1, 1_600_000_000_123_456_789, 1_600_000_000_123_456_789, 1, 1);
        using (FileCacheWriter writer = FileCacheWriter.Create(folder.Path, root))
        {
            foreach (char name in "abc")
            {
                writer.Add([(byte)name], stamp, Digest.Of([(byte)name]), long.MaxValue);
            }

            writer.Complete();
        }

        byte[] good = File.ReadAllBytes(file)[(FileCache.Magic.Length + FileCache.BlockHeader)..];
        Mutation.Of(good).SampleSeeded(
            entries =>
            {
                byte[] header = new byte[FileCache.BlockHeader];
                BinaryPrimitives.WriteInt32LittleEndian(header, entries.Length);
                BinaryPrimitives.WriteUInt64LittleEndian(header.AsSpan(4), XxHash3.HashToUInt64(entries, 0));
                File.WriteAllBytes(file, [.. FileCache.Magic, .. header, .. entries]);
                InLittleMemory<VersioningException>(entries.Length, () =>
                {
                    using FileCacheReader reader = FileCacheReader.Open(folder.Path, root);
                    foreach (char name in "abcd")
                    {
                        _ = reader.TryFind([(byte)name], stamp, out _);
                    }

                    return null;
                });
            },
            iterations: 500);
    }

    [Test]
    public void Reference_AnyText_IsResolvedOrRefused() =>
        Gen.OneOf(Gen.String, Gen.Select(Mutation.OneOf("datasets/a", "a", "", "A B"), Mutation.OneOf("", "@", "@7", "@latest", "@t", "@sha256:", "@sha256:0123456789ab", "@99999999999999999999"), Mutation.OneOf("", "#", "#sha256:", "#sha256:zz", $"#{Digest.Of([])}"), (a, b, c) => a + b + c)).SampleSeeded(
            text => InLittleMemory<VersioningException>(2 * text.Length, () =>
            {
                References.Resolve(StoreState.Empty, text);
                return null;
            }),
            iterations: Iterations);

    /// <summary>Runs what may throw nothing but <typeparamref name="TRefusal"/>, and looks at what it allocates.</summary>
    private static byte[]? InLittleMemory<TRefusal>(int length, Func<byte[]?> decode)
        where TRefusal : Exception
    {
        long before = GC.GetAllocatedBytesForCurrentThread();
        byte[]? result = null;
        try
        {
            result = decode();
        }
        catch (TRefusal)
        {
        }

        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.LessThan((64L * length) + (1 << 20)));
        return result;
    }
}
