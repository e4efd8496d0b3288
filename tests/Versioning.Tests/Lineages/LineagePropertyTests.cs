using NUnit.Framework;
using Versioning.Journal;
using Versioning.Packs;
using Versioning.Tests.Store;

namespace Versioning.Tests.Lineages;

/// <summary>Random graphs of commits and runs against a model in memory, both ways, folded and out of a checkpoint.</summary>
[TestFixture]
internal sealed class LineagePropertyTests : StoreFixture
{
    private static readonly string[] Names = ["datasets/a", "datasets/b", "models/m", "models/n"];
    private static readonly ChunkRef Place = new(new PackId(1), 0);

    private readonly List<ArtifactPin> _versions = [];
    private readonly Dictionary<ArtifactPin, HashSet<ArtifactPin>> _up = [], _down = [];
    private readonly HashSet<ArtifactPin> _elsewhere = [], _retired = [];

    [Test]
    public async Task Lineage_OfARandomGraph_AgreesWithTheModel([Range(1, 6)] int seed)
    {
        Clear();
        var random = new Random(seed);
        await using VersionStore store = await VersionStore.CreateAsync(new PassingStore(_objects), _folder.Options);
        using (var journal = new JournalLog(_objects, TimeProvider.System, checkpointInterval: 1 + random.Next(20)))
        {
            for (int step = 0; step < 60; step++)
            {
                JournalOperation[] operations = random.Next(3) == 0 ? Run(random, step) : random.Next(12) == 0 ? Retire(random, journal.State) : [Publish(random, Names[random.Next(Names.Length)], step, Inputs(random))];
                await journal.AppendAsync("tester", _ => Task.FromResult<IReadOnlyList<JournalOperation>?>(operations), default);
            }
        }

        await using VersionStore fresh = await VersionStore.OpenAsync(_objects, _folder.Options);
        foreach (ArtifactPin version in _versions)
        {
            foreach (LineageDirection direction in Enum.GetValues<LineageDirection>())
            {
                int? depth = random.Next(3) == 0 ? random.Next(4) : null;
                Lineage found = await fresh.LineageAsync(version, direction, depth);
                (Dictionary<ArtifactPin, int> expected, bool isCut) = Reach(version, direction == LineageDirection.Up ? _up : _down, depth);
                Assert.That(found.Nodes.Select(node => node.Pin).Distinct().Count(), Is.EqualTo(found.Nodes.Count), "each once");
                Assert.That(found.Nodes.Select(node => node.Depth), Is.Ordered);
                Assert.That(found.Nodes.ToDictionary(node => node.Pin, node => node.Depth), Is.EquivalentTo(expected), $"{direction} from {version} to {depth}");
                Assert.That(found.IsCut, Is.EqualTo(isCut), $"{direction} from {version} to {depth}");
                Assert.That(found.Nodes.Where(node => node.Version is null).Select(node => node.Pin), Is.SubsetOf(_elsewhere));
            }
        }
    }

    private void Clear()
    {
        _versions.Clear();
        _up.Clear();
        _down.Clear();
        _elsewhere.Clear();
        _retired.Clear();
    }

    private static (Dictionary<ArtifactPin, int> Depths, bool IsCut) Reach(ArtifactPin from, Dictionary<ArtifactPin, HashSet<ArtifactPin>> edges, int? depth)
    {
        var depths = new Dictionary<ArtifactPin, int> { [from] = 0 };
        var front = new List<ArtifactPin> { from };
        for (int steps = 0; front.Count > 0; steps++)
        {
            List<ArtifactPin> next = [.. front.SelectMany(pin => edges.GetValueOrDefault(pin, [])).Distinct().Where(pin => !depths.ContainsKey(pin))];
            if (steps == depth)
            {
                return (depths, next.Count > 0);
            }

            next.ForEach(pin => depths.Add(pin, steps + 1));
            front = next;
        }

        return (depths, false);
    }

    private ArtifactPin[] Inputs(Random random)
    {
        ArtifactPin[] known = [.. Enumerable.Range(0, random.Next(4)).Where(_ => _versions.Count > 0).Select(_ => _versions[random.Next(_versions.Count)])];
        if (random.Next(10) > 0)
        {
            return known;
        }

        // As after a copy: there may be such a number, and it is another version.
        var elsewhere = new ArtifactPin(Names[random.Next(Names.Length)], 1 + random.Next(5), Digest.Of([(byte)random.Next(5)]));
        _elsewhere.Add(elsewhere);
        return [.. known, elsewhere];
    }

    private PublishOperation Publish(Random random, string name, int step, ArtifactPin[] inputs, RunRecord? run = null)
    {
        long number = _versions.Count(v => v.Artifact == name) + 1;
        ReadOnlyMemory<byte> record = new VersionRecord(
            name, run is null ? ArtifactKind.Model : ArtifactKind.Run, default, 0, 0, DateTimeOffset.UnixEpoch, "a", $"step {step}.{random.Next()}", "t", null, inputs, [], [], [], run).Encode();
        var pin = new ArtifactPin(name, number, VersionRecord.DigestOf(record.Span));
        _versions.Add(pin);
        foreach (ArtifactPin input in inputs)
        {
            Link(_up, pin, input);
            Link(_down, input, pin);
        }

        return new PublishOperation(name, number, record, Place, null);
    }

    /// <summary>A run with its outputs in one entry; one of these may have been there before.</summary>
    private JournalOperation[] Run(Random random, int step)
    {
        string name = random.Next(2) == 0 ? "runs/prepare" : "runs/train";
        ArtifactPin[] inputs = Inputs(random);
        ArtifactPin[] found = [.. _versions.Where(v => !References.IsRunName(v.Artifact) && !_retired.Contains(v)).Take(random.Next(3) == 0 ? 1 : 0)];
        PublishOperation[] made = [.. Names.Where(_ => random.Next(3) == 0).Select(artifact => Publish(random, artifact, step, inputs))];
        ArtifactPin[] pins = [.. made.Select(p => new ArtifactPin(p.Artifact, p.Number, VersionRecord.DigestOf(p.Record.Span)))];
        var id = (UInt128)(step + 1);
        var run = new RunRecord(id, null, null, [], [], DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch, RunOutcome.Succeeded, 0, [.. found, .. pins]);
        PublishOperation end = Publish(random, name, step, inputs, run);
        foreach (ArtifactPin pin in pins)
        {
            Link(_up, pin, _versions[^1]);
        }

        foreach (ArtifactPin pin in run.Outputs)
        {
            Link(_down, _versions[^1], pin);
        }

        return [new RunOperation(name, id, null, new RunPlan([], "m", null, inputs, []).Encode()), .. made, end];
    }

    private JournalOperation[] Retire(Random random, StoreState state)
    {
        ArtifactPin[] live = [.. _versions.Where(v => state.Find(v.Artifact)?.Live(v.Number) is not null)];
        if (live.Length == 0)
        {
            return [Publish(random, Names[0], 0, [])];
        }

        ArtifactPin retired = live[random.Next(live.Length)];
        _retired.Add(retired);
        return [new RetireOperation(retired.Artifact, retired.Number)];
    }

    private static void Link(Dictionary<ArtifactPin, HashSet<ArtifactPin>> edges, ArtifactPin from, ArtifactPin to)
    {
        if (!edges.TryGetValue(from, out HashSet<ArtifactPin>? known))
        {
            edges.Add(from, known = []);
        }

        known.Add(to);
    }
}
