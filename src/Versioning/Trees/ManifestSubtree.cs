namespace Versioning.Trees;

/// <summary>A node of a manifest and what is below it.</summary>
/// <param name="Child">The node.</param>
/// <param name="Level">Its level; 0 is a leaf.</param>
/// <param name="IsLast">Whether it is the last of its level. Such a node ended because the manifest did: in another one it might go on.</param>
internal sealed record ManifestSubtree(ManifestChild Child, int Level, bool IsLast)
{
    /// <summary>The level of a root that was not read yet: above all others.</summary>
    internal const int UnknownLevel = int.MaxValue;

    /// <summary>The entries of a leaf where they are at hand.</summary>
    internal ManifestEntry[]? Entries { get; init; }
}
