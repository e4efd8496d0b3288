using NUnit.Framework;

namespace Versioning.Tests.Journal.Interleavings;

/// <summary>Each rule is needed: without it, an interleaving does harm; with it, none of the same scenario does.</summary>
[TestFixture]
internal sealed class MissingRuleTests
{
    private static readonly Scenario LooseWriters = Scenarios.TwoWriters with { LooseJournals = true, LostAnswers = 1 };
    private static readonly Scenario LooseWriterAndCollector = Scenarios.WriterAndCollector with { LooseJournals = true };

    private static readonly Dictionary<Rule, Scenario> Needed = new()
    {
        [Rule.OneNonce] = LooseWriters,
        [Rule.SearchEveryEntry] = LooseWriters,
        [Rule.ReadBackAfterNoAnswer] = LooseWriters,
        [Rule.NoAnswerIsNoSuccess] = LooseWriters,
        [Rule.CompareNonce] = LooseWriters,
        [Rule.CountAnew] = LooseWriters,
        [Rule.CheckpointAfterEntry] = LooseWriters,
        [Rule.FoldBeforeCheck] = LooseWriterAndCollector,
        [Rule.CheckEveryAttempt] = LooseWriterAndCollector,
        [Rule.CheckReferences] = Scenarios.WriterAndCollector,
        [Rule.CheckOwnPacks] = Scenarios.WriterOfOrphans,
        [Rule.NewNameForUploads] = Scenarios.WriterOfOrphans,
        [Rule.ResolveReferences] = Scenarios.WriterAndRelocator with { LooseJournals = true },
        [Rule.OrdinalIsPresent] = Scenarios.WriterAndRelocator,
        [Rule.SupersededIsGone] = Scenarios.WriterAndSecondRelocation with { LooseJournals = true },
        [Rule.ParentLivesNow] = Scenarios.WriterWithParentsNode,
        [Rule.CheckPlacementsOfNodes] = Scenarios.WriterWithForeignNode,
        [Rule.LeaveOwnPacks] = Scenarios.WriterOnAnothersPack,
        [Rule.CountRetiredVersions] = Scenarios.WriterAfterRetirement with { LooseJournals = true },
        [Rule.ExpectAnew] = Scenarios.AliasMovers,
        [Rule.TagAnew] = Scenarios.Taggers with { LooseJournals = true },
        [Rule.RetireAnew] = Scenarios.RetirerAndTagger with { LooseJournals = true },
        [Rule.FoldAgain] = Scenarios.ReaderAndRelocator,
        [Rule.ResolveOrdinalAgain] = Scenarios.LooseReaderAndRelocator,
        [Rule.FootersByObject] = Scenarios.LooseReaderAndRelocator,
        [Rule.FoldAgainWhilePlaceChanges] = Scenarios.LooseReaderAndTwoRelocators,
        [Rule.RecheckPublishes] = Scenarios.CollectorAndWriter,
        [Rule.RecheckRelocations] = Scenarios.CollectorAndRelocator,
        [Rule.CondemnBeforeDelete] = Scenarios.CollectorAndWriter,
        [Rule.TargetIsNotGone] = Scenarios.RelocatorAndCollector,
        [Rule.TargetHoldsLive] = Scenarios.RelocatorAndWriter,
        [Rule.LeaveTarget] = Scenarios.WriterOnRelocatorsTarget,
        [Rule.RelocateBeforeDelete] = Scenarios.RelocatorAndWriter,
        [Rule.ObjectsBeforeEntries] = Scenarios.LooseMirrorOfCollected,
        [Rule.CopyAgainWhatIsGone] = Scenarios.LooseMirrorAndCollector,
        [Rule.LastEntryFirst] = Scenarios.LooseMirrorOfCollected,
        [Rule.EachAfterItsSuccessor] = Scenarios.LooseMirrorAndLaggingOne,
        [Rule.AnnounceEntries] = Scenarios.LooseMirrorOfCollected,
        [Rule.BatchesEndBehindCollections] = Scenarios.LooseMirrorOfCollected,
    };

    private static IEnumerable<Rule> Rules => Enum.GetValues<Rule>().Where(rule => rule != Rule.None);

    private static IEnumerable<Scenario> Controls => Needed.Values.Distinct();

    [TestCaseSource(nameof(Rules))]
    public void EveryInterleaving_WithoutTheRule_FindsAViolation(Rule rule)
    {
        Scenario scenario = Needed[rule];
        Exploration found = new Explorer(scenario, rule).Exhaust();
        TestContext.Out.WriteLine($"{rule} in {scenario}: {found.Runs} runs, {found.States} states\n{found.Violation}");
        Assert.That(found.Violation, Is.Not.Null, $"Without {rule} all {found.States} states of {scenario} are sound.");
    }

    [TestCaseSource(nameof(Controls))]
    public void EveryInterleaving_OfTheSameScenarios_WithAllRules_FindsNone(Scenario scenario)
    {
        Exploration found = new Explorer(scenario).Exhaust();
        TestContext.Out.WriteLine($"{scenario}: {found.Runs} runs, {found.States} states");
        Assert.That(found.Violation, Is.Null);
        Assert.That(found.Complete, Is.True);
    }
}
