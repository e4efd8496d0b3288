using BenchmarkDotNet.Attributes;
using Versioning.Benchmarks.Workloads;
using Versioning.Chunking;
using Versioning.Compression;

namespace Versioning.Benchmarks.Micro;

/// <summary>Cutting and compressing the start of a generated file, chunk by chunk.</summary>
[MemoryDiagnoser]
public class ChunkingBenchmarks
{
    private const double Scale = 0.02;

    private readonly byte[] _destination = new byte[Chunker.MaxLength];
    private readonly ChunkCompressor _compressor = new();
    private byte[] _data = [];
    private ChunkEncoding _encoding;

    /// <summary>The workload: weights or a table.</summary>
    [Params("w1", "w4")]
    public string Workload { get; set; } = "";

    /// <summary>Generates 16 MiB and lets the compressor choose.</summary>
    [GlobalSetup]
    public void Setup()
    {
        string path = Path.GetTempFileName();
        try
        {
            Generator.Write(Workload, path, 1, Scale);
            _data = File.ReadAllBytes(path)[..(16 * 1024 * 1024)];
        }
        finally
        {
            File.Delete(path);
        }

        _encoding = _compressor.Choose([_data.AsMemory(0, Chunker.AverageLength), _data.AsMemory(_data.Length / 2, Chunker.AverageLength)]);
    }

    /// <summary>Frees the compressor.</summary>
    [GlobalCleanup]
    public void Cleanup() => _compressor.Dispose();

    /// <summary>Finds all cuts.</summary>
    [Benchmark(Baseline = true)]
    public int Cut()
    {
        int chunks = 0;
        for (int at = 0; at < _data.Length; chunks++)
        {
            at += Chunker.NextCut(_data.AsSpan(at));
        }

        return chunks;
    }

    /// <summary>Finds all cuts and compresses every chunk.</summary>
    /// <returns>Bytes stored.</returns>
    [Benchmark]
    public long CutAndCompress()
    {
        long stored = 0;
        for (int at = 0; at < _data.Length;)
        {
            ReadOnlySpan<byte> chunk = _data.AsSpan(at, Chunker.NextCut(_data.AsSpan(at)));
            ChunkEncoding encoding = _encoding is ChunkEncoding.Planes2 or ChunkEncoding.Planes4 ? ChunkCompressor.ChooseForChunk(chunk) : _encoding;
            int compressed = _compressor.TryCompress(encoding, chunk, _destination);
            stored += compressed < 0 ? chunk.Length : compressed;
            at += chunk.Length;
        }

        return stored;
    }
}
