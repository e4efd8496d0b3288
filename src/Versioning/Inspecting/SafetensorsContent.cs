using System.Buffers.Binary;
using Versioning.Chunking;

namespace Versioning.Inspecting;

/// <summary>The tensors of a safetensors file: only its header is read.</summary>
internal static class SafetensorsContent
{
    internal static async ValueTask<ContentSummary> ReadAsync(ContentFile file, CancellationToken cancellationToken)
    {
        byte[] start = await file.ReadAsync(0, Safetensors.LengthBytes, cancellationToken).ConfigureAwait(false);
        ulong length = BinaryPrimitives.ReadUInt64LittleEndian(start);
        if (length > Safetensors.MaxHeader || length > (ulong)(file.Length - Safetensors.LengthBytes))
        {
            throw new InvalidDataException("it has no safetensors header");
        }

        byte[] head = await file.ReadAsync(0, Safetensors.LengthBytes + (int)length, cancellationToken).ConfigureAwait(false);
        if (!Safetensors.TryReadTensors(head, file.Length, describe: true, out List<SafeTensor>? tensors, out long dataStart))
        {
            throw new InvalidDataException("its safetensors header is not sound, or does not fit the file");
        }

        return new ContentSummary([.. tensors.Select(t => new ContentItem("tensor", t.Name, t.Shape!, new ContentValues(0, dataStart + t.From, t.To - t.From)))], []);
    }
}
