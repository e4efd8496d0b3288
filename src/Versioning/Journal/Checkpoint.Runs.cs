using System.Collections.Immutable;
using Versioning.Canonical;

namespace Versioning.Journal;

/// <content>Runs: <c>[[id, name, sequence, key or nil] …]</c> of the open ones by id, <c>[[key, name, number] …]</c> by key.</content>
internal static partial class Checkpoint
{
    private static void Write(ref CanonicalWriter writer, RunsState runs)
    {
        writer.Array(runs.Open.Count);
        foreach ((UInt128 id, OpenRun run) in runs.Open)
        {
            writer.Array(4);
            writer.Id(id);
            writer.Text(run.Name);
            writer.Integer(run.Sequence);
            writer.DigestOrNil(run.Key);
        }

        writer.Array(runs.Keys.Count);
        foreach ((Digest key, RunNumber run) in runs.Keys)
        {
            writer.Array(3);
            writer.Digest(key);
            writer.Text(run.Name);
            writer.Integer(run.Number);
        }
    }

    private static RunsState ReadRuns(ref CanonicalReader reader)
    {
        var open = new KeyValuePair<UInt128, OpenRun>[reader.Array(21)];
        for (int i = 0; i < open.Length; i++)
        {
            reader.Array(4, "an open run");
            open[i] = new(reader.Id(), new OpenRun(reader.Text(), reader.Integer(1), reader.DigestOrNil()));
            reader.Require(i == 0 || open[i - 1].Key < open[i].Key, "unsorted or repeated runs");
        }

        var keys = new KeyValuePair<Digest, RunNumber>[reader.Array(37)];
        for (int i = 0; i < keys.Length; i++)
        {
            reader.Array(3, "the key of a run");
            keys[i] = new(reader.Digest(), new RunNumber(reader.Text(), reader.Integer(1)));
            reader.Require(i == 0 || keys[i - 1].Key.CompareTo(keys[i].Key) < 0, "unsorted or repeated keys");
        }

        return new RunsState(open.ToImmutableSortedDictionary(), keys.ToImmutableSortedDictionary());
    }
}
