using Versioning.Journal;
using Versioning.Packs;
using Versioning.Storage;

namespace Versioning.Tests.Journal.Interleavings;

/// <summary>Rewrites packs into one object that holds what lives of them: the first one's ordinals stay, the others get a base.</summary>
internal sealed class Relocator(string name, params int[] packs) : Actor(name)
{
    private readonly PackId[] _packs = [.. packs.Select(StoreBuilder.PackId)];
    private bool _gaveUp;

    protected override async Task<long?> ActAsync()
    {
        StoreState state = await Journal.FoldAsync();
        PackId target = NewPack();
        (List<string?> texts, List<KeyValuePair<PackId, PackLocation>> moves) = Plan(state, target);
        if (moves.Count == 0)
        {
            return null;
        }

        await Store.CreateAsync(StoreKeys.Pack(target), Execution.Library.Pack(target, texts));
        List<PackId> old = Superseded(state, moves);
        if (!Keeps(Rule.RelocateBeforeDelete))
        {
            await DeleteAsync(old);
        }

        long? position = await Journal.AppendAsync(Name, now =>
        {
            old = Superseded(now, moves);
            _gaveUp = !Holds(now, target, moves);
            return _gaveUp ? null : [new RelocateOperation([.. moves.OrderBy(m => m.Key)], [.. old.Order()])];
        });
        if (!_gaveUp)
        {
            await DeleteAsync(old);
        }
        else if (!Keeps(Rule.LeaveTarget))
        {
            await DeleteAsync([target]);
        }

        return position;
    }

    private (List<string?> Texts, List<KeyValuePair<PackId, PackLocation>> Moves) Plan(StoreState state, PackId target)
    {
        var texts = new List<string?>();
        var moves = new List<KeyValuePair<PackId, PackLocation>>();
        foreach (PackId pack in _packs)
        {
            int[] ordinals = [.. LiveReferences.Of(state, Execution.Library).Where(r => r.Pack == pack).Select(r => r.Ordinal).Order()];
            if (ordinals.Length == 0)
            {
                continue;
            }

            int start = texts.Count;
            texts.AddRange(Enumerable.Range(0, ordinals[^1] + 1).Select(o => ordinals.Contains(o) ? Execution.Library[new ChunkRef(pack, o)] : null));
            moves.Add(new(pack, new PackLocation(target, start, [.. ordinals.Select(o => new OrdinalRange(o, 1))])));
        }

        return (texts, moves);
    }

    /// <summary>The two checks: the target is not gone, and every live reference through the packs is present in it.</summary>
    private bool Holds(StoreState now, PackId target, List<KeyValuePair<PackId, PackLocation>> moves)
    {
        bool gone = Keeps(Rule.TargetIsNotGone) && now.Gone.Contains(target);
        return !gone && (!Keeps(Rule.TargetHoldsLive) || LiveReferences.Of(now, Execution.Library).All(reference =>
            moves.Find(move => move.Key == reference.Pack).Value is not { } location || location.Present.Any(range => range.Contains(reference.Ordinal))));
    }

    /// <summary>Where the packs lie now, as far as nothing live resolves there after the move.</summary>
    private List<PackId> Superseded(StoreState now, List<KeyValuePair<PackId, PackLocation>> moves)
    {
        StoreState after = now with { Moved = now.Moved.SetItems(moves) };
        HashSet<PackId> needed = LiveReferences.Objects(after, Execution.Library);
        return [.. moves.Select(move => now.Moved.GetValueOrDefault(move.Key)?.Object ?? move.Key).Distinct().Where(o => !needed.Contains(o))];
    }
}
