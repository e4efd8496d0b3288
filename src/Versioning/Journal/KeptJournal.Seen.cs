using System.Buffers.Binary;
using System.Globalization;
using Versioning.Storage;

namespace Versioning.Journal;

/// <content>What was kept is also a witness of what the store said before: a verification asks it.</content>
internal sealed partial class KeptJournal
{
    /// <summary>Told where the journal was seen to end, and when, once the store says something else.</summary>
    internal Action<JournalHead, DateTimeOffset>? IsAnother { private get; init; }

    private string Seen => _place + "seen";

    /// <summary>When an entry was kept or last read from here, or null.</summary>
    internal DateTimeOffset? KeptOn(long sequence) => cache.TimeOf(_place + StoreKeys.Entry(sequence).Value);

    /// <summary>The positions of all entries that are kept.</summary>
    internal IEnumerable<long> Entries() =>
        cache.Folders(_place + StoreKeys.Journal).SelectMany(block => cache.Names($"{_place}{StoreKeys.Journal}{block}")).Select(Sequence).Where(sequence => sequence > 0);

    /// <summary>Remembers where the journal ended, beyond the time at which its entries are forgotten.</summary>
    internal void Note(JournalHead head, DateTimeOffset time)
    {
        Span<byte> microseconds = stackalloc byte[sizeof(long)];
        BinaryPrimitives.WriteInt64LittleEndian(microseconds, JournalEntry.Microseconds(time));
        cache.Write(NameOf(head), microseconds);
    }

    /// <summary>The store is not what it was: all that was kept of it is forgotten, but not that it was.</summary>
    /// <param name="head">Where it ended.</param>
    /// <param name="now">The time.</param>
    internal void Replace(JournalHead head, DateTimeOffset now)
    {
        DateTimeOffset time = KeptOn(head.Sequence) ?? now;
        Note(head, time);
        Forget(head.Sequence);
        IsAnother?.Invoke(head, time);
    }

    /// <summary>Where the journal was seen to end, and when.</summary>
    internal IEnumerable<(JournalHead Head, DateTimeOffset Time)> Notes()
    {
        foreach (string name in cache.Names(Seen))
        {
            if (JournalHead.TryParse(name.Replace('-', ':'), out JournalHead head) && NameOf(head) == $"{Seen}/{name}"
                && cache.Read(NameOf(head)) is { Length: sizeof(long) } time && BinaryPrimitives.ReadInt64LittleEndian(time.Span) is >= 0 and <= JournalEntry.MaxMicroseconds and var microseconds)
            {
                yield return (head, DateTimeOffset.UnixEpoch.AddTicks(microseconds * 10));
            }
        }
    }

    /// <summary>The journal still goes on from all that was noted: only its end is of use from now on.</summary>
    internal void Renew(JournalHead head, DateTimeOffset time)
    {
        foreach ((JournalHead noted, _) in Notes().Where(note => note.Head != head).ToList())
        {
            cache.Remove(NameOf(noted));
        }

        Note(head, time);
    }

    private string NameOf(JournalHead head) => string.Create(CultureInfo.InvariantCulture, $"{Seen}/{head.Sequence:D20}-{head.Digest.ToHex()}");
}
