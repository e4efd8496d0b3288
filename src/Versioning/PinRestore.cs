using Microsoft.Win32.SafeHandles;
using Versioning.Fetching;
using Versioning.Files;
using Versioning.Packs;
using Versioning.Workspaces;

namespace Versioning;

/// <summary>Brings the folders of a workspace's pins to what the lock says, one after the other.</summary>
internal sealed class PinRestore : IDisposable
{
    private readonly VersionStoreOptions _settings;
    private readonly RestoreOptions _options;
    private readonly string _root;
    private readonly string? _location;
    private readonly PinEntries _entries;
    private readonly ContentCache _content;
    private readonly RestoredLock _restored;

    internal PinRestore(VersionStore? store, VersionStoreOptions settings, RestoreOptions options, string root)
    {
        (_settings, _options, _location) = (settings, options, store?.Location);
        _root = options.Into is { } into ? Path.GetFullPath(into) : root;
        string cache = settings.CacheRoot;
        _entries = new PinEntries(store, cache);
        _content = new ContentCache(cache, settings.ContentCacheBytes);
        _restored = new RestoredLock(cache, _root);
    }

    internal Task<RestoredPin> RunAsync(PinIntent intent, PinnedVersion pin, IProgress<TransferProgress>? progress, CancellationToken cancellationToken) =>
        MeasuredOperation.RunAsync("restore", _location, _settings, async operation =>
        {
            operation.About(pin.Pin);
            (RestoredPin restored, long bytes) = await RestoreAsync(intent, pin, progress, cancellationToken).ConfigureAwait(false);
            operation.Did(new OperationCount(restored.Written, bytes));
            return restored;
        });

    private async Task<(RestoredPin Restored, long WrittenBytes)> RestoreAsync(PinIntent intent, PinnedVersion pin, IProgress<TransferProgress>? progress, CancellationToken cancellationToken)
    {
        (PackReader packs, EntrySource entries) = await _entries.OpenAsync(pin, entriesOnly: false, cancellationToken).ConfigureAwait(false);
        string path = Path.Join(_root, FolderOf(intent));
        using SafeFileHandle? alone = await _restored.HoldAsync(cancellationToken).ConfigureAwait(false);
        RequireNoLinks(intent);
        using TargetFolder folder = TargetFolder.Open(path);
        var fetch = new FetchOperation(
            packs,
            entries,
            folder,
            path,
            new FetchOptions { Include = [.. intent.Include], Force = _options.Force },
            _settings,
            _content,
            _options.Links,
            await BeforeAsync(intent, pin, new TargetCheck(folder, _content), cancellationToken).ConfigureAwait(false));

        // From here on both versions may have files there.
        _restored.Begin(pin);
        long written = await fetch.RunAsync(progress, cancellationToken).ConfigureAwait(false);
        folder.RemoveAbandoned();
        await _entries.KeepAsync(pin, entries, cancellationToken).ConfigureAwait(false);
        _restored.Set(pin);
        var restored = new RestoredPin(pin, path, fetch.Files, fetch.Bytes, written, fetch.Removed, fetch.Kept)
        {
            Paths = _options.WithPaths ? await PathsAsync(intent, entries, cancellationToken).ConfigureAwait(false) : [],
        };
        return (restored, fetch.WrittenBytes);
    }

    /// <summary>Refuses pins that would have no place, or one within another's: in a folder that has them by name, one must not lie in another.</summary>
    internal static void RequirePlaces(IReadOnlyList<PinIntent> pins, RestoreOptions options)
    {
        if (options.Into is null)
        {
            if (options.Names.Count > 0 && pins.FirstOrDefault(pin => pin.Path is null) is { } homeless)
            {
                throw new VersioningException("pin_without_path", $"Pin '{homeless.Name}' has no folder in the workspace: {Workspace.FileName} says \"path\": false.", "Builds restore it by themselves. Say into which folder, or give it a path.");
            }
        }
        else if (pins.SelectMany(outer => pins.Where(inner => inner.Name.StartsWith(outer.Name + "/", StringComparison.OrdinalIgnoreCase)).Select(inner => (outer.Name, inner.Name))).FirstOrDefault() is (string o, string i))
        {
            throw new ConflictException("path_blocked", $"Pins '{o}' and '{i}' would go one into the other.", "Give one of them another name, with 'vers pin --name'.");
        }
    }

    public void Dispose()
    {
        _entries.Dispose();
        _content.Dispose();
    }

    private string FolderOf(PinIntent intent) => _options.Into is null ? intent.Path! : intent.Name;

    private static ValueTask<List<string>> PathsAsync(PinIntent intent, EntrySource entries, CancellationToken cancellationToken) =>
        entries(intent.Include.Count > 0 ? new Globs(intent.Include) : null, cancellationToken).Select(entry => entry.Name).ToListAsync(cancellationToken);

    /// <summary>A folder on the way to a pin that is a link would lead out of the workspace.</summary>
    private void RequireNoLinks(PinIntent intent)
    {
        string at = _root;
        foreach (string segment in FolderOf(intent).Split('/'))
        {
            at = Path.Join(at, segment);
            if (new FileInfo(at).LinkTarget is not null)
            {
                throw new ConflictException("path_blocked", $"'{at}' is a link, so pin '{intent.Name}' is not restored through it.", "Remove it, or give the pin another path.");
            }
        }
    }

    /// <summary>What this workspace had there; another version's files are its own business.</summary>
    private async Task<EntrySource?> BeforeAsync(PinIntent intent, PinnedVersion pin, TargetCheck check, CancellationToken cancellationToken)
    {
        var sources = new List<EntrySource>();

        // The same content again, all of it: nothing of that can be another version's.
        foreach (PinnedVersion before in _restored.FindAll(intent.Name).Where(before => before.Manifest != pin.Manifest || intent.Include.Count > 0))
        {
            try
            {
                sources.Add((await _entries.OpenAsync(before, entriesOnly: true, cancellationToken).ConfigureAwait(false)).Entries);
            }
            catch (VersioningException)
            {
                // It can't be read any more: what it put there is then as good as changed.
            }
        }

        return sources.Count switch { 0 => null, 1 => sources[0], _ => new MixedEntries(sources, check).EntriesAsync };
    }
}
