namespace Versioning.Benchmarks.Soaking;

/// <summary>One of those who work on the store at the same time: one call after another in a workspace of its own, as the seed says.</summary>
internal sealed class Writer(SoakPlace place, VersCalls calls, int number, int seed, int keys)
{
    private readonly Random _random = new(HashCode.Combine(seed, number));
    private readonly string _folder = place.Workspace(number);

    /// <summary>Told of what must not be: files that are not what was committed.</summary>
    public Action<string> Found { get; init; } = _ => { };

    public async Task RunAsync(CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            await (_random.Next(100) switch
            {
                < 16 => CommitAsync(),
                < 22 => CallAsync("commit-model", id => ["commit", SoakPlace.Model, Source(id), "--meta", $"nonce={id}", "--metric", $"f1={_random.NextDouble():0.00}", "--input", AnyData(), "--no-code"]),
                < 26 => CallAsync("commit-patch", id => ["commit", SoakPlace.Patched, Patch(id), "--patch", "--meta", $"nonce={id}", "--no-code"]),
                < 30 => CallAsync("commit-signed", id => ["commit", SoakPlace.Signed, Source(id), "--meta", $"nonce={id}", "--key", place.Key, "--no-code"]),
                < 36 => CallAsync("tag", id => ["tag", AnyData(), _random.Next(2) == 0 ? $"t{id}" : $"contended{_random.Next(30)}"]),
                < 42 => CallAsync("alias", _ => ["alias", Any(SoakPlace.Datasets), "live", "latest"]),
                < 47 => CallAsync("promote", _ => ["promote", $"{SoakPlace.Model}@latest", "production"]),
                < 49 => CallAsync("rollback", _ => ["rollback", $"{SoakPlace.Model}@production"]),
                < 52 => CallAsync("sign", _ => ["sign", AnyData(), "--key", place.Key]),
                < 60 => CallAsync("probe", Probe),
                < 76 => CallAsync("stages", _ => ["run", "train", "--param", $"k={_random.Next(keys)}"]),
                < 78 => LoseAsync(),
                < 84 => FetchAsync(),
                < 87 => RestoreAsync(),
                < 92 => CallAsync("show", _ => ["show", $"{Any(SoakPlace.Datasets)}@latest"]),
                < 94 => CallAsync("mirror", _ => ["mirror", place.Store, place.Replica]),
                < 96 => CallAsync("replica", _ => ["--store", place.Replica, "ls"]),
                < 97 => CallAsync("prune", _ => ["cache", "prune", "--max", _random.Next(2) == 0 ? "0" : "2MB"]),
                < 98 => CallAsync("audit", _ => ["audit", "--verify"]),
                < 99 => CallAsync("verify", _ => ["verify"]),
                _ => CallAsync("check", _ => ["run", "--dry-run", "--param", $"k={_random.Next(keys)}"]),
            });
        }
    }

    private async Task<Call> CallAsync(string kind, Func<long, string[]> arguments)
    {
        long id = calls.NextId();
        return await calls.RunAsync(new Call(id, number, kind, arguments(id)), _folder, calls.Disturb(_random, kind));
    }

    private Task<Call> CommitAsync() => CallAsync("commit", id =>
    [
        "commit", Any(SoakPlace.Datasets), Source(id), "--meta", $"nonce={id}", "--no-code",
        .. Sometimes("--tag", $"v{id}"),
        .. Sometimes("--alias", "live"),
    ]);

    /// <summary>A program that makes two outputs, or fails after it has made one.</summary>
    private string[] Probe(long id)
    {
        string end = _random.Next(5) == 0 ? "exit 3" : $"mkdir -p py; echo {id} > py/nonce.txt";
        return
        [
            "run", "probe", "--input", AnyData(), "--param", $"nonce={id}", "--output", "made/x=px", "--output", "made/y=py", "--no-code",
            "--", "sh", "-c", $"rm -rf px py; mkdir -p px; echo {id} > px/nonce.txt; echo said {id}; sleep 0.0{_random.Next(10)}; {end}",
        ];
    }

    /// <summary>What somebody does who cleans up behind processes that are gone.</summary>
    private async Task LoseAsync()
    {
        Call open = await CallAsync("open", _ => ["runs", "--open"]);
        string? gone = open.Answer?.TryGetProperty("open", out var all) == true
            ? all.EnumerateArray().Where(run => run.GetProperty("alive").ValueKind == System.Text.Json.JsonValueKind.False).Select(run => run.GetProperty("id").GetString()).FirstOrDefault()
            : null;
        if (gone is not null)
        {
            await CallAsync("lose", _ => ["runs", "--lost", gone]);
        }
    }

    private async Task FetchAsync()
    {
        string target = Path.Combine(_folder, _random.Next(3) == 0 ? $"fetched-{calls.NextId()}" : "fetched");
        Call call = await CallAsync("fetch", _ => ["fetch", AnyData(), "-o", target, "--force"]);
        Check(call, target);
        if (!target.EndsWith("fetched", StringComparison.Ordinal) && Directory.Exists(target))
        {
            Directory.Delete(target, recursive: true);
        }
    }

    private async Task RestoreAsync()
    {
        await CallAsync("update", _ => ["update"]);
        Check(await CallAsync("restore", _ => ["restore"]), Path.Combine(_folder, "pinned"));
    }

    private void Check(Call call, string folder)
    {
        if (call.Succeeded && SoakContent.Problem(folder) is { } problem)
        {
            Found($"{call} succeeded, but {problem}.");
        }
    }

    private string Source(long id) => SoakContent.Write(Path.Combine(_folder, "source"), id);

    private string Patch(long id)
    {
        string folder = Path.Combine(_folder, "patch");
        if (Directory.Exists(folder))
        {
            Directory.Delete(folder, recursive: true);
        }

        Directory.CreateDirectory(folder);
        File.WriteAllText(Path.Combine(folder, $"patch-{id}.txt"), $"{id}");
        return folder;
    }

    private string[] Sometimes(params string[] words) => _random.Next(3) == 0 ? words : [];

    private string AnyData() => $"{Any(SoakPlace.Datasets)}@{(_random.Next(2) == 0 ? "latest" : "live")}";

    private string Any(string[] of) => of[_random.Next(of.Length)];
}
