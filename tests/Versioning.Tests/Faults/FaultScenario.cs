using Versioning.Storage;
using Versioning.Tests.Compression;
using Versioning.Tests.Store;

namespace Versioning.Tests.Faults;

/// <summary>What a store holds before a command, and the command.</summary>
internal sealed class FaultScenario(
    string name, Func<ScenarioRun, Task> before, Func<ScenarioRun, Task> command)
{
    private const string Data = "datasets/x";
    private static readonly CodeCommit Code = new("https://example.org/repo", "0123456789abcdef", "main", false);

    // Ahead of the files, so that the file cache takes them; fixed, so that a repeated command makes the same version.
    private static readonly DateTimeOffset Now = TimeProvider.System.GetUtcNow().AddHours(1);

    internal Func<ScenarioRun, Task> Before => before;

    internal Func<ScenarioRun, Task> Command => command;

    public override string ToString() => name;

    internal static IEnumerable<FaultScenario> All() =>
    [
        new("init", _ => Task.CompletedTask, Create),
        new("first commit", Create, run => run.CommitAsync(Data, "one")),
        new("second commit that deduplicates", First, run => run.CommitAsync(Data, "two")),
        new("commit of several packs", First, run => run.CommitAsync(Data, "packs")),
        new("patch", First, run => run.CommitAsync(Data, "patch", new CommitOptions { Code = Code, Patch = true, Remove = ["sub/*"] })),
        new("commit with input, tag and alias", First, run => run.CommitAsync("models/m", "two", new CommitOptions { Code = Code, Inputs = { Data }, Tag = "1.0", Alias = "prod", Message = "why" })),
        new("commit of entry 256, with its checkpoint", Entries255, run => run.CommitAsync(Data, "two")),
        new("tag", First, run => run.OnStoreAsync(store => store.TagAsync(Data, "1.0"))),
        new("alias move", Second, run => run.OnStoreAsync(store => store.MoveAliasAsync(Data, "a", "1"))),
    ];

    internal static VersionStoreOptions Options(string cache) =>
        new() { Author = "tester", CacheDirectory = cache, Time = new FixedClock(Now), Concurrency = 2 };

    internal static void WriteSources(TempFolder folder)
    {
        byte[] large = SampleData.Make(700_000, 3, 1);
        foreach (string source in new[] { "one", "two", "packs" })
        {
            folder.Write($"{source}/a.txt", "a");
            folder.Write($"{source}/empty", "");
            folder.Write($"{source}/large", source == "one" ? large : [.. large[..300_000], 1, 2, 3, .. large[300_000..]]);
            folder.Write($"{source}/sub/text", SampleData.Make(40_000, 0, source == "one" ? 2 : 3));
        }

        folder.Write("packs/noise", SampleData.Make(4_500_000, 3, 9));
        folder.Write("patch/a.txt", "patched");
        folder.Write("patch/new", "new");
    }

    internal static CommitOptions Plain => new() { Code = Code };

    private static async Task Create(ScenarioRun run)
    {
        await using VersionStore store = await VersionStore.CreateAsync(run.Objects, run.Options);
    }

    private static async Task First(ScenarioRun run)
    {
        await Create(run);
        await run.CommitAsync(Data, "one");
    }

    private static async Task Second(ScenarioRun run)
    {
        await First(run);
        await run.CommitAsync(Data, "patch");
        await run.OnStoreAsync(store => store.MoveAliasAsync(Data, "a", "2"));
    }

    private static async Task Entries255(ScenarioRun run)
    {
        await Second(run);
        await run.OnStoreAsync(async store =>
        {
            for (int entry = 4; entry <= 255; entry++)
            {
                await store.MoveAliasAsync(Data, "a", $"{(entry % 2) + 1}");
            }
        });
    }
}

/// <summary>One moment for ever, yet with timers that go on: a pause between two attempts ends.</summary>
internal sealed class FixedClock(DateTimeOffset now) : TimeProvider
{
    public override DateTimeOffset GetUtcNow() => now;
}

/// <summary>A command on the way: the store that it uses, and where its sources are.</summary>
internal sealed record ScenarioRun(ObjectStore Objects, TempFolder Folder, VersionStoreOptions Options)
{
    /// <summary>Each command opens the store anew, as the tool does.</summary>
    internal async Task OnStoreAsync(Func<VersionStore, Task> command)
    {
        await using VersionStore store = await VersionStore.OpenAsync(Objects, Options);
        await command(store);
    }

    internal Task CommitAsync(string artifact, string source, CommitOptions? options = null) =>
        OnStoreAsync(store => store.CommitAsync(artifact, Folder.Of(source), options ?? FaultScenario.Plain));
}
