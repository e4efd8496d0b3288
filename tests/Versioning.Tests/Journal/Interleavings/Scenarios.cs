using Versioning.Journal;
using Versioning.Packs;

namespace Versioning.Tests.Journal.Interleavings;

/// <summary>The small cases: each is there for something that can go wrong in it.</summary>
internal static class Scenarios
{
    internal static readonly Scenario TwoWriters = new(
        nameof(TwoWriters),
        store => store.Publish(1, "a"),
        off => [new Publisher("w1", "a", "x") { Off = off }, new Publisher("w2", "a", "y")]);

    internal static readonly Scenario ThreeWriters = new(
        nameof(ThreeWriters),
        store => store.Publish(1, "a"),
        off => [new Publisher("w1", "a", "x") { Off = off }, new Publisher("w2", "a", "y"), new Publisher("w3", "a", "z")]);

    internal static readonly Scenario WriterAfterRetirement = new(nameof(WriterAfterRetirement), DeadPack, off => [new Publisher("w", "x") { Off = off }]);

    /// <summary>The writer knows a chunk that nobody needs any more, while it is collected; its own packs are there for the collector to find.</summary>
    internal static readonly Scenario WriterAndCollector = new(
        nameof(WriterAndCollector),
        DeadPack,
        off => [new Publisher("w", "a", "x") { Heard = [StoreBuilder.Place(1, 0)], Off = off }, new Collector("c")])
    {
        Collects = true,
    };

    /// <summary>All that the collector can find is what the writer has just uploaded.</summary>
    internal static readonly Scenario WriterOfOrphans = new(
        nameof(WriterOfOrphans),
        store => store.Publish(1, "a"),
        off => [new Publisher("w", "a", "x") { Off = off }, new Collector("c")])
    {
        Collects = true,
    };

    internal static readonly Scenario TwoWritersAndCollector = WriterAndCollector with
    {
        Name = nameof(TwoWritersAndCollector),
        Actors = off => [new Publisher("w1", "a", "x") { Heard = [StoreBuilder.Place(1, 0)], Off = off }, new Publisher("w2", "b", "y"), new Collector("c")],
    };

    internal static readonly Scenario CollectorAndWriter = WriterAndCollector with
    {
        Name = nameof(CollectorAndWriter),
        Actors = off => [new Publisher("w", "a", "x") { Heard = [StoreBuilder.Place(1, 0)] }, new Collector("c") { Off = off }],
    };

    /// <summary>The node lies in a pack that another version keeps alive, its leaf does not.</summary>
    internal static readonly Scenario WriterWithParentsNode = new(
        nameof(WriterWithParentsNode),
        NodeApartFromLeaf,
        off => [new Publisher("w", "x") { NodeLeaves = ["a"], Node = StoreBuilder.Place(2, 0), Off = off }, new Retirer("r", 1), new Collector("c")])
    {
        Collects = true,
    };

    /// <summary>The writer has the leaf elsewhere, and finds a node that says the same of another place.</summary>
    internal static readonly Scenario WriterWithForeignNode = new(
        nameof(WriterWithForeignNode),
        store =>
        {
            NodeApartFromLeaf(store);
            store.Append(new RetireOperation(StoreBuilder.Artifact, 1));
            store.Publish(5, "a");
        },
        off => [new Publisher("w", "x") { NodeLeaves = ["a"], Node = StoreBuilder.Place(2, 0), Off = off }, new Collector("c")])
    {
        Collects = true,
    };

    /// <summary>Of pack 1 only one chunk lives; the writer knows of the other.</summary>
    internal static readonly Scenario WriterAndRelocator = new(
        nameof(WriterAndRelocator),
        HalfDeadPack,
        off => [new Publisher("w", "x") { Heard = [StoreBuilder.Place(1, 1)], Off = off }, new Relocator("r", 1)])
    {
        Collects = true,
    };

    internal static readonly Scenario WriterRelocatorCollector = WriterAndRelocator with
    {
        Name = nameof(WriterRelocatorCollector),
        Actors = off => [new Publisher("w", "x") { Heard = [StoreBuilder.Place(1, 1)], Off = off }, new Relocator("r", 1), new Collector("c")],
    };

    internal static readonly Scenario RelocatorAndWriter = WriterAndRelocator with
    {
        Name = nameof(RelocatorAndWriter),
        Actors = off => [new Publisher("w", "x") { Heard = [StoreBuilder.Place(1, 1)] }, new Relocator("r", 1) { Off = off }],
    };

    /// <summary>The writer uses a relocation's object as a pack; then it is superseded.</summary>
    internal static readonly Scenario WriterAndSecondRelocation = new(
        nameof(WriterAndSecondRelocation),
        store =>
        {
            store.Publish(1, "a");
            store.Pack(10, "a", store.Library[StoreBuilder.Place(1, 1)]);
            store.Append(new RelocateOperation([new(StoreBuilder.PackId(1), new PackLocation(StoreBuilder.PackId(10), 0, [new OrdinalRange(0, 2)]))], [StoreBuilder.PackId(1)]));
        },
        off => [new Publisher("w", "a", "x") { Heard = [StoreBuilder.Place(10, 0)], Off = off }, new Relocator("r", 1)])
    {
        Collects = true,
    };

    /// <summary>The second writer builds on what the first one uploaded; the first one is refused when it is later.</summary>
    internal static readonly Scenario WriterOnAnothersPack = new(
        nameof(WriterOnAnothersPack),
        store => store.Publish(1, "a"),
        off => [new Publisher("w1", "x") { ExpectLatest = 1, Off = off }, new Publisher("w2", "x", "y") { Scans = true }])
    {
        Collects = true,
    };

    /// <summary>The relocator gives up, because the writer needs what its target does not hold; and the writer needs the target too.</summary>
    internal static readonly Scenario WriterOnRelocatorsTarget = new(
        nameof(WriterOnRelocatorsTarget),
        HalfDeadPack,
        off => [new Publisher("w", "a", "x") { Scans = true }, new Relocator("r", 1) { Off = off }])
    {
        Collects = true,
    };

    internal static readonly Scenario RelocatorAndCollector = new(
        nameof(RelocatorAndCollector),
        store => store.Publish(1, "a"),
        off => [new Relocator("r", 1) { Off = off }, new Collector("c")])
    {
        Collects = true,
    };

    internal static readonly Scenario CollectorAndRelocator = RelocatorAndCollector with
    {
        Name = nameof(CollectorAndRelocator),
        Actors = off => [new Relocator("r", 1), new Collector("c") { Off = off }],
    };

    internal static readonly Scenario Taggers = new(
        nameof(Taggers),
        TwoVersions,
        off => [new Tagger("t1", 1, "release") { Off = off }, new Tagger("t2", 2, "release")]);

    internal static readonly Scenario AliasMovers = new(
        nameof(AliasMovers),
        store =>
        {
            TwoVersions(store);
            store.Publish(3, "c");
            store.Append(new AliasOperation(StoreBuilder.Artifact, "production", null, 1));
        },
        off => [new AliasMover("m1", "production", 2, "1") { Off = off }, new AliasMover("m2", "production", 3, "1")]);

    internal static readonly Scenario RetirerAndTagger = new(
        nameof(RetirerAndTagger),
        TwoVersions,
        off => [new Retirer("r", 1) { Off = off }, new Tagger("t", 1, "release")]);

    internal static readonly Scenario WriterTaggerRetirer = new(
        nameof(WriterTaggerRetirer),
        TwoVersions,
        off => [new Publisher("w", "a", "x") { Off = off }, new Tagger("t", 3, "release"), new Retirer("r", 2)]);

    /// <summary>Each entry makes a checkpoint; whoever opens late begins with one.</summary>
    internal static readonly Scenario Checkpoints = TwoWriters with { Name = nameof(Checkpoints), CheckpointInterval = 1 };

    internal static readonly Scenario ReaderAndRelocator = new(
        nameof(ReaderAndRelocator),
        TwoPacks,
        off => [new Reader("reader", 1) { Off = off }, new Relocator("r", 2, 1)])
    {
        Collects = true,
    };

    internal static readonly Scenario LooseReaderAndRelocator = ReaderAndRelocator with
    {
        Name = nameof(LooseReaderAndRelocator),
        Actors = off => [new LooseReader("reader", 1) { Off = off }, new Relocator("r", 2, 1)],
    };

    internal static readonly Scenario ReaderAndTwoRelocators = ReaderAndRelocator with
    {
        Name = nameof(ReaderAndTwoRelocators),
        Actors = off => [new Reader("reader", 1) { Off = off }, new Relocator("r1", 1), new Relocator("r2", 2, 1)],
    };

    internal static readonly Scenario LooseReaderAndTwoRelocators = ReaderAndTwoRelocators with
    {
        Name = nameof(LooseReaderAndTwoRelocators),
        Actors = off => [new LooseReader("reader", 1) { Off = off }, new Relocator("r1", 1), new Relocator("r2", 2, 1)],
    };

    internal static readonly Scenario ReaderRetirerCollector = new(
        nameof(ReaderRetirerCollector),
        TwoVersions,
        off => [new Reader("reader", 1) { Off = off }, new Retirer("r", 1), new Collector("c")])
    {
        Collects = true,
    };

    /// <summary>The store has given up what its first version needed.</summary>
    internal static readonly Scenario MirrorOfCollected = new(
        nameof(MirrorOfCollected),
        CollectedStore,
        _ => [new Mirror("m", 1), new ReplicaReader("reader1", 1), new ReplicaReader("reader2", 2)])
    {
        Collects = true,
    };

    internal static readonly Scenario LooseMirrorOfCollected = MirrorOfCollected with
    {
        Name = nameof(LooseMirrorOfCollected),
        Actors = off => [new LooseMirror("m") { Off = off }, new ReplicaReader("reader", 2)],
    };

    /// <summary>One mirror looked at the source before there was more than the first entry, and is slow.</summary>
    internal static readonly Scenario MirrorAndLaggingOne = new(
        nameof(MirrorAndLaggingOne),
        CollectedLater,
        _ => [new LooseMirror("lagging") { SeesUpTo = 1 }, new Mirror("m", 3)]);

    internal static readonly Scenario LooseMirrorAndLaggingOne = MirrorAndLaggingOne with
    {
        Name = nameof(LooseMirrorAndLaggingOne),
        Actors = off => [new LooseMirror("lagging") { SeesUpTo = 1 }, new LooseMirror("m") { Off = off }],
    };

    /// <summary>Entries that are on their way side by side arrive in any order, and some of them never.</summary>
    internal static readonly Scenario MirrorsInAnyOrder = LooseMirrorAndLaggingOne with
    {
        Name = nameof(MirrorsInAnyOrder),
        Actors = _ =>
        [
            new LooseMirror("m1") { Batch = 3, Order = (one, other) => other.CompareTo(one) },
            new LooseMirror("m2") { Batch = 3, Order = (one, other) => (one % 3).CompareTo(other % 3) },
        ],
    };

    internal static readonly Scenario MirrorAndWriter = new(
        nameof(MirrorAndWriter),
        store =>
        {
            store.Format();
            store.Publish(1, "a");
        },
        _ => [new Mirror("m", 1), new Publisher("w", "a", "x"), new ReplicaReader("reader", 2)]);

    /// <summary>One goes on where the other stopped, or beside it.</summary>
    internal static readonly Scenario TwoMirrors = new(
        nameof(TwoMirrors),
        CollectedStore,
        _ => [new Mirror("m1", 2), new Mirror("m2", 1)])
    {
        Collects = true,
    };

    internal static readonly Scenario MirrorsAndEveryone = MirrorAndWriter with
    {
        Name = nameof(MirrorsAndEveryone),
        Before = TwoVersionsAndFormat,
        Actors = _ =>
        [
            new Mirror("m1", 256),
            new Mirror("m2", 1),
            new Mirror("m3", 2),
            new ReplicaReader("reader1", 1),
            new ReplicaReader("reader3", 3),
            new Publisher("w1", "a", "x") { Scans = true },
            new Publisher("w2", "b", "y") { Scans = true },
            new Retirer("retirer", 1),
            new Collector("c1"),
            new Collector("c2"),
            new Relocator("move", 2, 1),
        ],
        Collects = true,
        LostAnswers = 3,
        FailedReads = 2,
        Stops = 2,
    };

    /// <summary>What the mirror has seen live is retired and deleted before it is copied.</summary>
    internal static readonly Scenario MirrorAndCollector = new(
        nameof(MirrorAndCollector),
        TwoVersionsAndFormat,
        _ => [new Mirror("m", 256), new Retirer("r", 1), new Collector("c")])
    {
        Collects = true,
    };

    internal static readonly Scenario LooseMirrorAndCollector = MirrorAndCollector with
    {
        Name = nameof(LooseMirrorAndCollector),
        Actors = off => [new LooseMirror("m") { Off = off }, new Retirer("r", 1), new Collector("c")],
    };

    internal static readonly Scenario MirrorAndRelocator = MirrorAndCollector with
    {
        Name = nameof(MirrorAndRelocator),
        Actors = _ => [new Mirror("m", 1), new Relocator("r", 2, 1), new ReplicaReader("reader", 1)],
    };

    private static void TwoVersionsAndFormat(StoreBuilder store)
    {
        store.Format();
        TwoVersions(store);
    }

    private static void CollectedStore(StoreBuilder store)
    {
        store.Format();
        DeadPack(store);
        store.Collect(1);
        store.Publish(3, "c");
    }

    private static void CollectedLater(StoreBuilder store)
    {
        store.Format();
        store.Publish(1, "a");
        store.Publish(2, "b");
        store.Append(new RetireOperation(StoreBuilder.Artifact, 2));
        store.Collect(2);
        store.Publish(3, "c");
        store.Publish(4, "d");
        store.Publish(5, "e");
    }

    private static void TwoVersions(StoreBuilder store)
    {
        store.Publish(1, "a");
        store.Publish(2, "b");
    }

    private static void DeadPack(StoreBuilder store)
    {
        TwoVersions(store);
        store.Append(new RetireOperation(StoreBuilder.Artifact, 1));
    }

    private static void TwoPacks(StoreBuilder store)
    {
        store.Publish(1, "first", "second");
        store.Publish(2, "third one");
    }

    private static void HalfDeadPack(StoreBuilder store)
    {
        store.Publish(1, "a", "x");
        store.Pack(2, Library.RootOf([StoreBuilder.Place(1, 0)]));
        store.Publish(StoreBuilder.Place(2, 0));
        store.Append(new RetireOperation(StoreBuilder.Artifact, 1));
    }

    private static void NodeApartFromLeaf(StoreBuilder store)
    {
        store.Pack(1, "a");
        store.Pack(2, Library.NodeOf([StoreBuilder.Place(1, 0)]), "b");
        store.Pack(3, Library.RootOf([StoreBuilder.Place(2, 0)]));
        store.Publish(StoreBuilder.Place(3, 0));
        store.Pack(4, Library.RootOf([StoreBuilder.Place(2, 1)]));
        store.Publish(StoreBuilder.Place(4, 0));
    }
}
