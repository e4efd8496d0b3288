using Versioning.Journal;
using Versioning.Packs;

namespace Versioning.Tests.Journal.Interleavings;

/// <summary>What versions need that are not retired.</summary>
internal static class LiveReferences
{
    internal static HashSet<ChunkRef> Of(StoreState state, Library library) =>
        [.. state.Artifacts.Values.SelectMany(a => a.Versions).Where(v => !v.Retired).SelectMany(v => library.Closure(v.Root))];

    /// <summary>The objects that hold them.</summary>
    internal static HashSet<PackId> Objects(StoreState state, Library library) =>
        [.. Of(state, library).Select(state.Resolve).OfType<(PackId Object, int Ordinal)>().Select(place => place.Object)];
}

/// <summary>By pack, then by ordinal: the same in every execution.</summary>
internal sealed class PlaceOrder : IComparer<ChunkRef>
{
    internal static readonly PlaceOrder Instance = new();

    public int Compare(ChunkRef x, ChunkRef y) => (x.Pack, x.Ordinal).CompareTo((y.Pack, y.Ordinal));
}
