using System.Globalization;
using Versioning.Journal;
using Versioning.Storage;

namespace Versioning.Diagnosing;

/// <summary>Whether the place answers, whether a store is there, and whether the clock here agrees with it.</summary>
internal sealed class PlaceChecks(ObjectStore objects, TimeProvider time)
{
    private static readonly TimeSpan Tolerance = TimeSpan.FromMinutes(5);

    internal async Task<Finding> ReachAsync(CancellationToken cancellationToken)
    {
        // Read, not only looked for: where that is refused, only an answer with a body says why.
        await objects.ReadAsync(StoreKeys.Format, 0, new byte[1], cancellationToken).ConfigureAwait(false);
        return new Finding("reach", FindingStatus.Fine, $"{objects.Location} answers.");
    }

    internal async Task<Finding> StoreAsync(CancellationToken cancellationToken)
    {
        if (await StoreFormat.ReadAsync(objects, cancellationToken).ConfigureAwait(false) is not { } format)
        {
            return objects.CanWrite
                ? new Finding("store", FindingStatus.Fine, "There is no store here yet.", $"Make one with: vers init {objects.Location}")
                : new Finding("store", FindingStatus.Failed, "There is no store here, and none can be made.", "Correct the address, or make a store in the folder or bucket that it serves.");
        }

        using var journal = new JournalLog(objects, time);
        StoreState state = await journal.FoldAsync(cancellationToken).ConfigureAwait(false);
        return new Finding("store", FindingStatus.Fine, string.Create(CultureInfo.InvariantCulture, $"A store with the id {format.StoreId:x32}, {Counts.Of(state.Artifacts.Count, "artifact")} and {Counts.Of(state.Sequence, "journal entry", "journal entries")}."));
    }

    /// <summary>Nothing is decided by clocks; but servers refuse requests that are signed with a wrong time, and a log should tell the truth.</summary>
    internal async Task<Finding> ClockAsync(CancellationToken cancellationToken)
    {
        using var journal = new JournalLog(objects, time);
        StoreState state = await journal.FoldAsync(cancellationToken).ConfigureAwait(false);
        if (state.Sequence == 0)
        {
            return new Finding("clock", FindingStatus.Fine, "There is no journal entry to compare the clock with.");
        }

        (JournalEntry newest, _) = await journal.ReadAsync(state.Sequence, cancellationToken).ConfigureAwait(false);
        TimeSpan ahead = newest.Time - time.GetUtcNow();
        string written = newest.Time.ToString("yyyy-MM-dd HH:mm:ss'Z'", CultureInfo.InvariantCulture);
        return ahead > Tolerance
            ? new Finding("clock", FindingStatus.Warning, string.Create(CultureInfo.InvariantCulture, $"The newest entry was written at {written}, {ahead.TotalMinutes:0} minutes after the time of this machine."), "Set this clock, or that of whoever wrote the entry, by a time server. No version is in danger.")
            : new Finding("clock", FindingStatus.Fine, $"Not before the newest entry, which was written at {written}.");
    }
}
