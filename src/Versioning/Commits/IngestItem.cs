using Versioning.Files;
using Versioning.Trees;

namespace Versioning.Commits;

/// <summary>What the scan of a source hands on, in the byte order of paths.</summary>
internal abstract class IngestItem
{
    /// <summary>After a failure: complete when nothing works on the item any more, however that ended.</summary>
    internal abstract Task SettleAsync();

    private protected static Task EndOf(Task work) => work.ContinueWith(static _ => { }, TaskScheduler.Default);
}

/// <summary>A file that was not read because its stamp is known.</summary>
internal readonly record struct KnownFile(byte[] Path, FileIdentity Identity);

/// <summary>A part of the manifest that is built on which stays as it is.</summary>
/// <param name="subtree">The part.</param>
/// <param name="files">The files of the source that lie in it; none for a part that a patch leaves alone.</param>
internal sealed class UnchangedSubtree(ManifestSubtree subtree, IReadOnlyList<KnownFile> files) : IngestItem
{
    internal ManifestSubtree Subtree => subtree;

    internal IReadOnlyList<KnownFile> Files => files;

    internal override Task SettleAsync() => Task.CompletedTask;
}
