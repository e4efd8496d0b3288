using Versioning.Fetching;
using Versioning.Files;
using Versioning.Journal;
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
    private StoreState? _state;

    internal PinLook(VersionStore? store, VersionStoreOptions settings, string root)
    {
        (_store, _settings, _root) = (store, settings, root);
        _cache = settings.CacheRoot;
        _entries = new PinEntries(store, _cache);
        _content = new ContentCache(_cache, settings.ContentCacheBytes);
    }

    internal async Task<PinStatus> RunAsync(PinIntent intent, PinnedVersion? locked, CancellationToken cancellationToken)
    {
        string? path = intent.Path is null ? null : Path.Join(_root, intent.Path);
        var status = new PinStatus(intent.Name, intent.Requested, locked) { Path = path };
        if (locked is null)
        {
            return status with { IsMissing = path is not null && !Directory.Exists(path) };
        }

        if (path is null)
        {
            return await AskAsync(status, locked, cancellationToken).ConfigureAwait(false);
        }

        // The store answers while the folder is looked at.
        Task<PinStatus> asking = Task.Run(() => AskAsync(status, locked, cancellationToken), cancellationToken);
        TargetStatus? look;
        try
        {
            look = Directory.Exists(path) ? await CompareAsync(path, intent, locked, cancellationToken).ConfigureAwait(false) : null;
        }
        finally
        {
            status = await asking.ConfigureAwait(false);
        }

        return look is null
            ? status with { IsMissing = true }
            : status with { MissingFiles = look.Missing, ModifiedFiles = look.Modified, Changes = look.Changes, IsMissing = look.Files > 0 && look.Missing == look.Files };
    }

    public void Dispose()
    {
        _entries.Dispose();
        _content.Dispose();
    }

    private async Task<TargetStatus> CompareAsync(string path, PinIntent intent, PinnedVersion locked, CancellationToken cancellationToken)
    {
        using TargetFolder folder = TargetFolder.Open(path);
        var look = new TargetStatus(folder, path, PinEntries.NameOf(locked, intent.Include), _cache, _content, _settings, MaxChanges);
        if (!await look.IsAsItWasAsync(cancellationToken).ConfigureAwait(false) || (_store is not null && !_entries.Has(locked)))
        {
            (_, EntrySource entries) = await _entries.OpenAsync(locked, entriesOnly: true, cancellationToken).ConfigureAwait(false);
            await look.RunAsync(entries(intent.Include.Count > 0 ? new Globs(intent.Include) : null, cancellationToken), cancellationToken).ConfigureAwait(false);
            if (_store is not null)
            {
                await _entries.KeepAsync(locked, entries, cancellationToken).ConfigureAwait(false);
            }
        }

        return look;
    }

    private async Task<PinStatus> AskAsync(PinStatus status, PinnedVersion locked, CancellationToken cancellationToken)
    {
        if (_store is null)
        {
            return status;
        }

        // One look at the journal for all pins: they are told of one moment.
        _state ??= await _store.FoldAsync(cancellationToken).ConfigureAwait(false);
        bool retired = false;
        try
        {
            _ = References.Resolve(_state, locked.Pin);
        }
        catch (NotFoundException e) when (e.Code == "version_retired")
        {
            retired = true;
        }

        ArtifactPin? newer = null;
        try
        {
            (string artifact, PublishedVersion version) = References.Resolve(_state, status.Requested);
            newer = new ArtifactPin(artifact, version.Number, version.Digest);
        }
        catch (NotFoundException)
        {
            // What is asked for is gone; what is locked stays.
        }

        return status with { IsRetired = retired, Newer = newer == locked.Pin ? null : newer };
    }
}
