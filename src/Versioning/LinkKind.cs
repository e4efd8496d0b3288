namespace Versioning;

/// <summary>How files get from the machine's cache into a folder.</summary>
public enum LinkKind
{
    /// <summary>The first of reflink, hard link and copy that the disk allows.</summary>
    Auto = 0,

    /// <summary>A file of its own that shares its blocks with the cache until one of both is written to.</summary>
    Reflink = 1,

    /// <summary>The very file of the cache, which is read only.</summary>
    Hard = 2,

    /// <summary>A link to the file in the cache.</summary>
    Symbolic = 3,

    /// <summary>A file of its own.</summary>
    Copy = 4,
}
