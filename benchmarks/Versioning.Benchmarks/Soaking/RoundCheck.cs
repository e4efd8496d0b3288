namespace Versioning.Benchmarks.Soaking;

/// <summary>What has to hold when nobody is at work.</summary>
internal sealed class RoundCheck(SoakPlace place, VersCalls calls, Leftovers leftovers, int keys, Action<string> found)
{
    private readonly string _folder = place.Workspace(0);

    public async Task RunAsync()
    {
        await MustAsync("verify");
        await MustAsync("audit", "--verify");
        await MustAsync("cache", "verify");
        await RunAllKeysAsync();
        await LoseAllAsync();
        if (await StoreView.TakeAsync(calls, _folder, place.Store, place.Cache, found) is not { } old)
        {
            return;
        }

        string empty = Path.Combine(place.Root, "empty-cache");
        await CompareAsync(old, place.Store, empty, "A reader without a cache");
        new StateCheck(old, found).Run();
        new HistoryCheck([.. calls.History.Calls.Where(call => call.Writer > 0)], old, found).Run();

        await MustAsync("mirror", place.Store, place.Replica);
        await MustAsync("--store", place.Replica, "verify");
        await CompareAsync(old, place.Replica, empty, "The replica");
        (string[] stayed, string summary) = leftovers.Look();
        Console.WriteLine($"  {summary}");
        foreach (string path in stayed.Take(3))
        {
            found($"{path} was left by a process that is gone, is two days old, and {stayed.Length - 1} more like it.");
        }

        leftovers.Age();
    }

    /// <summary>Runs that nobody runs any more are known as such, can be ended, and held up nobody until then.</summary>
    private async Task LoseAllAsync()
    {
        Call open = await MustAsync("runs", "--open");
        foreach (var run in open.Answer?.GetProperty("open").EnumerateArray().ToArray() ?? [])
        {
            if (run.GetProperty("alive").ValueKind != System.Text.Json.JsonValueKind.False)
            {
                found($"Nobody is at work, and {run.GetProperty("name")} {run.GetProperty("id")} of {run.GetProperty("author")} is {(run.GetProperty("alive").ValueKind == System.Text.Json.JsonValueKind.Null ? "unknown" : "said to run")}.");
            }

            await MustAsync("runs", "--lost", run.GetProperty("id").GetString()!);
        }
    }

    private async Task RunAllKeysAsync()
    {
        for (int key = 0; key < keys; key++)
        {
            await MustAsync("run", "train", "--param", $"k={key}");
        }
    }

    private async Task CompareAsync(StoreView expected, string store, string cache, string who)
    {
        if (Directory.Exists(cache))
        {
            Directory.Delete(cache, recursive: true);
        }

        if (await StoreView.TakeAsync(calls, _folder, store, cache, found) is { } other && other.Text != expected.Text)
        {
            found($"{who} sees something else.");
            File.WriteAllText(Path.Combine(place.Root, "seen.txt"), expected.Text);
            File.WriteAllText(Path.Combine(place.Root, "seen-otherwise.txt"), other.Text);
        }
    }

    private async Task<Call> MustAsync(params string[] arguments)
    {
        Call call = await calls.RunAsync(new Call(calls.NextId(), 0, "check", arguments), _folder);
        if (!call.Succeeded)
        {
            found($"{call} ended with {call.ExitCode}: {call.Error} {call.Answer}");
        }

        return call;
    }
}
