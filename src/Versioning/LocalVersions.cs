using System.Globalization;
using System.IO.Hashing;
using System.Text;
using Microsoft.Win32.SafeHandles;
using Versioning.Fetching;
using Versioning.Files;
using Versioning.Packs;
using Versioning.Trees;
using Versioning.Workspaces;

namespace Versioning;

/// <summary>
/// Trees of whole versions in this machine's cache, made of the very files of its content cache. A tree is there whole or
/// not at all, and is looked at whenever it is opened.
/// </summary>
internal sealed class LocalVersions(VersionStore store, VersionStoreOptions settings)
{
    private readonly string _cache = settings.CacheRoot;

    /// <param name="version">Which; only what names it counts.</param>
    /// <param name="include">Globs of the paths that are wanted; empty: all.</param>
    /// <param name="progress">Told of bytes and files.</param>
    /// <param name="cancellationToken">Ends it; what came so far is used by the next try.</param>
    internal async Task<LocalVersion> OpenAsync(PinnedVersion version, IReadOnlyList<string> include, IProgress<TransferProgress>? progress, CancellationToken cancellationToken)
    {
        var trees = new TreeFolder(_cache);
        var tree = new Tree(version, include, NameOf(version.Manifest, include));
        string path = trees.PathOf(tree.Name);
        SafeFileHandle lease = await trees.HoldAsync(tree.Name, cancellationToken).ConfigureAwait(false);
        try
        {
            if (!IsWhole(tree, path, cancellationToken))
            {
                using SafeFileHandle made = await trees.LockAsync(tree.Name, cancellationToken).ConfigureAwait(false);
                if (!IsWhole(tree, path, cancellationToken))
                {
                    await MeasuredOperation.RunAsync("fetch", store.Location, settings, operation => MakeAsync(tree, path, operation, progress, cancellationToken)).ConfigureAwait(false);
                }
            }

            return new LocalVersion(version, path, lease);
        }
        catch
        {
            lease.Dispose();
            throw;
        }
    }

    private bool IsWhole(Tree tree, string path, CancellationToken cancellationToken)
    {
        if (!Directory.Exists(path) || tree.Known(_cache) is not { } known)
        {
            return false;
        }

        using TargetFolder folder = TargetFolder.Open(path);
        return new SealedTree(folder, path).IsWhole(known, settings.Concurrency, cancellationToken);
    }

    private async Task<bool> MakeAsync(Tree tree, string path, MeasuredOperation operation, IProgress<TransferProgress>? progress, CancellationToken cancellationToken)
    {
        operation.About(tree.Version.Pin);
        using var content = new ContentCache(_cache, settings.ContentCacheBytes);
        bool isThere = Directory.Exists(path);
        if (isThere && tree.Known(_cache) is not null)
        {
            Log.TreeDamaged(settings.Logger, operation.Subject);
        }

        // Others may use what is there: its files are replaced one by one.
        string target = isThere ? path : path + TreeFolder.PartialSuffix;
        operation.Did(await FetchAsync(tree, target, content, progress, cancellationToken).ConfigureAwait(false));
        if (!isThere)
        {
            Directory.Move(target, path);
        }

        return true;
    }

    private async Task<OperationCount> FetchAsync(Tree tree, string target, ContentCache content, IProgress<TransferProgress>? progress, CancellationToken cancellationToken)
    {
        bool isHere = tree.Known(_cache) is { } known && known.All(e => e.Place is null || (content.Takes(e.Size) && content.Has(e.Sha256, e.Kind, e.Size, cancellationToken)));
        if (isHere)
        {
            try
            {
                return await FetchAsync(null, tree, target, content, progress, cancellationToken).ConfigureAwait(false);
            }
            catch (StoreUnavailableException e) when (e.Code == "offline")
            {
                // Another process took something out of the cache meanwhile.
            }
        }

        return await FetchAsync(store, tree, target, content, progress, cancellationToken).ConfigureAwait(false);
    }

    private async Task<OperationCount> FetchAsync(VersionStore? from, Tree tree, string target, ContentCache content, IProgress<TransferProgress>? progress, CancellationToken cancellationToken)
    {
        using var entries = new PinEntries(from, _cache);
        (PackReader packs, EntrySource source) = await entries.OpenAsync(tree.Version, entriesOnly: false, cancellationToken).ConfigureAwait(false);
        using TargetFolder folder = TargetFolder.Open(target);
        var options = new FetchOptions { Include = [.. tree.Include], Force = true };
        var fetch = new FetchOperation(packs, source, folder, target, options, settings, content, seals: true);
        long written = await fetch.RunAsync(progress, cancellationToken).ConfigureAwait(false);
        folder.RemoveAbandoned();
        await entries.KeepAsync(tree.Version, source, cancellationToken).ConfigureAwait(false);
        await ProtectAsync(tree, source, target, folder, content, cancellationToken).ConfigureAwait(false);
        return new OperationCount(written, fetch.WrittenBytes);
    }

    /// <summary>Files that the content cache does not take are the tree's own.</summary>
    private static async Task ProtectAsync(Tree tree, EntrySource source, string target, TargetFolder folder, ContentCache content, CancellationToken cancellationToken)
    {
        ManifestEntry[] own = await source(tree.Wanted, cancellationToken).Where(e => !content.Takes(e.Size)).ToArrayAsync(cancellationToken).ConfigureAwait(false);
        new SealedTree(folder, target).Protect(own);
        if (own.Length > 0)
        {
            content.Note(own.Sum(e => e.Size));
        }
    }

    private static string NameOf(Digest manifest, IReadOnlyList<string> include)
    {
        string hex = manifest.ToHex();
        return include.Count == 0
            ? hex
            : $"{hex}-{XxHash128.HashToUInt128(Encoding.UTF8.GetBytes(string.Join('\n', include.Order(StringComparer.Ordinal)))).ToString("x32", CultureInfo.InvariantCulture)}";
    }

    private sealed class Tree(PinnedVersion version, IReadOnlyList<string> include, string name)
    {
        private IReadOnlyList<ManifestEntry>? _known;

        internal PinnedVersion Version => version;

        internal IReadOnlyList<string> Include => include;

        internal string Name => name;

        internal Globs? Wanted { get; } = include.Count > 0 ? new Globs(include) : null;

        /// <summary>What should be there, as this machine saw it last; null where it did not.</summary>
        internal IReadOnlyList<ManifestEntry>? Known(string cacheDirectory)
        {
            if (_known is null && EntryList.Read(cacheDirectory, version) is { } all)
            {
                _known = Wanted is null ? all : [.. all.Where(e => Wanted.IsMatch(e.Name))];
            }

            return _known;
        }
    }
}
