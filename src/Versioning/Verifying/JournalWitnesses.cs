using System.Globalization;
using Versioning.Canonical;
using Versioning.Journal;
using Versioning.Storage;

namespace Versioning.Verifying;

/// <summary>
/// What others than the journal know of it. A journal that somebody wrote anew is sound in itself: only who saw it before
/// can tell.
/// </summary>
/// <param name="options">What was noted elsewhere.</param>
/// <param name="kept">What this machine saw; null: nothing.</param>
/// <param name="damages">Told of what differs.</param>
internal sealed class JournalWitnesses(VerifyJournalOptions options, KeptJournal? kept, DamageList damages)
{
    private const int MaxForeign = 1000;

    private readonly ILookup<long, (JournalHead Head, string Who)> _heads =
        options.ExpectedHeads.Select(head => (Head: head, Who: $"{head} was expected"))
            .Concat((kept?.Notes() ?? []).Select(note => (note.Head, Who: $"this machine saw {note.Head} on {Time(note.Time)}")))
            .Where(witness => witness.Head.Sequence > 0)
            .ToLookup(witness => witness.Head.Sequence);

    private readonly HashSet<long> _kept = [.. kept?.Entries() ?? []];
    private readonly HashSet<long> _met = [];
    private readonly SortedSet<string> _foreign = new(StringComparer.Ordinal);
    private bool _differs;

    /// <summary>How many entries and versions were compared with what others know of them.</summary>
    internal long Count { get; private set; }

    /// <summary>Inputs that name versions of other stores; at most 1,000.</summary>
    internal IReadOnlyList<string> Foreign => [.. _foreign];

    /// <summary>Compares an entry of the store with what others saw there.</summary>
    internal void Meet(long sequence, Digest hash)
    {
        _met.Add(sequence);
        foreach ((JournalHead head, string who) in _heads[sequence])
        {
            Count++;
            if (head.Digest != hash)
            {
                damages.Add(StoreKeys.Entry(sequence).Value, $"is {hash}, but {who}: the journal was written anew from here or from an earlier entry on");
            }
        }

        if (_kept.Contains(sequence) && kept!.KeptOn(sequence) is { } time && kept.Entry(sequence) is { } bytes)
        {
            Count++;
            if (DomainHash.Entry(bytes.Span) is var seen && seen != hash && !_differs)
            {
                // Of a journal that forked all further entries differ.
                _differs = true;
                damages.Add(StoreKeys.Entry(sequence).Value, $"is {hash}, but this machine saw {seen} there on {Time(time)}: the journal was written anew from here on");
            }
        }
    }

    /// <summary>Looks for what others saw and the store does not have.</summary>
    internal void Finish(long last)
    {
        foreach ((JournalHead head, string who) in _heads.SelectMany(heads => heads).Where(witness => !_met.Contains(witness.Head.Sequence)))
        {
            Count++;
            Miss(head.Sequence, last, who);
        }

        foreach (long sequence in _kept.Where(sequence => !_met.Contains(sequence)).OrderDescending().Take(1))
        {
            if (kept!.KeptOn(sequence) is { } time && kept.Entry(sequence) is { } bytes)
            {
                Count++;
                Miss(sequence, last, $"this machine saw {new JournalHead(sequence, DomainHash.Entry(bytes.Span))} on {Time(time)}");
            }
        }
    }

    /// <summary>Compares versions with what others pinned.</summary>
    internal void Meet(StoreState state)
    {
        foreach (ArtifactPin pin in options.ExpectedPins)
        {
            Count++;
            if (state.Find(pin.Artifact)?.Find(pin.Number) is not { } version)
            {
                damages.Add(StoreKeys.Entry(state.Sequence + 1).Value, $"is missing: no entry publishes {pin}, which was pinned", pin.ToString());
            }
            else if (version.Digest != pin.Digest)
            {
                damages.Add(StoreKeys.Entry(version.Sequence).Value, $"publishes {pin.Artifact}@{pin.Number} as {version.Digest}, but {pin} was pinned: the journal was written anew from here or from an earlier entry on", pin.ToString());
            }
        }
    }

    /// <summary>Takes note of inputs that this store has no version of.</summary>
    internal void Note(VersionRecord record, KnownPins pins)
    {
        foreach (ArtifactPin input in record.Inputs)
        {
            _ = _foreign.Count < MaxForeign && pins.NumberOf(input) is null && _foreign.Add(input.ToString());
        }
    }

    private void Miss(long sequence, long last, string who) => damages.Add(
        StoreKeys.Entry(sequence).Value,
        sequence > last ? $"is missing: the journal ends with entry {last}, but {who}: it was put back, or entries were removed" : $"is missing or can't be read, but {who}");

    private static string Time(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss'Z'", CultureInfo.InvariantCulture);
}
