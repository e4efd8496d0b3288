using Versioning.Pipelines.Executing;
using Versioning.Storage;

namespace Versioning.Pipelines.Tests.Executing;

/// <summary>Two that want the same do not make it twice at once, and who died hinders nobody.</summary>
[TestFixture]
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
[Parallelizable(ParallelScope.All)]
[Platform(Exclude = "Win", Reason = "The stages are shell scripts.")]
internal sealed class ClaimedKeyTests : IAsyncDisposable
{
    private const string Script = "touch ../here/started; while [ ! -e ../here/go ]; do sleep 0.01; done; mkdir out; echo x > out/x";

    private PipelineFolder _here = null!, _there = null!;

    [SetUp]
    public async Task MakeWorkspaces()
    {
        _here = await PipelineFolder.MakeAsync();
        _here.Write("make.sh", Script);
        _here.Declare("""{ "make": { "command": ["sh", "make.sh"], "files": ["make.sh"], "outputs": { "datasets/made": "out" } } }""");
        _there = await _here.ElsewhereAsync("versions.json", "make.sh");
    }

    public async ValueTask DisposeAsync()
    {
        await _there.DisposeAsync();
        await _here.DisposeAsync();
    }

    [Test]
    public async Task Run_WhileAnotherMachineRunsTheSame_WaitsAndTakesWhatThatMakes()
    {
        Task<IReadOnlyList<StageResult>> first = _here.RunAsync();
        await StartedAsync(first);
        StageResult refused = (await Pipeline.Open(_there.Root).RunAsync(_there.Store, _there.Options([], wait: false))).Single();
        Assert.That((refused.Error as ConflictException)?.Code, Is.EqualTo("run_claimed"));

        var waiting = new TaskCompletionSource<OpenRunInfo>(TaskCreationOptions.RunContinuationsAsynchronously);
        Task<IReadOnlyList<StageResult>> second = Pipeline.Open(_there.Root).RunAsync(_there.Store, _there.Options([], waiting: new Listener<OpenRunInfo>(run => waiting.TrySetResult(run))));
        OpenRunInfo holder = await waiting.Task;
        Assert.That((holder.Author, holder.IsAlive), Is.EqualTo(("tester", null as bool?)), "The other machine can't tell.");
        _here.Write("go", "");
        Assert.That(PipelineFolder.Told(await first), Is.EqualTo("make:Ran"));
        Assert.That(PipelineFolder.Told(await second), Is.EqualTo("make:Fetched"));
        Assert.That((await _here.Store.ResolveAsync("runs/make")).Number, Is.EqualTo(1));
    }

    [Test]
    public async Task Run_WhereAProcessOfThisMachineDied_TakesOver()
    {
        Digest key = (await _here.CheckAsync()).Single().Key!.Value;
        var objects = new LostConnection(new LocalDiskStore(_here.Store.Location));
        await using VersionStore store = await VersionStore.OpenAsync(objects, _here.Store.Settings);
        await using (await store.StartRunAsync("make", new StartRunOptions { Key = key, RecordCode = false }))
        {
            Assert.That((await _here.Store.ListOpenRunsAsync().SingleAsync()).IsAlive, Is.True);
            objects.IsLost = true;
        }

        Assert.That((await _here.Store.ListOpenRunsAsync().SingleAsync()).IsAlive, Is.False);
        _here.Write("go", "");
        Assert.That(PipelineFolder.Told(await _here.RunAsync()), Is.EqualTo("make:Ran"));
        Assert.That(await _here.Store.ListRunsAsync("make").Select(run => run.Run!.Outcome).ToListAsync(), Is.EqualTo([RunOutcome.Succeeded, RunOutcome.Lost]));
    }

    [Test]
    public async Task Run_WhereAnotherTakesOverAtTheSameTime_TakesWhatThatMakes()
    {
        _here.Write("go", "");
        Digest key = (await _here.CheckAsync()).Single().Key!.Value;
        var objects = new LostConnection(new LocalDiskStore(_here.Store.Location));
        await using VersionStore dies = await VersionStore.OpenAsync(objects, _here.Store.Settings);
        await using (await dies.StartRunAsync("make", new StartRunOptions { Key = key, RecordCode = false }))
        {
            objects.IsLost = true;
        }

        string runs = Path.Combine(_here.Store.Settings.CacheDirectory!, "runs", _here.Store.Id);
        var between = new InterruptedStore(
            new LocalDiskStore(_here.Store.Location),
            () => Directory.GetDirectories(runs, "*.lost*").Length > 0,
            () => Pipeline.Open(_there.Root).RunAsync(_there.Store, new PipelineOptions { TakeOver = true }));
        await using VersionStore store = await VersionStore.OpenAsync(between, _here.Store.Settings);
        IReadOnlyList<StageResult> results = await Pipeline.Open(_here.Root).RunAsync(store, _here.Options([]));
        Assert.That((PipelineFolder.Told(results), between.Interrupted), Is.EqualTo(("make:Fetched", true)), results[0].Error?.Message);
    }

    [Test]
    public async Task Run_WhoseHolderDiesMeanwhile_TakesOver()
    {
        Digest key = (await _here.CheckAsync()).Single().Key!.Value;
        var objects = new LostConnection(new LocalDiskStore(_here.Store.Location));
        await using VersionStore store = await VersionStore.OpenAsync(objects, _here.Store.Settings);
        Run holder = await store.StartRunAsync("make", new StartRunOptions { Key = key, RecordCode = false });
        var waiting = new TaskCompletionSource<OpenRunInfo>(TaskCreationOptions.RunContinuationsAsynchronously);
        Task<IReadOnlyList<StageResult>> running = Pipeline.Open(_here.Root).RunAsync(_here.Store, _here.Options([], waiting: new Listener<OpenRunInfo>(run => waiting.TrySetResult(run))));
        Assert.That((await waiting.Task).IsAlive, Is.True);
        objects.IsLost = true;
        await holder.DisposeAsync();
        _here.Write("go", "");
        Assert.That(PipelineFolder.Told(await running), Is.EqualTo("make:Ran"));
    }

    [Test]
    public async Task Start_WhereTheHolderEndsBeforeItIsTakenOver_TakesWhatThatMade()
    {
        Digest key = Digest.Of("key"u8);
        Run holder = await _here.Store.StartRunAsync("make", new StartRunOptions { Key = key, RecordCode = false });
        Run? started = await new ClaimedKey(_here.Store, new PipelineOptions { TakeOver = true }).StartAsync("make", Start, CancellationToken.None);
        Assert.That(started, Is.Null, "It succeeded.");
        Assert.That((await _here.Store.ListRunsAsync("make").SingleAsync()).Run!.Outcome, Is.EqualTo(RunOutcome.Succeeded));

        StartRunOptions Start(string? from)
        {
            if (from is not null && holder.Outcome is null)
            {
                Task.Run(() => holder.CompleteAsync()).Wait();
            }

            return new StartRunOptions { Key = key, RecordCode = false, TakeOver = from, UnlessKnown = true };
        }
    }

    [Test]
    public async Task Run_ThatTakesOver_LeavesTheOtherNothingToPublish()
    {
        Task<IReadOnlyList<StageResult>> first = _here.RunAsync();
        await StartedAsync(first);
        Task<IReadOnlyList<StageResult>> second = Pipeline.Open(_there.Root).RunAsync(_there.Store, new PipelineOptions { TakeOver = true });
        while (await _here.Store.ListRunsAsync("make").AllAsync(run => run.Run!.Outcome != RunOutcome.Lost))
        {
            await Task.Delay(5);
        }

        _here.Write("go", "");
        Assert.That(PipelineFolder.Told(await second), Is.EqualTo("make:Ran"));
        Assert.That(((await first).Single().Error as ConflictException)?.Code, Is.EqualTo("run_lost"));
    }

    private async Task StartedAsync(Task running)
    {
        while (!File.Exists(_here.At("started")) && !running.IsCompleted)
        {
            await Task.Delay(5);
        }
    }
}
