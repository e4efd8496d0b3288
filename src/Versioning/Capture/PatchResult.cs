namespace Versioning.Capture;

/// <summary>Why a change is not in a patch.</summary>
internal enum LeftOutReason
{
    /// <summary>Files of that name hold credentials.</summary>
    SecretFile,

    /// <summary>What changed looks like a credential.</summary>
    SecretContent,

    /// <summary>It is longer than what is left of the bound.</summary>
    TooLong,

    /// <summary>It is a repository of its own with changes of its own, or one that is not part of this one.</summary>
    Repository,

    /// <summary>Its content goes through a program that is set as a git filter (Git LFS), which is not run.</summary>
    Filtered,

    /// <summary>It can't be read, or is not a file.</summary>
    Unreadable,

    /// <summary>Its name is not UTF-8.</summary>
    NotUtf8,

    /// <summary>It stands where something lies that was left out.</summary>
    InTheWay,

    /// <summary>There are more untracked files than can be listed; none is in the patch.</summary>
    TooMany,
}

/// <summary>A change that is not in a patch.</summary>
/// <param name="Path">The path from the top of the checkout, escaped where it would disturb a terminal.</param>
/// <param name="Reason">Why.</param>
internal readonly record struct LeftOutPath(string Path, LeftOutReason Reason);

/// <summary>What a checkout has that its commit does not.</summary>
/// <param name="Commit">The commit that the patch applies to, in hexadecimal.</param>
/// <param name="Patch">What <c>git apply</c> takes; empty where nothing differs.</param>
/// <param name="LeftOut">Changes that are not in the patch, in byte order of paths; at most <see cref="MaxListed"/>.</param>
/// <param name="LeftOutCount">How many there are.</param>
/// <param name="HasTracked">Whether tracked files differ; null: only some that go through a filter may.</param>
internal sealed record PatchResult(string Commit, ReadOnlyMemory<byte> Patch, IReadOnlyList<LeftOutPath> LeftOut, int LeftOutCount, bool? HasTracked)
{
    /// <summary>How many left out paths are named.</summary>
    public const int MaxListed = 1000;

    /// <summary>Whether commit and patch give the checkout as it was.</summary>
    public bool IsWhole => LeftOutCount == 0;
}
