using System.Buffers;
using Versioning.Canonical;

namespace Versioning.Packs;

/// <summary>The packs that a commit brought, as one chunk: [[id, chunks, [hook …]] …].</summary>
internal static class PackSummaries
{
    internal static ReadOnlyMemory<byte> Encode(IReadOnlyList<PackSummary> packs)
    {
        var output = new ArrayBufferWriter<byte>();
        var writer = new CanonicalWriter(output);
        writer.Array(packs.Count);
        foreach (PackSummary pack in packs)
        {
            writer.Array(3);
            writer.Id(pack.Id.Value);
            writer.Integer(pack.Chunks);
            writer.Array(pack.Hooks.Length);
            foreach (ulong hook in pack.Hooks)
            {
                writer.Unsigned(hook);
            }
        }

        writer.Flush();
        return output.WrittenMemory;
    }

    internal static PackSummary[] Decode(ReadOnlyMemory<byte> bytes, string what)
    {
        var reader = new CanonicalReader(bytes, what);
        var packs = new PackSummary[reader.Array(21)];
        for (int i = 0; i < packs.Length; i++)
        {
            reader.Array(3, "a pack");
            var id = new PackId(reader.Id());
            int chunks = (int)reader.Integer(0, int.MaxValue);
            var hooks = new ulong[reader.Array()];
            for (int j = 0; j < hooks.Length; j++)
            {
                hooks[j] = reader.Unsigned();
            }

            packs[i] = new PackSummary(id, chunks, hooks);
        }

        reader.End();
        return packs;
    }
}
