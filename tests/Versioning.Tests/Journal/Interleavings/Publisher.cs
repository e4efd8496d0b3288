using Versioning.Journal;
using Versioning.Packs;
using Versioning.Storage;

namespace Versioning.Tests.Journal.Interleavings;

/// <summary>
/// A commit: uploads what is missing and publishes by the writer's steps, as <c>CommitOperation</c> does; where a
/// reference is not valid any more, it uploads again under a new name.
/// </summary>
internal sealed class Publisher(string name, params string[] leaves) : Actor(name)
{
    private const int MaxRounds = 6, MaxUploads = 3;

    private readonly HashSet<PackId> _own = [];
    private StoreState _first = StoreState.Empty;
    private Dictionary<string, ChunkRef> _known = [];
    private long? _firstNumber;
    private bool _again;
    private int _uploads;

    internal string Artifact { get; init; } = StoreBuilder.Artifact;

    /// <summary>Leaves that lie under a node.</summary>
    internal string[] NodeLeaves { get; init; } = [];

    /// <summary>A node with just these leaves that is there already.</summary>
    internal ChunkRef? Node { get; init; }

    /// <summary>Chunks that it knows of from footers or an old index, wherever they are now.</summary>
    internal ChunkRef[] Heard { get; init; } = [];

    /// <summary>Whether it looks into every pack that it can list, others' unpublished ones too.</summary>
    internal bool Scans { get; init; }

    /// <summary>The number that must be the latest.</summary>
    internal long? ExpectLatest { get; init; }

    protected override async Task<long?> ActAsync()
    {
        _first = await Journal.FoldAsync();
        _known = Known(_first);
        if (Scans)
        {
            await ScanAsync();
        }

        for (int round = 0; round < MaxRounds; round++)
        {
            ChunkRef root = await UploadAsync(round);
            long? position = await AppendAsync(root);
            if (!_again)
            {
                return position;
            }

            foreach (string lost in _known.Where(k => !Journal.State.IsValid(k.Value)).Select(k => k.Key).ToList())
            {
                _known.Remove(lost);
            }
        }

        throw new InvalidOperationException("It uploads again and again.");
    }

    private async Task<long?> AppendAsync(ChunkRef root)
    {
        try
        {
            return await Journal.AppendAsync(Name, now => Propose(now, root));
        }
        catch (ConflictException) when (!Keeps(Rule.LeaveOwnPacks))
        {
            await DeleteAsync(_own);
            throw;
        }
    }

    private IReadOnlyList<JournalOperation>? Propose(StoreState now, ChunkRef root)
    {
        ArtifactState artifact = now.Find(Artifact) ?? ArtifactState.Empty;
        if (ExpectLatest is { } expected && artifact.Latest?.Number != expected)
        {
            throw new ConflictException("latest_moved", $"The latest version is not {expected}.");
        }

        _again = Keeps(Rule.CheckReferences) && !ToCheck(now, root).All(reference => IsValid(now, reference));
        if (_again)
        {
            return null;
        }

        long number = 1 + (Keeps(Rule.CountRetiredVersions) ? artifact.Versions.Count : artifact.Versions.Count(v => !v.Retired));
        number = Keeps(Rule.CountAnew) ? number : _firstNumber ??= number;
        return [new PublishOperation(Artifact, number, Records.Of(Artifact, Name), root, Packs: null)];
    }

    private IEnumerable<ChunkRef> ToCheck(StoreState now, ChunkRef root)
    {
        yield return root;
        foreach (ChunkRef child in Library.Children(Execution.Library[root]))
        {
            yield return child;
            bool lives = Lives(Keeps(Rule.ParentLivesNow) ? now : _first, child);
            if (!Library.IsNode(Execution.Library[child]) || lives)
            {
                continue;
            }

            foreach (ChunkRef leaf in Library.Children(Execution.Library[child]))
            {
                yield return Keeps(Rule.CheckPlacementsOfNodes) ? leaf : _known[Execution.Library[leaf]];
            }
        }
    }

    /// <summary>Whether a live version holds exactly that subtree.</summary>
    private bool Lives(StoreState state, ChunkRef node) =>
        LiveReferences.Of(state, Execution.Library).Contains(node);

    private bool IsValid(StoreState now, ChunkRef reference)
    {
        PackLocation? moved = now.Moved.GetValueOrDefault(reference.Pack);
        PackId target = moved?.Object ?? reference.Pack;
        bool present = moved is null || moved.Present.Any(range => range.Contains(reference.Ordinal));
        return Off switch
        {
            Rule.CheckOwnPacks when _own.Contains(reference.Pack) => true,
            Rule.NewNameForUploads when _own.Contains(reference.Pack) && _uploads > 1 => true,
            Rule.ResolveReferences => !Journal.Condemned.Contains(reference.Pack),
            Rule.SupersededIsGone => present && !Journal.Condemned.Contains(target),
            Rule.OrdinalIsPresent => !now.Gone.Contains(target),
            _ => now.IsValid(reference),
        };
    }

    private Dictionary<string, ChunkRef> Known(StoreState state)
    {
        var known = Heard.ToDictionary(reference => Execution.Library[reference]);
        foreach (ChunkRef reference in LiveReferences.Of(state, Execution.Library).Order(PlaceOrder.Instance))
        {
            known.TryAdd(Execution.Library[reference], reference);
        }

        return known;
    }

    private async Task ScanAsync()
    {
        await foreach (ObjectInfo info in Store.ListAsync(StoreKeys.Packs))
        {
            if (StoreKeys.TryParsePack(info.Key, out PackId pack))
            {
                foreach (ChunkRef reference in Execution.Library.In(pack))
                {
                    _known[Execution.Library[reference]] = reference;
                }
            }
        }
    }

    private async Task<ChunkRef> UploadAsync(int round)
    {
        PackId pack = round > 0 && !Keeps(Rule.NewNameForUploads) ? _own.First() : NewPack();
        var texts = new List<string>();
        foreach (string leaf in leaves.Concat(NodeLeaves).Where(leaf => !_known.ContainsKey(leaf)))
        {
            _known[leaf] = Add(leaf);
        }

        List<ChunkRef> children = [.. leaves.Select(leaf => _known[leaf])];
        if (NodeLeaves.Length > 0)
        {
            // The node that is there serves the first time; later its leaves may have gone.
            children.Add(round == 0 && Node is { } node ? node : Add(Library.NodeOf(NodeLeaves.Select(leaf => _known[leaf]))));
        }

        ChunkRef root = Add(Library.RootOf(children));
        ReadOnlyMemory<byte> content = Execution.Library.Pack(pack, texts);
        _own.Add(pack);
        _uploads++;
        for (int attempt = 1; ; attempt++)
        {
            try
            {
                // Already there under a name that only this writer knows: an earlier attempt arrived.
                _ = await Store.CreateAsync(StoreKeys.Pack(pack), content);
                return root;
            }
            catch (StoreUnavailableException) when (attempt < MaxUploads)
            {
                // Asked again below.
            }
        }

        ChunkRef Add(string text)
        {
            texts.Add(text);
            return new ChunkRef(pack, texts.Count - 1);
        }
    }
}
