using System.Diagnostics.CodeAnalysis;
using Versioning.Workspaces;

namespace Versioning;

/// <summary>What <c>versions.lock</c> says, for the application that it belongs to. Read once; never changes.</summary>
public sealed class PinnedVersions
{
    private readonly string? _store;

    private PinnedVersions(string path)
    {
        FullPath = path;
        string workspace = Path.Join(Path.GetDirectoryName(path), Workspace.FileName);
        WorkspaceFile? file = File.Exists(workspace) ? WorkspaceFile.Read(workspace) : null;
        _store = file?.Store is null ? null : file.StoreLocation;
        Pins = [.. LockFile.Read(path).Pins.Select(pin => WithIncludeOf(file, pin))];
    }

    /// <summary>The full path of the lock.</summary>
    public string FullPath { get; }

    /// <summary>The path or URI of the store that <c>versions.json</c> beside the lock names.</summary>
    /// <exception cref="NotFoundException">There is no such file, or it names none: where an application is deployed, the store is a matter of its configuration.</exception>
    public string StoreLocation => _store
        ?? throw new NotFoundException("no_store", $"No {Workspace.FileName} beside '{FullPath}' names a store.", "Name it in code or configuration, or deploy versions.json too.");

    /// <summary>All pins, by name.</summary>
    public IReadOnlyList<PinnedVersion> Pins { get; }

    /// <summary>The pin of a name.</summary>
    /// <exception cref="NotFoundException">There is none.</exception>
    public PinnedVersion this[string name] => TryGet(name, out PinnedVersion? pin)
        ? pin
        : throw new NotFoundException("pin_not_found", $"'{name}' is not pinned in '{FullPath}'.", Pins.Count > 0 ? $"There are: {string.Join(", ", Pins.Select(p => p.Name))}." : "Pin it with 'vers pin'.");

    /// <summary>Reads the lock of a folder.</summary>
    /// <param name="folder">
    /// The folder; its own lock counts, or the nearest above it. Default: where the application lies, as it is when it is
    /// deployed or runs out of its build's output, else the current folder.
    /// </param>
    /// <exception cref="NotFoundException">There is none.</exception>
    public static PinnedVersions Load(string? folder = null)
    {
        string[] from = folder is null ? [AppContext.BaseDirectory, Environment.CurrentDirectory] : [Path.GetFullPath(folder)];
        return from.Select(Find).FirstOrDefault(found => found is not null) is { } path
            ? new PinnedVersions(path)
            : throw new NotFoundException("no_lock", $"There is no {Workspace.LockName} in '{string.Join("' or '", from)}' or above.", "Pin something with 'vers pin', and copy the lock to where the application is deployed.");
    }

    /// <summary>The pin of a name, where there is one.</summary>
    public bool TryGet(string name, [NotNullWhen(true)] out PinnedVersion? pin)
    {
        ArgumentNullException.ThrowIfNull(name);
        pin = Pins.FirstOrDefault(p => p.Name == name);
        return pin is not null;
    }

    /// <summary>What is wanted of a version can be changed without locking another one.</summary>
    private static PinnedVersion WithIncludeOf(WorkspaceFile? file, PinnedVersion pin) =>
        file?.Pins.FirstOrDefault(intent => intent.Name == pin.Name && intent.Requested == pin.Requested.ToString()) is { } intent ? pin with { Include = intent.Include } : pin;

    private static string? Find(string folder)
    {
        for (string? at = Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder)); at is not null; at = Path.GetDirectoryName(at))
        {
            if (Path.Join(at, Workspace.LockName) is var file && File.Exists(file))
            {
                return file;
            }
        }

        return null;
    }
}
