using Versioning.Journal;

namespace Versioning.Runs;

/// <summary>Runs that have not ended, as the entries that started them tell.</summary>
internal static class OpenRuns
{
    internal static async Task<(RunPlan Plan, JournalEntry Entry)> ReadAsync(JournalLog journal, UInt128 id, OpenRun open, CancellationToken cancellationToken)
    {
        (JournalEntry entry, _) = await journal.ReadAsync(open.Sequence, cancellationToken).ConfigureAwait(false);
        RunOperation start = entry.Operations.OfType<RunOperation>().FirstOrDefault(run => run.Id == id)
            ?? throw new IntegrityException("journal_broken", $"Journal entry {open.Sequence} does not start the run {RunText.Of(id)}.", "Run 'vers verify'.");
        return (RunPlan.Decode(start.Plan, $"The plan of the run {RunText.Of(id)}"), entry);
    }

    internal static async Task<OpenRunInfo> DescribeAsync(JournalLog journal, UInt128 id, OpenRun open, bool? isAlive, CancellationToken cancellationToken)
    {
        (RunPlan plan, JournalEntry entry) = await ReadAsync(journal, id, open, cancellationToken).ConfigureAwait(false);
        return new OpenRunInfo
        {
            Name = open.Name,
            Id = RunText.Of(id),
            Author = entry.Author,
            Machine = plan.Machine,
            Started = entry.Time,
            Key = open.Key,
            IsAlive = isAlive,
            Command = plan.Command,
            Code = plan.Code,
            Inputs = plan.Inputs,
            Parameters = plan.Parameters.ToDictionary(StringComparer.Ordinal),
        };
    }

    /// <summary>The open run of an id.</summary>
    /// <exception cref="NotFoundException">There is none.</exception>
    internal static (UInt128 Id, OpenRun Run) Find(StoreState state, string id) =>
        RunText.TryParse(id, out UInt128 value) && state.Runs.Open.TryGetValue(value, out OpenRun? open)
            ? (value, open)
            : throw new NotFoundException("run_not_open", $"No run with the id '{id}' is open in the store.", "List open runs with 'vers runs'. One that ended is a version.");
}
