using System.Text.Json;
using static Versioning.Benchmarks.Soaking.HistoryCheck;

namespace Versioning.Benchmarks.Soaking;

/// <summary>Whether what a reader sees is whole in itself: numbers, names, runs with their outputs, conditions of aliases.</summary>
internal sealed class StateCheck(StoreView view, Action<string> found)
{
    private readonly ILookup<string, JsonElement> _versions = view.Versions.ToLookup(version => Text(version, "name")!);

    public void Run()
    {
        CheckNumbers();
        CheckNames();
        CheckRuns();
        CheckMade();
    }

    private void CheckNumbers()
    {
        long[] sequences = [.. view.Records.Select(Sequence).Distinct()];
        if (!sequences.SequenceEqual(Enumerable.Range(1, sequences.Length).Select(i => (long)i)))
        {
            found("The journal has gaps.");
        }

        foreach (IGrouping<string, JsonElement> artifact in _versions)
        {
            if (!artifact.Select(version => version.GetProperty("number").GetInt64()).SequenceEqual(Enumerable.Range(1, artifact.Count()).Select(i => (long)i)))
            {
                found($"{artifact.Key} has gaps or doubles in its numbers.");
            }
        }

        foreach (IGrouping<string?, JsonElement> nonce in view.Versions.Where(version => Text(version, "kind") != "run").GroupBy(version => Text(version.GetProperty("meta"), "nonce")).Where(group => group.Key is not null && group.Count() > 1))
        {
            found($"The commit of call {nonce.Key} was published {nonce.Count()} times.");
        }
    }

    /// <summary>Aliases as their moves in the journal give them, each from where it was; tags as they were set, for ever.</summary>
    private void CheckNames()
    {
        var aliases = new Dictionary<string, long>();
        var tags = new Dictionary<string, long>();
        var published = new HashSet<string>();
        foreach (JsonElement record in view.Records)
        {
            string artifact = Text(record, "artifact") ?? "";
            string key = $"{artifact}@{Text(record, "label")}";
            switch (Text(record, "action"))
            {
                case "publish":
                    published.Add($"{artifact}@{record.GetProperty("number")}");
                    break;
                case "alias":
                    long? from = record.GetProperty("from").ValueKind == JsonValueKind.Number ? record.GetProperty("from").GetInt64() : null;
                    long to = record.GetProperty("to").GetInt64();
                    if (from != (aliases.TryGetValue(key, out long now) ? now : null) || !published.Contains($"{artifact}@{to}"))
                    {
                        found($"Entry {Sequence(record)} moves {key} from {from} to {to}, and it was {now}.");
                    }

                    aliases[key] = to;
                    if (key == $"{SoakPlace.Model}@production" && _versions[artifact].First(version => version.GetProperty("number").GetInt64() == to).GetProperty("metrics").GetProperty("f1").GetDouble() < 0.5)
                    {
                        found($"Entry {Sequence(record)} lets a model through that is not good enough.");
                    }

                    break;
                case "tag" when !tags.TryAdd(key, record.GetProperty("number").GetInt64()):
                    found($"Entry {Sequence(record)} sets {key} again.");
                    break;
            }
        }

        Compare("aliases", aliases);
        Compare("tags", tags);
    }

    private void Compare(string member, Dictionary<string, long> journal)
    {
        var seen = view.Versions.SelectMany(version => version.GetProperty(member).EnumerateArray().Select(name => name.GetString()).Where(name => name != "latest").Select(name => (Key: $"{Text(version, "name")}@{name}", Number: version.GetProperty("number").GetInt64())))
            .ToDictionary(name => name.Key, name => name.Number);
        foreach (string key in journal.Keys.Union(seen.Keys).Where(key => journal.GetValueOrDefault(key) != seen.GetValueOrDefault(key)))
        {
            found($"{key} of {member} is {seen.GetValueOrDefault(key)}, and by the journal {journal.GetValueOrDefault(key)}.");
        }
    }

    /// <summary>A run that succeeded has all of its outputs, published before it or in its very entry; any other has none.</summary>
    private void CheckRuns()
    {
        var published = view.Records.Where(record => Text(record, "action") == "publish").ToDictionary(record => Text(record, "pin")!, Sequence);
        foreach (JsonElement run in view.Versions.Where(version => Text(version, "kind") == "run"))
        {
            string name = Text(run, "name")!, pin = Text(run, "pin")!;
            string outcome = Text(run.GetProperty("run"), "outcome")!;
            string[] outputs = [.. run.GetProperty("run").GetProperty("outputs").EnumerateArray().Select(output => output.GetString()!)];
            int expected = outcome != "succeeded" ? 0 : name == "runs/probe" ? 2 : 1;
            if (outputs.Length != expected || outputs.Any(output => !published.TryGetValue(output, out long at) || at > published[pin]))
            {
                found($"{pin} {outcome} with the outputs {string.Join(", ", outputs)}.");
            }
        }

        foreach (IGrouping<string?, JsonElement> key in view.Versions.Where(version => Text(version, "kind") == "run" && Text(version.GetProperty("run"), "outcome") == "succeeded").GroupBy(run => Text(run.GetProperty("run"), "key")).Where(group => group.Key is not null && group.Count() > 1))
        {
            found($"{string.Join(", ", key.Select(run => Text(run, "pin")))} all succeeded with one key.");
        }
    }

    /// <summary>What runs make comes from a run, and from that one alone.</summary>
    private void CheckMade()
    {
        foreach (JsonElement version in view.Versions.Where(version => SoakPlace.Made.Contains(Text(version, "name")) && Text(version, "madeBy") is null))
        {
            found($"{Text(version, "pin")} was made by no run.");
        }

        foreach (string artifact in (string[])["made/prepared", "made/trained"])
        {
            foreach (IGrouping<string?, JsonElement> content in _versions[artifact].GroupBy(version => Text(version, "content")).Where(group => group.Select(version => Text(version.GetProperty("params"), "k")).Distinct().Count() > 1))
            {
                found($"{string.Join(", ", content.Select(version => Text(version, "pin")))} are the same, and come from other parameters.");
            }

            foreach (IGrouping<string?, JsonElement> value in _versions[artifact].GroupBy(version => Text(version.GetProperty("params"), "k")).Where(group => group.Select(version => Text(version, "content")).Distinct().Count() > 1))
            {
                found($"{string.Join(", ", value.Select(version => Text(version, "pin")))} are not the same, and come from k = {value.Key}.");
            }
        }

        var made = _versions["made/x"].Concat(_versions["made/y"]).ToLookup(version => Text(version, "madeBy"));
        foreach (IGrouping<string?, JsonElement> run in made.Where(run => run.Select(version => Text(version, "content")).Distinct().Count() > 1))
        {
            found($"{run.Key} made {string.Join(" and ", run.Select(version => Text(version, "pin")))}, which are not of one run.");
        }
    }
}
