using ZstdSharp;
using ZstdSharp.Unsafe;

namespace Versioning.Compression;

/// <summary>Chooses an encoding and compresses with it. One per worker: not thread safe.</summary>
internal sealed class ChunkCompressor : IDisposable
{
    // A saving below this share does not pay for decompressing on every read.
    private const float WorthIt = 0.03f;

    private const int TrialLength = 32 * 1024;

    // Bytes of even frequency hardly ever repeat in runs either: a trial is for what is long enough to pay for it.
    private const int NoiseWithoutTrial = 64 * 1024;

    private readonly Compressor _general = Create(1);

    // The lowest level leaves so many bytes between two attempts that hardly a match is found; what remains is Huffman
    // coding, which the negative levels switch off unless told otherwise.
    private readonly Compressor _literalsOnly = Create(Compressor.MinCompressionLevel);

    private byte[] _plane = [];
    private byte[] _frame = [];

    internal ChunkCompressor() =>
        _literalsOnly.SetParameter(
            ZSTD_cParameter.ZSTD_c_experimentalParam5, (int)ZSTD_paramSwitch_e.ZSTD_ps_enable);

    /// <summary>
    /// What to try for the chunks of a file, from samples of it. Where the answer is an encoding in planes, ask
    /// <see cref="ChooseForChunk"/> for each chunk: a file can hold tensors of several types.
    /// </summary>
    internal ChunkEncoding Choose(IReadOnlyList<ReadOnlyMemory<byte>> samples)
    {
        long length = 0;
        Span<float> saved = stackalloc float[4];
        saved.Clear();
        foreach (ReadOnlyMemory<byte> sample in samples)
        {
            length += sample.Length;
            bool isNoise = false;
            if (sample.Length >= PositionalEntropy.MinLength)
            {
                PositionalEntropy entropy = PositionalEntropy.Measure(sample.Span);
                (ChunkEncoding planes, float share) = entropy.BestPlanes();
                saved[(int)planes] += sample.Length * share;
                isNoise = entropy.IsNoise && sample.Length < NoiseWithoutTrial;
            }

            saved[(int)ChunkEncoding.Zstd] += isNoise ? 0 : sample.Length * SavedByZstd(sample.Span);
        }

        ChunkEncoding best = ChunkEncoding.Zstd;
        for (ChunkEncoding other = ChunkEncoding.Planes2; other <= ChunkEncoding.Planes4; other++)
        {
            best = saved[(int)other] > saved[(int)best] ? other : best;
        }

        return saved[(int)best] >= WorthIt * length && length > 0 ? best : ChunkEncoding.Raw;
    }

    /// <summary>What to try for one chunk of a file of weights, from 2 KiB of it.</summary>
    internal static ChunkEncoding ChooseForChunk(ReadOnlySpan<byte> chunk)
    {
        if (chunk.Length < PositionalEntropy.MinLength)
        {
            return ChunkEncoding.Zstd;
        }

        PositionalEntropy entropy = PositionalEntropy.Measure(chunk);
        (ChunkEncoding planes, float share) = entropy.BestPlanes();
        return share >= WorthIt ? planes : entropy.IsNoise ? ChunkEncoding.Raw : ChunkEncoding.Zstd;
    }

    /// <summary>
    /// Length of what it wrote, or -1 where that saves less than 3 %: store the chunk raw then, and take
    /// <paramref name="destination"/> for garbage.
    /// </summary>
    /// <param name="encoding">What to try; Raw gives -1.</param>
    /// <param name="chunk">The bytes.</param>
    /// <param name="destination">At least as long as the chunk.</param>
    internal int TryCompress(ChunkEncoding encoding, ReadOnlySpan<byte> chunk, Span<byte> destination)
    {
        int length = encoding switch
        {
            ChunkEncoding.Zstd => _general.TryWrap(chunk, destination, out int written) ? written : -1,
            ChunkEncoding.Planes2 or ChunkEncoding.Planes4 => CompressPlanes(encoding, chunk, destination),
            _ => -1,
        };
        return length <= chunk.Length * (1 - WorthIt) ? length : -1;
    }

    public void Dispose()
    {
        _general.Dispose();
        _literalsOnly.Dispose();
    }

    private static Compressor Create(int level)
    {
        // The footer of a pack has the lengths and the hashes.
        Compressor compressor = new(level);
        compressor.SetParameter(ZSTD_cParameter.ZSTD_c_contentSizeFlag, 0);
        compressor.SetParameter(ZSTD_cParameter.ZSTD_c_checksumFlag, 0);
        return compressor;
    }

    private int CompressPlanes(ChunkEncoding encoding, ReadOnlySpan<byte> chunk, Span<byte> destination)
    {
        if (chunk.Length < PositionalEntropy.MinLength)
        {
            return -1;
        }

        int width = PlaneLayout.WidthOf(encoding);
        PlaneLayout layout = new(width, PositionalEntropy.Measure(chunk).Phase(width), chunk.Length);
        Span<byte> high = Scratch(ref _plane, layout.Elements);

        // Given room for the worst case, zstd skips a check for every symbol.
        Span<byte> frame = Scratch(ref _frame, (layout.Elements * 3 / 2) + 1024);
        ReadOnlySpan<byte> elements = chunk.Slice(layout.Phase, layout.ElementBytes);
        destination[0] = (byte)layout.Phase;
        chunk[..layout.Phase].CopyTo(destination[1..]);
        BytePlanes.Split(width, elements, destination.Slice(1 + layout.Phase, layout.LowBytes), high);
        chunk[(layout.Phase + layout.ElementBytes)..].CopyTo(destination[(1 + layout.Phase + layout.LowBytes)..]);
        if (!_literalsOnly.TryWrap(high, frame, out int written) || written > destination.Length - layout.FrameStart)
        {
            return -1;
        }

        frame[..written].CopyTo(destination[layout.FrameStart..]);
        return layout.FrameStart + written;
    }

    private float SavedByZstd(ReadOnlySpan<byte> sample)
    {
        ReadOnlySpan<byte> trial = sample[..Math.Min(sample.Length, TrialLength)];
        Span<byte> frame = Scratch(ref _frame, trial.Length);
        return _general.TryWrap(trial, frame, out int written) ? 1 - ((float)written / trial.Length) : 0;
    }

    private static Span<byte> Scratch(ref byte[] buffer, int length)
    {
        if (buffer.Length < length)
        {
            buffer = GC.AllocateUninitializedArray<byte>(length);
        }

        return buffer.AsSpan(0, length);
    }
}
