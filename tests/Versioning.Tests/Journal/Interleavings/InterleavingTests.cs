using NUnit.Framework;

namespace Versioning.Tests.Journal.Interleavings;

/// <summary>Every interleaving of the small cases, with lost and late answers and stops.</summary>
[TestFixture]
[Parallelizable(ParallelScope.Self)]
internal sealed class InterleavingTests
{
    private static readonly Scenario[] Cases =
    [
        Scenarios.TwoWriters with { LostAnswers = 2, Stops = 1 },
        Scenarios.TwoWriters with { LostAnswers = 1, FailedReads = 1 },
        Scenarios.ThreeWriters,
        Scenarios.Checkpoints with { LostAnswers = 1, Stops = 1 },
        Scenarios.WriterAfterRetirement with { LostAnswers = 3, FailedReads = 1, Stops = 1 },
        Scenarios.WriterAndCollector with { LostAnswers = 1, Stops = 1 },
        Scenarios.TwoWritersAndCollector,
        Scenarios.WriterRelocatorCollector,
        Scenarios.WriterAndRelocator with { LostAnswers = 1 },
        Scenarios.WriterOnAnothersPack with { LostAnswers = 1 },
        Scenarios.RelocatorAndCollector with { LostAnswers = 1 },
        Scenarios.Taggers with { LostAnswers = 2, Stops = 1 },
        Scenarios.AliasMovers with { LostAnswers = 2, Stops = 1 },
        Scenarios.RetirerAndTagger with { LostAnswers = 2, Stops = 1 },
        Scenarios.WriterTaggerRetirer with { LostAnswers = 1 },
        Scenarios.ReaderAndRelocator with { FailedReads = 1 },
        Scenarios.ReaderAndTwoRelocators,
        Scenarios.ReaderRetirerCollector with { LostAnswers = 1, Stops = 1 },
        Scenarios.MirrorOfCollected with { LostAnswers = 1, Stops = 1 },
        Scenarios.MirrorAndWriter with { LostAnswers = 1, Stops = 1 },
        Scenarios.MirrorAndWriter with { CheckpointInterval = 1 },
        Scenarios.TwoMirrors,
        Scenarios.MirrorAndLaggingOne,
        Scenarios.MirrorsInAnyOrder,
        Scenarios.MirrorAndCollector,
        Scenarios.MirrorAndRelocator,
    ];

    [TestCaseSource(nameof(Cases))]
    public void EveryInterleaving_WithAllRules_KeepsTheProtocol(Scenario scenario)
    {
        Exploration found = new Explorer(scenario).Exhaust();
        TestContext.Out.WriteLine($"{scenario}: {found.Runs} runs, {found.States} states");
        Assert.That(found.Violation, Is.Null);
        Assert.That(found.Complete, Is.True);
    }
}
