using Versioning.Storage;

namespace Versioning.Diagnosing;

/// <summary>Whether objects can be created, read, listed and deleted here.</summary>
internal sealed class RightsChecks(ProbeObjects probes)
{
    private readonly byte[] _content = ProbeObjects.RandomBytes(1000);
    private ObjectKey? _key;

    internal async Task<Finding> CreateAsync(CancellationToken cancellationToken)
    {
        ObjectKey key = probes.NewKey();
        bool created = await probes.CreateAsync(key, _content, cancellationToken).ConfigureAwait(false);
        _key = key;
        return created
            ? new Finding("create", FindingStatus.Fine, "Objects can be created.")
            : new Finding("create", FindingStatus.Failed, $"Creating {key}, which did not exist, was answered as if it did.", "Keys may be ignored or rewritten on the way: look for a proxy or gateway.");
    }

    internal async Task<Finding> ListAsync(CancellationToken cancellationToken)
    {
        List<ObjectInfo> found = await probes.Store.ListAsync(_key is null ? StoreKeys.Journal : probes.Prefix, cancellationToken).Take(2).ToListAsync(cancellationToken).ConfigureAwait(false);
        return _key is not { } key || found is [var only] && only == new ObjectInfo(key, _content.Length)
            ? new Finding("list", FindingStatus.Fine, "Objects can be listed.")
            : new Finding("list", FindingStatus.Failed, $"Listing '{probes.Prefix}' gives {(found.Count == 0 ? "nothing" : string.Join(", ", found))} instead of {key} with {_content.Length} bytes.", "Lists must be strongly consistent and have exact lengths: look for a cache or gateway on the way.");
    }

    internal async Task<Finding> ReadAsync(CancellationToken cancellationToken)
    {
        bool same = await probes.HoldsAsync(_key!.Value, _content, cancellationToken).ConfigureAwait(false);
        bool absent = await probes.Store.ReadAsync(probes.NewKey(), 0, new byte[1], cancellationToken).ConfigureAwait(false) is null;
        return (same, absent) switch
        {
            (true, true) => new Finding("read", FindingStatus.Fine, "Objects can be read."),
            (false, _) => new Finding("read", FindingStatus.Failed, $"{_key} reads as something else than what was written.", "Look for a proxy that changes bytes, or for failing hardware."),
            _ => new Finding("read", FindingStatus.Failed, "An object that was never created can be read.", "Look for a gateway that answers for objects that do not exist."),
        };
    }

    internal async Task<Finding> DeleteAsync(CancellationToken cancellationToken)
    {
        ObjectKey key = await probes.CreateAsync(_content, cancellationToken).ConfigureAwait(false);
        try
        {
            await probes.DeleteAsync(key, cancellationToken).ConfigureAwait(false);
            if (await probes.Store.StatAsync(key, cancellationToken).ConfigureAwait(false) is null)
            {
                return new Finding("delete", FindingStatus.Fine, "Objects can be deleted.");
            }
        }
        catch (StoreUnavailableException e)
        {
            return new Finding("delete", FindingStatus.Warning, $"Objects can't be deleted: {e.Message}", "Committing and fetching need no deleting. Grant it where space is to be freed; under an object lock it is as it should be.");
        }

        return new Finding("delete", FindingStatus.Warning, "Deleting is answered as done, but the object is still there.", "Committing and fetching need no deleting, but no space will be freed. Look at the bucket's policies, or for a cache on the way.");
    }
}
