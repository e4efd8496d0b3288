using System.Buffers.Binary;
using System.Text;
using Versioning.Inspecting;

namespace Versioning.Tests.Inspecting;

/// <summary>Files made in memory, looked into without a store.</summary>
internal static class Inspected
{
    internal static async Task<string[]> LinesAsync(string name, byte[]? before, byte[]? after, long maxBytes = 1 << 30)
    {
        ContentFile? was = before is null ? null : new ContentFile(new MemoryStream(before), maxBytes), became = after is null ? null : new ContentFile(new MemoryStream(after), maxBytes);
        IReadOnlyList<ContentChange> changes = await ContentInspection.CompareAsync(ContentFormats.Of(name)!, was, became, CancellationToken.None);
        return [.. changes.Select(change => change.ToString())];
    }

    internal static Task<string[]> LinesAsync(string name, string? before, string? after, long maxBytes = 1 << 30) =>
        LinesAsync(name, before is null ? null : Encoding.UTF8.GetBytes(before), after is null ? null : Encoding.UTF8.GetBytes(after), maxBytes);

    /// <summary>A safetensors file of tensors of type U8.</summary>
    internal static byte[] Safetensors(params (string Name, byte[] Values)[] tensors)
    {
        var header = new StringBuilder("{\"__metadata__\":{\"format\":\"pt\"}");
        int offset = 0;
        foreach ((string name, byte[] values) in tensors)
        {
            header.Append(System.Globalization.CultureInfo.InvariantCulture, $",\"{name}\":{{\"dtype\":\"U8\",\"shape\":[{values.Length}],\"data_offsets\":[{offset},{offset += values.Length}]}}");
        }

        byte[] json = Encoding.UTF8.GetBytes(header.Append('}').ToString()), length = new byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(length, json.Length);
        return [.. length, .. json, .. tensors.SelectMany(tensor => tensor.Values)];
    }
}
