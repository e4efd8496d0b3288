using System.Text.Json;

namespace Versioning.Benchmarks.Soaking;

/// <summary>All that a reader sees of a store: artifacts, versions, runs, and the journal's records.</summary>
internal sealed class StoreView
{
    private StoreView(List<JsonElement> versions, JsonElement[] records, string[] open, string text) => (Versions, Records, Open, Text) = (versions, records, open, text);

    /// <summary>All versions, runs too, those of an artifact from the first on.</summary>
    public List<JsonElement> Versions { get; }

    /// <summary>What was ever decided, in its order.</summary>
    public JsonElement[] Records { get; }

    /// <summary>Runs that have not ended: id, and whether they live (<c>True</c>, <c>False</c>, <c>Null</c>).</summary>
    public string[] Open { get; }

    /// <summary>All of it but what only this machine knows, to compare what two readers see.</summary>
    public string Text { get; }

    /// <summary>Looks at a store; null where it can't be read, which <paramref name="found"/> is told.</summary>
    public static async Task<StoreView?> TakeAsync(VersCalls calls, string folder, string store, string cache, Action<string> found)
    {
        var variables = new Dictionary<string, string> { ["VERSIONING_STORE"] = store, ["VERSIONING_CACHE"] = cache };
        var texts = new List<string>();
        if (await AskAsync("ls") is not { } list || await AskAsync("audit", "--format", "json") is not { } audit || await AskAsync("runs", "--open") is not { } open)
        {
            return null;
        }

        var versions = new List<JsonElement>();
        foreach (string artifact in list.GetProperty("artifacts").EnumerateArray().Select(artifact => artifact.GetProperty("name").GetString()!))
        {
            if (await AskAsync("log", artifact) is { } log)
            {
                versions.AddRange(log.GetProperty("versions").EnumerateArray().Reverse());
            }
        }

        texts.RemoveAt(2);
        return new StoreView(
            versions,
            [.. audit.GetProperty("records").EnumerateArray()],
            [.. open.GetProperty("open").EnumerateArray().Select(run => $"{run.GetProperty("id")} {run.GetProperty("alive").ValueKind}")],
            string.Join('\n', texts));

        async Task<JsonElement?> AskAsync(params string[] arguments)
        {
            Call call = await calls.RunAsync(new Call(calls.NextId(), 0, "look", arguments), folder, default, variables);
            if (call is { Succeeded: true, Answer: { } answer })
            {
                texts.Add(answer.GetRawText());
                return answer;
            }

            found($"{call} on {store} ended with {call.ExitCode}: {call.Error} {call.Answer}");
            return null;
        }
    }
}
