using Versioning.Fetching;
using Versioning.Files;
using Versioning.Trees;
using Versioning.Workspaces;

namespace Versioning;

/// <summary>Looks at the folders of pins and, where there is one, at what the store says of them now.</summary>
internal sealed class PinLook : IDisposable
{
    private const int MaxChanges = 1000;

    private readonly VersionStore? _store;
    private readonly VersionStoreOptions _settings;
    private readonly string _root, _cache;
    private readonly PinEntries _entries;
    private readonly ContentCache _content;

    internal PinLook(VersionStore? store, VersionStoreOptions settings, string root)
    {
        (_store, _settings, _root) = (store, settings, root);
        _cache = settings.CacheDirectory ?? CacheDirectory.Default();
        _entries = new PinEntries(store, _cache);
        _content = new ContentCache(_cache, settings.ContentCacheBytes);
    }

    internal async Task<PinStatus> RunAsync(PinIntent intent, PinnedVersion? locked, CancellationToken cancellationToken)
    {
        string path = Path.Join(_root, intent.Path);
        var status = new PinStatus(intent.Name, intent.Requested, locked) { Path = path };
        if (locked is null)
        {
            return status with { IsMissing = !Directory.Exists(path) };
        }

        status = await AskAsync(status, locked, cancellationToken).ConfigureAwait(false);
        if (!Directory.Exists(path))
        {
            return status with { IsMissing = true };
        }

        (_, EntrySource entries) = await _entries.OpenAsync(locked, entriesOnly: true, cancellationToken).ConfigureAwait(false);
        using TargetFolder folder = TargetFolder.Open(path);
        var look = new TargetStatus(folder, path, _cache, _content, _settings.Concurrency, MaxChanges);
        await look.RunAsync(entries(intent.Include.Count > 0 ? new Globs(intent.Include) : null, cancellationToken), cancellationToken).ConfigureAwait(false);
        if (_store is not null)
        {
            await _entries.KeepAsync(locked, entries, cancellationToken).ConfigureAwait(false);
        }

        return status with { MissingFiles = look.Missing, ModifiedFiles = look.Modified, Changes = look.Changes, IsMissing = look.Files > 0 && look.Missing == look.Files };
    }

    public void Dispose()
    {
        _entries.Dispose();
        _content.Dispose();
    }

    private async Task<PinStatus> AskAsync(PinStatus status, PinnedVersion locked, CancellationToken cancellationToken)
    {
        if (_store is null)
        {
            return status;
        }

        bool retired = false;
        try
        {
            await _store.LookAsync(locked, locked.Pin, cancellationToken).ConfigureAwait(false);
        }
        catch (NotFoundException e) when (e.Code == "version_retired")
        {
            retired = true;
        }

        ArtifactPin? newer = null;
        try
        {
            newer = (await _store.LookAsync(status.Requested, locked.Pin, cancellationToken).ConfigureAwait(false))?.Pin;
        }
        catch (NotFoundException)
        {
            // What is asked for is gone; what is locked stays.
        }

        return status with { IsRetired = retired, Newer = newer };
    }
}
