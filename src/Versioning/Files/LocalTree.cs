namespace Versioning.Files;

/// <summary>A whole version as a folder of this machine's cache.</summary>
/// <param name="Name">Its name there.</param>
/// <param name="Used">When it was last opened.</param>
/// <param name="IsThere">Whether there is a folder; a fetch that failed leaves only a name.</param>
/// <param name="Files">Its files, and those of an unfinished one of that name.</param>
/// <param name="Own">Those that no tree has which was used later: only with this one they are free.</param>
internal sealed record LocalTree(string Name, DateTime Used, bool IsThere, IReadOnlyList<TreeFile> Files, IReadOnlyList<TreeFile> Own);

/// <summary>A file of a tree or of the content cache.</summary>
/// <param name="Path">Its full path.</param>
/// <param name="Length">Its length in bytes.</param>
/// <param name="Inode">What all names of the same file share; 0: that is not known here.</param>
/// <param name="Links">How many names it has; 0: that is not known here.</param>
internal readonly record struct TreeFile(string Path, long Length, ulong Inode, long Links);
