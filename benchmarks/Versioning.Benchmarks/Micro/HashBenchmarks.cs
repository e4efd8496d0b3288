using System.IO.Hashing;
using System.Security.Cryptography;
using BenchmarkDotNet.Attributes;

namespace Versioning.Benchmarks.Micro;

/// <summary>The two hashes that every byte goes through, a chunk at a time.</summary>
[MemoryDiagnoser]
public class HashBenchmarks
{
    private readonly byte[] _digest = new byte[SHA256.HashSizeInBytes];
    private byte[] _chunk = [];

    /// <summary>Length of the chunk in bytes.</summary>
    [Params(4 * 1024, 64 * 1024, 1024 * 1024)]
    public int Length { get; set; }

    /// <summary>Makes a chunk of random bytes.</summary>
    [GlobalSetup]
    public void Setup()
    {
        _chunk = new byte[Length];
        new Random(1).NextBytes(_chunk);
    }

    /// <summary>SHA-256 at once.</summary>
    [Benchmark(Baseline = true)]
    public int Sha256() => SHA256.HashData(_chunk, _digest);

    /// <summary>XxHash3 at once.</summary>
    [Benchmark]
    public ulong XxHash() => XxHash3.HashToUInt64(_chunk);
}
