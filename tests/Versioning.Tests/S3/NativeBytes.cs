using System.Buffers;
using System.Runtime.InteropServices;

namespace Versioning.Tests.S3;

/// <summary>Memory with no array behind it.</summary>
internal sealed unsafe class NativeBytes : MemoryManager<byte>
{
    private readonly int _length;
    private byte* _bytes;

    internal NativeBytes(ReadOnlySpan<byte> content)
    {
        _length = content.Length;
        _bytes = (byte*)NativeMemory.Alloc((nuint)content.Length);
        content.CopyTo(GetSpan());
    }

    public override Span<byte> GetSpan() => new(_bytes, _length);

    public override MemoryHandle Pin(int elementIndex = 0) => new(_bytes + elementIndex);

    public override void Unpin()
    {
    }

    protected override void Dispose(bool disposing)
    {
        NativeMemory.Free(_bytes);
        _bytes = null;
    }
}
