namespace Versioning.Tests.Journal.Interleavings;

/// <summary>A store as it is at first, who works on it, and what may go wrong.</summary>
/// <param name="Name">What a failure calls it.</param>
/// <param name="Before">Makes the store as it is at first.</param>
/// <param name="Actors">New actors; those that are meant to do not keep the rule that is given.</param>
internal sealed record Scenario(string Name, Action<StoreBuilder> Before, Func<Rule, IReadOnlyList<Actor>> Actors)
{
    /// <summary>How many creates and deletes may stay without an answer in one execution.</summary>
    internal int LostAnswers { get; init; }

    /// <summary>How many reads and lists may fail.</summary>
    internal int FailedReads { get; init; }

    /// <summary>How many actors may stop for ever.</summary>
    internal int Stops { get; init; }

    /// <summary>Whether someone lists packs and deletes them.</summary>
    internal bool Collects { get; init; }

    /// <summary>After how many entries a checkpoint is written; 0: none is.</summary>
    internal int CheckpointInterval { get; init; }

    /// <summary>Whether actors append with the test's own loop, which can leave out rules, instead of <see cref="Versioning.Journal.JournalLog"/>.</summary>
    internal bool LooseJournals { get; init; }

    public override string ToString() => $"{Name}, {(LooseJournals ? "loose, " : "")}lost {LostAnswers}, failed {FailedReads}, stops {Stops}";
}
