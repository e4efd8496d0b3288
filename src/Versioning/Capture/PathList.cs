using System.Buffers;

namespace Versioning.Capture;

/// <summary>Paths with a zero byte behind each, as git reads and writes them.</summary>
internal sealed class PathList
{
    private readonly ArrayBufferWriter<byte> _text = new();

    public ReadOnlyMemory<byte> Text => _text.WrittenMemory;

    public void Add(ReadOnlySpan<byte> path)
    {
        _text.Write(path);
        _text.Write("\0"u8);
    }

    public static List<byte[]> Split(ReadOnlySpan<byte> list)
    {
        var paths = new List<byte[]>();
        foreach (Range range in list.Split((byte)0))
        {
            if (!list[range].IsEmpty)
            {
                paths.Add(list[range].ToArray());
            }
        }

        return paths;
    }
}
