using System.Globalization;
using System.Text;
using Versioning.Compression;
using Versioning.Packs;

namespace Versioning.Tests.Journal.Interleavings;

/// <summary>
/// What lies in packs: texts. A version is a root chunk that lists its children; a child is a leaf, or a node that
/// lists leaves. A reference names the same text for ever, wherever the journal says that it lies.
/// </summary>
internal sealed class Library(Library? basis = null)
{
    private const string Node = "node", Root = "root";

    private readonly Dictionary<ChunkRef, (string Text, Digest Digest)> _chunks = basis is null ? [] : new(basis._chunks);

    internal string this[ChunkRef reference] => _chunks[reference].Text;

    internal Digest DigestOf(ChunkRef reference) => _chunks[reference].Digest;

    /// <summary>The bytes of a pack with these texts, null for a hole; remembers what each reference means.</summary>
    internal ReadOnlyMemory<byte> Pack(PackId id, IReadOnlyList<string?> texts)
    {
        var builder = new PackBuilder(4 * 1024);
        for (int ordinal = 0; ordinal < texts.Count; ordinal++)
        {
            if (texts[ordinal] is { } text)
            {
                byte[] bytes = Encoding.UTF8.GetBytes(text);
                Digest digest = Digest.Of(bytes);
                builder.Add(digest, bytes.Length, ChunkEncoding.Raw, bytes);
                _chunks[new ChunkRef(id, ordinal)] = (text, digest);
            }
            else
            {
                builder.Add(default, 0, ChunkEncoding.Raw, []);
            }
        }

        return builder.Seal();
    }

    internal static string RootOf(IEnumerable<ChunkRef> children) => Listing(Root, children);

    internal static string NodeOf(IEnumerable<ChunkRef> leaves) => Listing(Node, leaves);

    internal static bool IsLeaf(string text) => !text.StartsWith(Root, StringComparison.Ordinal) && !text.StartsWith(Node, StringComparison.Ordinal);

    internal static bool IsNode(string text) => text.StartsWith(Node, StringComparison.Ordinal);

    /// <summary>The references that a root or a node holds.</summary>
    internal static IEnumerable<ChunkRef> Children(string text) => IsLeaf(text)
        ? []
        : text.Split(' ').Skip(1).Select(child => child.Split(':')).Select(child => new ChunkRef(
            new PackId(UInt128.Parse(child[0], NumberStyles.HexNumber, CultureInfo.InvariantCulture)),
            int.Parse(child[1], CultureInfo.InvariantCulture)));

    /// <summary>A reference, and all that are reached from it.</summary>
    internal IEnumerable<ChunkRef> Closure(ChunkRef reference) => Children(this[reference]).SelectMany(Closure).Prepend(reference);

    /// <summary>What lies in a pack, in order.</summary>
    internal IEnumerable<ChunkRef> In(PackId pack) => _chunks.Keys.Where(reference => reference.Pack == pack).OrderBy(reference => reference.Ordinal);

    private static string Listing(string kind, IEnumerable<ChunkRef> references) =>
        string.Join(' ', references.Select(r => $"{r.Pack}:{r.Ordinal}").Prepend(kind));
}
