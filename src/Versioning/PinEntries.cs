using Versioning.Fetching;
using Versioning.Packs;
using Versioning.Storage;
using Versioning.Trees;
using Versioning.Workspaces;

namespace Versioning;

/// <summary>The entries and chunks of pinned versions: as this machine has them, or else from the store.</summary>
/// <param name="store">The store; null: it is not asked.</param>
/// <param name="cacheDirectory">This machine's cache.</param>
internal sealed class PinEntries(VersionStore? store, string cacheDirectory) : IDisposable
{
    private readonly PackReader _offline = new(new OfflineStore(), reference => (reference.Pack, reference.Ordinal), _ => Task.CompletedTask);

    /// <summary>What reads a version; entries alone where only they are wanted and are known.</summary>
    internal async Task<(PackReader Packs, EntrySource Entries)> OpenAsync(PinnedVersion pin, bool entriesOnly, CancellationToken cancellationToken)
    {
        if ((store is null || entriesOnly) && EntryList.Read(cacheDirectory, pin) is { } known)
        {
            return (_offline, (wanted, _) => known.Where(entry => wanted?.IsMatch(entry.Name) != false).ToAsyncEnumerable());
        }

        if (store is null)
        {
            throw new StoreUnavailableException("offline", $"This machine has not seen {pin.Pin} yet, and the store is not asked.", "Do it again without --offline.");
        }

        (PackReader packs, ManifestReader manifest) = await store.ReadersAsync(pin, cancellationToken).ConfigureAwait(false);
        if (manifest.Root.Digest != pin.Manifest)
        {
            throw new IntegrityException("pin_mismatch", $"The manifest of {pin.Pin} is {manifest.Root.Digest}, not {pin.Manifest}.", "The lock was edited; take it from git, or write it anew with 'vers update'.");
        }

        return (packs, manifest.EntriesAsync);
    }

    /// <summary>Whether this machine has the entries of a version.</summary>
    internal bool Has(PinnedVersion pin) => EntryList.Has(cacheDirectory, pin);

    /// <summary>What tells the entries that globs want of a version from any others; no globs: all.</summary>
    internal static string NameOf(PinnedVersion pin, IReadOnlyList<string> include) => string.Join('\n', [EntryList.NameOf(pin), .. include]);

    /// <summary>Takes note of a version's entries.</summary>
    internal Task KeepAsync(PinnedVersion pin, EntrySource entries, CancellationToken cancellationToken) =>
        EntryList.KeepAsync(cacheDirectory, pin, entries(null, cancellationToken), cancellationToken);

    public void Dispose() => _offline.Dispose();
}
