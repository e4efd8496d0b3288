using System.Buffers.Binary;
using Versioning.Canonical;
using Versioning.Journal;
using Versioning.Packs;
using Versioning.Storage;

namespace Versioning.Tests.Store;

/// <summary>Does to a store what a collector of another process would: merges packs, or takes away what a retired version held.</summary>
internal static class Collector
{
    /// <summary>Moves all packs into one new object, each under its own base, and deletes the old ones.</summary>
    internal static async Task MergeAllAsync(ObjectStore objects)
    {
        using var journal = new JournalLog(objects, TimeProvider.System);
        await journal.FoldAsync(default);
        StoreState state = journal.State;
        byte[] payloads = [], records = [];
        var moves = new SortedDictionary<PackId, PackLocation>();
        var target = PackId.New();
        PackId[] old = [.. (await objects.KeysAsync(StoreKeys.Packs)).Select(Parse).Where(id => !state.Gone.Contains(id))];
        foreach (PackId held in old)
        {
            byte[] bytes = await objects.BytesAsync(StoreKeys.Pack(held));
            int footer = PackFooter.LengthFromTail(bytes)!.Value;
            int count = (footer - PackFormat.TrailerLength) / PackFormat.RecordLength, shift = records.Length / PackFormat.RecordLength;
            KeyValuePair<PackId, PackLocation>[] within = [.. state.Moved.Where(m => m.Value.Object == held)];
            foreach ((PackId pack, PackLocation location) in within)
            {
                moves[pack] = location with { Object = target, Base = shift + location.Base };
            }

            if (within.Length == 0)
            {
                moves[held] = new PackLocation(target, shift, [new OrdinalRange(0, count)]);
            }

            payloads = [.. payloads, .. bytes[..^footer]];
            records = [.. records, .. bytes[^footer..^PackFormat.TrailerLength]];
        }

        byte[] trailer = new byte[PackFormat.TrailerLength];
        DomainHash.PackFooter(records).CopyTo(trailer);
        BinaryPrimitives.WriteInt32LittleEndian(trailer.AsSpan(Digest.Size), records.Length);
        PackFormat.Magic.CopyTo(trailer.AsSpan(Digest.Size + 4));
        await objects.CreateAsync(StoreKeys.Pack(target), (byte[])[.. payloads, .. records, .. trailer]);
        await AppendAsync(journal, new RelocateOperation([.. moves], [.. old.Order()]));
        await DeleteAsync(objects, old);
    }

    /// <summary>Retires a version and takes all packs away.</summary>
    internal static async Task RetireAsync(ObjectStore objects, string artifact, long number)
    {
        using (var journal = new JournalLog(objects, TimeProvider.System))
        {
            await AppendAsync(journal, new RetireOperation(artifact, number));
        }

        await TakeAllAsync(objects);
    }

    /// <summary>Takes all packs away, as where no version lives.</summary>
    internal static async Task TakeAllAsync(ObjectStore objects)
    {
        using var journal = new JournalLog(objects, TimeProvider.System);
        PackId[] packs = [.. (await objects.KeysAsync(StoreKeys.Packs)).Select(Parse).Order()];
        await AppendAsync(journal, new CondemnOperation(packs));
        await DeleteAsync(objects, packs);
    }

    private static PackId Parse(ObjectKey key) => StoreKeys.TryParsePack(key, out PackId id) ? id : throw new InvalidOperationException($"{key} is no pack.");

    private static Task<AppendedEntry?> AppendAsync(JournalLog journal, JournalOperation operation) =>
        journal.AppendAsync("collector", _ => Task.FromResult<IReadOnlyList<JournalOperation>?>([operation]), default);

    private static async Task DeleteAsync(ObjectStore objects, IEnumerable<PackId> packs)
    {
        foreach (PackId pack in packs)
        {
            await objects.DeleteAsync(StoreKeys.Pack(pack));
        }
    }
}
