using System.Text.Json;

namespace Versioning.Benchmarks.Soaking;

/// <summary>Whether the journal is what the answers of all calls say, those included that gave none.</summary>
internal sealed class HistoryCheck(Call[] calls, StoreView view, Action<string> found)
{
    private readonly ILookup<string, JsonElement> _records = view.Records.ToLookup(record => record.GetProperty("author").GetString()!.Split(' ')[0]);

    public void Run()
    {
        foreach (Call call in calls)
        {
            CheckRefusal(call);
            CheckAnswer(call);
        }

        CheckOrder();
        CheckReads();
        CheckPatches();
    }

    /// <summary>Nothing fails but what was meant to: others at work, living or dead, are no reason.</summary>
    private void CheckRefusal(Call call)
    {
        bool isMeant = (call.Kind, call.ExitCode, call.ErrorCode) is (_, null or 0, _)
            or ("probe", 7, _) or ("check", 1, _) or ("stages", 5, "command_still_running") or ("promote", 5, "gate_refused") or ("tag", 5, "tag_taken") or ("rollback", 3, "version_not_found") or ("replica", 3, "store_not_found") or ("lose", 3, "run_not_open") or ("lose", 5, "run_lost");
        if (!isMeant)
        {
            found($"{call} ended with {call.ExitCode}: {call.Error} {call.Answer}");
        }
    }

    /// <summary>What was answered is in the journal, once; what was refused is not; what was killed is there once or not at all.</summary>
    private void CheckAnswer(Call call)
    {
        (string Action, string? Label)? expected = call.Kind switch
        {
            "commit" or "commit-model" or "commit-patch" or "commit-signed" => ("publish", null),
            "tag" => ("tag", call.Arguments[2]),
            "alias" or "promote" or "rollback" => ("alias", null),
            "sign" => ("sign", null),
            _ => null,
        };
        if (expected is not var (action, label))
        {
            return;
        }

        JsonElement[] made = [.. _records[call.Author].Where(record => Text(record, "action") == action)];
        string? pin = call.Kind.StartsWith("commit", StringComparison.Ordinal) && call.Succeeded ? $"{call.Text("name")}@{call.Answer?.GetProperty("number")}#{call.Text("digest")}" : call.Text("pin");
        bool nothing = call.Answer is { } answer && (IsTrue(answer, "unchanged") || (answer.TryGetProperty("moved", out JsonElement moved) && moved.ValueKind == JsonValueKind.False));
        if (made.Length > 1)
        {
            found($"{call} is in the journal {made.Length} times.");
        }
        else if (made.Length == 1 && (call.Refused || nothing))
        {
            found($"{call} answered {call.ExitCode} {call.Answer}, and is in the journal: {made[0]}");
        }
        else if (made.Length == 0 && call.Succeeded && !nothing && action is not "alias" and not "sign")
        {
            found($"{call} was told that it is done, and is not in the journal.");
        }
        else if (made.Length == 1 && call.Succeeded && (Text(made[0], "pin") != pin || (label is not null && Text(made[0], "label") != label)))
        {
            found($"{call} was told {pin}, and the journal says {made[0]}");
        }
    }

    /// <summary>Who began after another one's answer comes after that one in the journal.</summary>
    private void CheckOrder()
    {
        var ends = new PriorityQueue<long, long>();
        long highest = 0;
        foreach (Call call in calls.Where(call => _records.Contains(call.Author)).OrderBy(call => call.Started))
        {
            while (ends.TryPeek(out long sequence, out long ended) && ended < call.Started)
            {
                highest = Math.Max(highest, sequence);
                ends.Dequeue();
            }

            JsonElement[] own = [.. _records[call.Author]];
            if (own.Min(Sequence) <= highest)
            {
                found($"{call} wrote entry {own.Min(Sequence)} though entry {highest} had been answered before it began.");
            }

            if (call.ExitCode is not null)
            {
                ends.Enqueue(own.Max(Sequence), call.Ended);
            }
        }
    }

    /// <summary>A reader sees whatever was answered before it began.</summary>
    private void CheckReads()
    {
        foreach (Call read in calls.Where(call => call is { Kind: "show", Succeeded: true }))
        {
            string artifact = read.Text("name")!;
            long number = read.Answer!.Value.GetProperty("number").GetInt64();
            Call? missed = calls.FirstOrDefault(call => call.Succeeded && call.Kind.StartsWith("commit", StringComparison.Ordinal) && call.Ended < read.Started
                && call.Text("name") == artifact && call.Answer!.Value.GetProperty("number").GetInt64() > number);
            if (missed is not null)
            {
                found($"{read} saw {artifact}@{number}, though {missed} had been answered before.");
            }
        }
    }

    /// <summary>No patch is lost, whoever overtook whom.</summary>
    private void CheckPatches()
    {
        long patches = calls.LongCount(call => call is { Kind: "commit-patch", Succeeded: true });
        JsonElement newest = view.Versions.Last(version => Text(version, "name") == SoakPlace.Patched);
        long published = view.Versions.Count(version => Text(version, "name") == SoakPlace.Patched) - 1;
        JsonElement first = view.Versions.First(version => Text(version, "name") == SoakPlace.Patched);
        long files = newest.GetProperty("files").GetInt64() - first.GetProperty("files").GetInt64();
        if (files != published || published < patches)
        {
            found($"{SoakPlace.Patched}: {patches} patches were answered, {published} are published, and {files} of their files are there.");
        }
    }

    internal static string? Text(JsonElement element, string name) =>
        element.TryGetProperty(name, out JsonElement member) && member.ValueKind == JsonValueKind.String ? member.GetString() : null;

    internal static long Sequence(JsonElement record) => record.GetProperty("sequence").GetInt64();

    private static bool IsTrue(JsonElement element, string name) => element.TryGetProperty(name, out JsonElement member) && member.ValueKind == JsonValueKind.True;
}
