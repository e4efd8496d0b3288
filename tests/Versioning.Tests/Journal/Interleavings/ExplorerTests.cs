using NUnit.Framework;

namespace Versioning.Tests.Journal.Interleavings;

/// <summary>What the explorer says can be relied on.</summary>
[TestFixture]
internal sealed class ExplorerTests
{
    [Test]
    public void Replay_OfTheChoicesOfAViolation_LeadsToTheSameOne()
    {
        var explorer = new Explorer(Scenarios.WriterOfOrphans, Rule.CheckOwnPacks);
        Exploration found = explorer.Exhaust();
        Assert.That(found.Choices, Is.Not.Null);
        Assert.That(explorer.Replay(found.Choices!).Violation, Is.EqualTo(found.Violation));
    }

    [Test]
    public void Sample_WithoutARule_FindsAViolation_AndAgainFromItsSeed()
    {
        var explorer = new Explorer(Scenarios.WriterWithForeignNode, Rule.CheckPlacementsOfNodes);
        Exploration found = explorer.Sample(1, 2000);
        Assert.That(found.Violation, Is.Not.Null);
        Exploration again = explorer.Sample((int)found.Runs, 1);
        Assert.That(again.Violation, Is.EqualTo(found.Violation));
        Assert.That(found.Violation, Does.EndWith(explorer.Replay(found.Choices!).Violation!));
    }

    [Test]
    public void Exhaust_Twice_SeesTheSameStates()
    {
        Exploration first = new Explorer(Scenarios.TwoWriters).Exhaust();
        Exploration second = new Explorer(Scenarios.TwoWriters).Exhaust();
        Assert.That(first.Complete, Is.True);
        Assert.That(second, Is.EqualTo(first));
    }
}
