using System.Collections.Immutable;

namespace Versioning.Journal;

/// <summary>A run that started and has not ended; <see cref="Sequence"/> is the entry that has its plan.</summary>
internal sealed record OpenRun(string Name, long Sequence, Digest? Key);

/// <summary>Where a run was published.</summary>
internal readonly record struct RunNumber(string Name, long Number);

/// <summary>What the journal knows of runs beside those that ended, which are versions: the open ones by id, and which run succeeded last with a key.</summary>
internal sealed record RunsState(ImmutableSortedDictionary<UInt128, OpenRun> Open, ImmutableSortedDictionary<Digest, RunNumber> Keys)
{
    internal static readonly RunsState Empty = new(ImmutableSortedDictionary<UInt128, OpenRun>.Empty, ImmutableSortedDictionary<Digest, RunNumber>.Empty);

    internal bool IsEmpty => Open.IsEmpty && Keys.IsEmpty;

    /// <summary>The open run that has claimed a key.</summary>
    internal KeyValuePair<UInt128, OpenRun>? Holder(Digest key)
    {
        foreach (KeyValuePair<UInt128, OpenRun> run in Open)
        {
            if (run.Value.Key == key)
            {
                return run;
            }
        }

        return null;
    }

    internal RunsState Start(UInt128 id, OpenRun run) => this with { Open = Open.Add(id, run) };

    internal RunsState End(RunRecord run, string name, long number) => this with
    {
        Open = Open.Remove(run.Id),
        Keys = run is { Key: { } key, Outcome: RunOutcome.Succeeded } ? Keys.SetItem(key, new RunNumber(name, number)) : Keys,
    };

    internal RunsState Retire(string name, long number)
    {
        RunNumber retired = new(name, number);
        return this with { Keys = Keys.RemoveRange(Keys.Where(known => known.Value == retired).Select(known => known.Key)) };
    }
}
