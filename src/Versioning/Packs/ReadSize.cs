namespace Versioning.Packs;

/// <summary>How much is read in one go, and how much that nobody wants is read through, in bytes.</summary>
internal readonly record struct ReadSize(int MaxLength, int MaxGap)
{
    /// <summary>So much stays in a core's cache from the read over the hash to the write.</summary>
    internal static readonly ReadSize Local = new(1024 * 1024, 512 * 1024);

    /// <summary>
    /// A request takes as long as a few MiB do. A full pack comes in five, as good as equal: with room for exactly a
    /// quarter, a rest would be left over that costs a request of its own.
    /// </summary>
    internal static readonly ReadSize Remote = new(PackFormat.TargetLength / 5 + 128 * 1024, 1024 * 1024);

    /// <summary>Nodes are small; in a small pack the files of the same commit lie between them.</summary>
    internal static readonly ReadSize LocalNodes = new(1024 * 1024, 64 * 1024);

    internal static ReadSize OfNodes(Storage.ObjectStore objects) => objects.IsRemote ? Remote : LocalNodes;

    internal static ReadSize Of(Storage.ObjectStore objects) => objects.IsRemote ? Remote : Local;
}
