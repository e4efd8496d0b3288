namespace Versioning.Chunking;

/// <summary>Where one file is cut: at tensor starts where it has them, by content in between.</summary>
internal sealed class CutPoints
{
    /// <summary>How much of the beginning of a long file is looked at for a header, in bytes.</summary>
    internal const int HeadLength = 2 * 1024 * 1024;

    private readonly long[] _starts;
    private int _next;

    private CutPoints(long[] starts) => _starts = starts;

    /// <param name="head">The beginning of the file, as much as is at hand.</param>
    /// <param name="fileLength">The length of the whole file in bytes.</param>
    internal static CutPoints For(ReadOnlySpan<byte> head, long fileLength) =>
        new(Safetensors.TryReadTensorStarts(head, fileLength, out long[]? starts, out _) ? starts : []);

    /// <summary>How long the chunk is that begins at <paramref name="offset"/>; offsets ascend from call to call.</summary>
    /// <param name="data">The file's bytes from there on: at least the longest chunk, or all that is left.</param>
    /// <param name="offset">Where in the file they begin.</param>
    internal int Next(ReadOnlySpan<byte> data, long offset)
    {
        while (_next < _starts.Length && _starts[_next] <= offset)
        {
            _next++;
        }

        if (_next < _starts.Length && _starts[_next] - offset < data.Length)
        {
            data = data[..(int)(_starts[_next] - offset)];
        }

        return Chunker.NextCut(data);
    }
}
