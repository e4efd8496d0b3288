using NUnit.Framework;
using Versioning.Journal;

namespace Versioning.Tests.Journal.Interleavings;

/// <summary>More actors than can be gone through exhaustively, at random. A violation names its seed and its choices.</summary>
[TestFixture]
[Parallelizable(ParallelScope.Self)]
internal sealed class RandomInterleavingTests
{
    private const int Seed = 20_000;

    private static readonly Scenario Everyone = new(
        nameof(Everyone),
        Before,
        _ =>
        [
            new Publisher("w1", "a", "x") { Heard = [StoreBuilder.Place(1, 0)], Scans = true },
            new Publisher("w2", "y", "b") { NodeLeaves = ["leaf"], Node = StoreBuilder.Place(4, 0) },
            new Publisher("w3", "dead", "z") { Scans = true, ExpectLatest = 4 },
            new Collector("c1"),
            new Collector("c2"),
            new Relocator("move1", 2, 4),
            new Relocator("move2", 4),
            new Retirer("r", 3),
            new Tagger("t1", 5, "release"),
            new Tagger("t2", 3, "release"),
            new AliasMover("m1", "production", 2, "4"),
            new AliasMover("m2", "production", 5, "4"),
            new Reader("reader1", 3),
            new LooseReader("reader2", 3),
            new Reader("reader3", 5),
        ])
    {
        LostAnswers = 4,
        FailedReads = 2,
        Stops = 2,
        Collects = true,
    };

    private static readonly Scenario[] Cases =
    [
        Everyone,
        Everyone with { Name = "EveryoneWithCheckpoints", CheckpointInterval = 2 },
        Everyone with { Name = "EveryoneWithoutTrouble", LostAnswers = 0, FailedReads = 0, Stops = 0 },
        Scenarios.TwoMirrors with { Name = "TwoMirrorsInTrouble", LostAnswers = 1, Stops = 1 },
        Scenarios.MirrorsAndEveryone,
        Scenarios.MirrorsAndEveryone with { Name = "MirrorsAndEveryoneWithCheckpoints", CheckpointInterval = 2 },
    ];

    [TestCaseSource(nameof(Cases))]
    public void RandomInterleavings_OfManyActors_KeepTheProtocol(Scenario scenario)
    {
        Exploration found = new Explorer(scenario).Sample(Seed, 400);
        TestContext.Out.WriteLine($"{scenario}: {found.Runs} runs, {found.States} steps");
        Assert.That(found.Violation, Is.Null);
    }

    private static void Before(StoreBuilder store)
    {
        store.Publish(1, "a", "dead");
        store.Publish(2, "b", "c");
        store.Pack(3, "leaf");
        store.Pack(4, Library.NodeOf([StoreBuilder.Place(3, 0)]), "d");
        store.Pack(5, Library.RootOf([StoreBuilder.Place(4, 0), StoreBuilder.Place(4, 1)]));
        store.Publish(StoreBuilder.Place(5, 0));
        store.Pack(6, Library.RootOf([StoreBuilder.Place(4, 1), StoreBuilder.Place(2, 1)]));
        store.Publish(StoreBuilder.Place(6, 0));
        store.Append(new RetireOperation(StoreBuilder.Artifact, 1), new AliasOperation(StoreBuilder.Artifact, "production", null, 4));
    }
}
