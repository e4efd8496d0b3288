using System.Globalization;
using System.IO.Hashing;
using System.Text;
using Versioning.Files;
using Versioning.Workspaces;

namespace Versioning;

/// <summary>
/// A folder with <c>versions.json</c>, which says by intent what is pinned, and <c>versions.lock</c>, which says what exactly
/// that means. Both are committed with the code.
/// </summary>
public sealed class Workspace
{
    /// <summary>The name of the file that says what is wanted.</summary>
    public const string FileName = WorkspaceFile.FileName;

    /// <summary>The name of the file that says what exactly that is.</summary>
    public const string LockName = LockFile.FileName;

    private WorkspaceFile _file;
    private LockFile _lock;

    private Workspace(WorkspaceFile file) => (_file, _lock) = (file, LockFile.Read(Path.Join(file.Root, LockName)));

    /// <summary>The workspace's folder.</summary>
    public string Root => _file.Root;

    /// <summary>What <c>versions.json</c> says.</summary>
    internal WorkspaceFile Declared => _file;

    /// <summary>The store's path or URI.</summary>
    /// <exception cref="VersioningException">The workspace names none.</exception>
    public string StoreLocation => _file.StoreLocation;

    /// <summary>What the lock says, by name.</summary>
    public IReadOnlyList<PinnedVersion> Pins => _lock.Pins;

    /// <summary>Opens the workspace of a folder: its own, or the nearest above it.</summary>
    /// <param name="folder">The folder. Default: the current one.</param>
    /// <exception cref="NotFoundException">There is none.</exception>
    public static Workspace Open(string? folder = null)
    {
        string from = Path.GetFullPath(folder ?? Environment.CurrentDirectory);
        return WorkspaceFile.Find(from) is { } path
            ? new Workspace(WorkspaceFile.Read(path))
            : throw new NotFoundException("no_workspace", $"There is no {FileName} in '{from}' or above it.", "Make one with 'vers init'.");
    }

    /// <summary>The path or URI of the store that the nearest <c>versions.json</c> names, without reading the lock; null: there is no such file.</summary>
    /// <param name="folder">The folder from which on upwards it is looked for. Default: the current one.</param>
    /// <exception cref="VersioningException">The file is broken, or names no store.</exception>
    public static string? FindStoreLocation(string? folder = null) =>
        WorkspaceFile.Find(Path.GetFullPath(folder ?? Environment.CurrentDirectory)) is { } path ? WorkspaceFile.Read(path).StoreLocation : null;

    /// <summary>Makes a store, or opens the one that is there, and names it in the <c>versions.json</c> of a folder; both are made where they are missing. What the file says stays as it is.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="location">The store's path or URI, as the file will name it; a relative path is one from the folder.</param>
    /// <param name="options">How the store is used here.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <exception cref="ConflictException">The file names another store.</exception>
    public static async Task<VersionStore> InitAsync(string folder, string location, VersionStoreOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(folder);
        ArgumentException.ThrowIfNullOrEmpty(location);
        var file = WorkspaceFile.ReadOrNew(folder);
        string full = file.LocationOf(location);
        if (file.Store is { } present && Path.TrimEndingDirectorySeparator(file.LocationOf(present)) != Path.TrimEndingDirectorySeparator(full))
        {
            throw new ConflictException("workspace_exists", $"'{file.FullPath}' already names the store '{present}'.", "Take 'store' out of it first, or run this in another folder.");
        }

        VersionStore store = await VersionStore.CreateAsync(full, options, cancellationToken).ConfigureAwait(false);
        try
        {
            file = file.WithStore(location);
            Directory.CreateDirectory(file.Root);
            file.Write();
            if (file.Schema == WorkspaceSchema.Reference)
            {
                WorkspaceSchema.Write(file.Root);
            }

            return store;
        }
        catch
        {
            await store.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Locks what a reference means now under a name, and asks for it in <c>versions.json</c>.</summary>
    /// <param name="store">The workspace's store.</param>
    /// <param name="reference">What is wanted, such as <c>models/churn@production</c>.</param>
    /// <param name="options">What to call it and where it goes.</param>
    /// <param name="cancellationToken">Ends it; nothing is written then.</param>
    /// <exception cref="ConflictException">Another pin has that folder, or one above or below it; nothing is written.</exception>
    public async Task<PinnedVersion> PinAsync(VersionStore store, ArtifactReference reference, PinOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(store);
        ArtifactVersion version = await store.ResolveToReadAsync(reference, cancellationToken).ConfigureAwait(false);
        string text = reference.ToString().Split('#')[0];
        int at = text.IndexOf('@', StringComparison.Ordinal);
        string name = options?.Name ?? version.Artifact;
        References.CheckArtifactName(name);
        PinIntent intent = (options ?? new PinOptions()).Intent(name, version.Artifact, at < 0 ? "" : text[(at + 1)..], _file.Pins.FirstOrDefault(p => p.Name == name));
        WorkspaceFile file = _file.With(intent);
        PinnedVersion pinned = LockFile.Lock(file.Pins.Single(p => p.Name == name), version);

        // The lock first: what it says too much is of no effect.
        Write(_lock.With(pinned));
        file.Write();
        _file = file;
        return pinned;
    }

    /// <summary>Takes a pin out of both files; its folder stays.</summary>
    /// <exception cref="NotFoundException">There is no such pin.</exception>
    public void Unpin(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        _ = IntentOf(name);
        WorkspaceFile file = _file.Without(name);
        file.Write();
        _file = file;
        Write(_lock.Without(name));
    }

    /// <summary>Locks what pins mean now.</summary>
    /// <param name="store">The workspace's store.</param>
    /// <param name="names">Which; none: all.</param>
    /// <param name="dryRun">Whether to say only what would happen.</param>
    /// <param name="cancellationToken">Ends it; nothing is written then.</param>
    public async Task<IReadOnlyList<PinUpdate>> UpdateAsync(VersionStore store, IReadOnlyList<string>? names = null, bool dryRun = false, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(store);
        var updates = new List<PinUpdate>();
        foreach (PinIntent intent in Wanted(names))
        {
            PinnedVersion? before = _lock.Find(intent.Name);
            PinnedVersion after = LockFile.Lock(intent, await store.ResolveToReadAsync(intent.Requested, cancellationToken).ConfigureAwait(false));
            updates.Add(await CompareAsync(store, new PinUpdate(before, after), cancellationToken).ConfigureAwait(false));
        }

        if (!dryRun)
        {
            Write(updates.Aggregate(_lock, (locked, update) => locked.With(update.After)).Only(_file.Pins.Select(p => p.Name)));
        }

        return updates;
    }

    /// <summary>Brings the folders of pins to what the lock says; those that have none are only locked. Files that another version put there give way; those that were changed do not.</summary>
    /// <param name="store">The workspace's store; null: only this machine's cache is asked.</param>
    /// <param name="options">Which pins, and how.</param>
    /// <param name="settings">How this machine is used: its cache, and how much runs side by side.</param>
    /// <param name="progress">Told of bytes and files of one pin after the other.</param>
    /// <param name="cancellationToken">Ends it; what is there so far stays, and the next try goes on.</param>
    /// <exception cref="ConflictException">The lock does not say what is wanted and must not change, or a changed file is in the way.</exception>
    public async Task<IReadOnlyList<RestoredPin>> RestoreAsync(
        VersionStore? store, RestoreOptions? options = null, VersionStoreOptions? settings = null, IProgress<TransferProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        options ??= new RestoreOptions();
        settings ??= new VersionStoreOptions();
        IReadOnlyList<PinIntent> wanted = Wanted(options.Names);
        PinRestore.RequirePlaces(wanted, options);
        if (!options.Locked)
        {
            LockFile same = _lock.WithIncludes(wanted);
            if (same != _lock)
            {
                Write(same);
            }
        }

        PinIntent[] unlocked = [.. wanted.Where(intent => _lock.Find(intent) is null)];
        if (unlocked.Length > 0)
        {
            if (options.Locked || store is null)
            {
                throw new ConflictException("lock_outdated", $"{LockName} does not say what {FileName} asks for: {string.Join(", ", unlocked.Select(p => p.ToString()))}.", $"Run 'vers restore' and commit {LockName}.");
            }

            await UpdateAsync(store, [.. unlocked.Select(p => p.Name)], dryRun: false, cancellationToken).ConfigureAwait(false);
        }

        using var machine = new PinRestore(store, settings, options, Root);
        var restored = new List<RestoredPin>();
        foreach (PinIntent intent in wanted.Where(intent => options.Into is not null || intent.Path is not null))
        {
            restored.Add(await machine.RunAsync(intent, _lock.Find(intent)!, progress, cancellationToken).ConfigureAwait(false));
        }

        return restored;
    }

    /// <summary>What can be said of each pin: what is missing, changed, outdated or retired.</summary>
    /// <param name="store">The workspace's store; null: it is not asked what is newer.</param>
    /// <param name="names">Which pins; none: all.</param>
    /// <param name="settings">How this machine is used.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public async IAsyncEnumerable<PinStatus> StatusAsync(
        VersionStore? store, IReadOnlyList<string>? names = null, VersionStoreOptions? settings = null, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        using var look = new PinLook(store, settings ?? new VersionStoreOptions(), Root);
        foreach (PinIntent intent in Wanted(names))
        {
            yield return await look.RunAsync(intent, _lock.Find(intent), cancellationToken).ConfigureAwait(false);
        }
    }

    private static async Task<PinUpdate> CompareAsync(VersionStore store, PinUpdate update, CancellationToken cancellationToken)
    {
        if (update.Before is not { } before || !update.Moved || before.Pin.Artifact != update.After.Pin.Artifact)
        {
            return update;
        }

        long[] counts = new long[3];
        await foreach (FileChange change in store.DiffAsync(before.Pin, update.After.Pin, cancellationToken).ConfigureAwait(false))
        {
            counts[(int)change.Kind]++;
        }

        return update with { Added = counts[(int)FileChangeKind.Added], Removed = counts[(int)FileChangeKind.Removed], Modified = counts[(int)FileChangeKind.Modified] };
    }

    private void Write(LockFile locked)
    {
        locked.Write();
        _lock = locked;
    }

    private IReadOnlyList<PinIntent> Wanted(IReadOnlyList<string>? names) => names is { Count: > 0 } ? [.. names.Select(IntentOf)] : _file.Pins;

    private PinIntent IntentOf(string name) => _file.Pins.FirstOrDefault(p => p.Name == name)
        ?? throw new NotFoundException("pin_not_found", $"'{name}' is not pinned in '{_file.FullPath}'.", _file.Pins.Count > 0 ? $"There are: {string.Join(", ", _file.Pins.Select(p => p.Name))}." : "Pin it with 'vers pin'.");
}
