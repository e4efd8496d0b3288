using System.Buffers;
using System.Text;

namespace Versioning.Capture;

/// <summary>What <c>git update-index -z --index-info</c> reads: mode, content and path of entries.</summary>
internal sealed class IndexInfo
{
    private readonly ArrayBufferWriter<byte> _text = new();

    public ReadOnlyMemory<byte> Text => _text.WrittenMemory;

    /// <summary>An entry with the content that a commit has.</summary>
    public void Set(ChangedPath change) => Write($"{change.OldMode:D6} {change.OldId}\t", change.Path);

    /// <summary>An entry whose content is not the file's, whatever that is, so that git reads the file.</summary>
    /// <param name="commit">The id of an object, which the content of a file never has.</param>
    /// <param name="path">The path.</param>
    public void SetUnknown(string commit, byte[] path) => Write($"100644 {commit}\t", path);

    /// <summary>No entry.</summary>
    public void Remove(string commit, byte[] path) => Write($"0 {new string('0', commit.Length)}\t", path);

    private void Write(string before, byte[] path)
    {
        _text.Write(Encoding.ASCII.GetBytes(before));
        _text.Write(path);
        _text.Write("\0"u8);
    }
}
