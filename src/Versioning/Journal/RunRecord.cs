using Versioning.Canonical;

namespace Versioning.Journal;

/// <summary>
/// What is recorded of a run beside what every version is: the id under which it started, digest of its stage's
/// definition (or nil), key (or nil), command, environment, start and end (µs), outcome, exit code (or nil), outputs.
/// </summary>
internal sealed record RunRecord(
    UInt128 Id,
    Digest? Definition,
    Digest? Key,
    IReadOnlyList<string> Command,
    IReadOnlyList<KeyValuePair<string, string>> Environment,
    DateTimeOffset Started,
    DateTimeOffset Ended,
    RunOutcome Outcome,
    int? ExitCode,
    IReadOnlyList<ArtifactPin> Outputs)
{
    internal void Write(ref CanonicalWriter writer)
    {
        writer.Array(10);
        writer.Id(Id);
        writer.DigestOrNil(Definition);
        writer.DigestOrNil(Key);
        RecordParts.WriteTexts(ref writer, Command);
        RecordParts.WriteMap(ref writer, Environment);
        writer.Integer(JournalEntry.Microseconds(Started));
        writer.Integer(JournalEntry.Microseconds(Ended));
        writer.Integer((int)Outcome);
        if (ExitCode is { } code)
        {
            writer.Integer(code);
        }
        else
        {
            writer.Nil();
        }

        RecordParts.WritePins(ref writer, Outputs);
    }

    internal static RunRecord Read(ref CanonicalReader reader)
    {
        reader.Array(10, "a run");
        UInt128 id = reader.Id();
        Digest? definition = reader.DigestOrNil(), key = reader.DigestOrNil();
        string[] command = RecordParts.ReadTexts(ref reader);
        KeyValuePair<string, string>[] environment = RecordParts.ReadMap(ref reader);
        DateTimeOffset started = RecordParts.ReadTime(ref reader), ended = RecordParts.ReadTime(ref reader);
        var outcome = (RunOutcome)reader.Integer(0, (int)RunOutcome.Lost);
        int? exitCode = reader.TryNil() ? null : (int)reader.Integer(int.MinValue, int.MaxValue);
        return new RunRecord(id, definition, key, command, environment, started, ended, outcome, exitCode, RecordParts.ReadPins(ref reader));
    }
}
