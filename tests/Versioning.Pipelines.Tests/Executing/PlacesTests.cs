using Versioning.Storage;

namespace Versioning.Pipelines.Tests.Executing;

/// <summary>What lies where outputs go, and is nobody's, stays.</summary>
[TestFixture]
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
[Parallelizable(ParallelScope.All)]
[Platform(Exclude = "Win", Reason = "The stages are shell scripts.")]
internal sealed class PlacesTests : IAsyncDisposable
{
    private PipelineFolder _here = null!;

    [SetUp]
    public async Task MakeWorkspace()
    {
        _here = await PipelineFolder.MakeAsync();
        _here.Write("make.sh", "mkdir -p out/deep && echo one > out/a && echo two > out/deep/b");
        _here.Declare("""{ "make": { "command": ["sh", "make.sh"], "files": ["*.sh"], "outputs": { "datasets/made": "out" } } }""");
    }

    public ValueTask DisposeAsync() => _here.DisposeAsync();

    [Test]
    public async Task Run_OverFilesOfSomebodyElse_IsAConflictAndDeletesNothing()
    {
        _here.Write("out/mine.txt", "precious");
        StageResult result = (await _here.RunAsync()).Single();
        Assert.That((result.Error as ConflictException)?.Code, Is.EqualTo("output_in_the_way"));
        Assert.That(result.Error!.Message, Does.Contain("mine.txt"));
        Assert.That(_here.Read("out/mine.txt"), Is.EqualTo("precious"));
        Assert.That(await _here.Store.ListArtifactsAsync().AnyAsync(), Is.False, "No run started.");

        result = (await Pipeline.Open(_here.Root).RunAsync(_here.Store, _here.Options([], overwrite: true))).Single();
        Assert.That(result.Outcome, Is.EqualTo(StageOutcome.Ran));
        Assert.That(Directory.GetFileSystemEntries(_here.At("out")).Select(Path.GetFileName).Order(), Is.EqualTo(["a", "deep"]));
    }

    [Test]
    public async Task Run_OverAnOutputThatWasEdited_IsAConflictAndDeletesNothing()
    {
        await _here.RunAsync();
        _here.Write("out/deep/b", "edited");
        _here.Write("make.sh", _here.Read("make.sh") + "\n#");
        Assert.That(((await _here.RunAsync()).Single().Error as ConflictException)?.Code, Is.EqualTo("output_in_the_way"));
        Assert.That(_here.Read("out/deep/b"), Is.EqualTo("edited"));

        // So is taking what was made before.
        _here.Write("make.sh", "mkdir -p out/deep && echo one > out/a && echo two > out/deep/b");
        Assert.That(((await _here.RunAsync()).Single().Error as ConflictException)?.Code, Is.EqualTo("output_in_the_way"));
        Assert.That(_here.Read("out/deep/b"), Is.EqualTo("edited"));
    }

    [TestCase("out")]
    [TestCase("out/deep")]
    public async Task Run_WhereAPlaceIsReachedThroughALink_TouchesNothingBehindIt(string output)
    {
        _here.Declare($$"""{ "make": { "command": ["sh", "make.sh"], "outputs": { "datasets/made": "{{output}}" } } }""");
        _here.Write("make.sh", "mkdir -p out/deep && touch out/deep/x && exit 1");
        Assert.That(PipelineFolder.Told(await _here.RunAsync()), Is.EqualTo("make:Failed"));
        Directory.Delete(_here.At("out"), recursive: true);
        _here.Write("../mine/deep/x", "precious");
        Directory.CreateSymbolicLink(_here.At("out"), _here.At("../mine"));
        foreach (bool overwrite in (bool[])[false, true])
        {
            StageResult result = (await Pipeline.Open(_here.Root).RunAsync(_here.Store, _here.Options([], overwrite: overwrite))).Single();
            Assert.That(((result.Error as ConflictException)?.Code, result.Error?.Message), Is.EqualTo(("path_blocked", $"'{_here.At("out")}' is a link, so nothing is written or removed through it.")));
        }

        Assert.That(_here.Read("../mine/deep/x"), Is.EqualTo("precious"));
    }

    [Test]
    public async Task Run_OfAFileWhoseNameLooksLikeAGlob_IsUpToDateAfterwards()
    {
        _here.Declare("""{ "make": { "shell": "echo x > 'out[1]*.bin'", "outputs": { "datasets/made": { "file": "out[1]*.bin" } } } }""");
        Assert.That(PipelineFolder.Told(await _here.RunAsync()), Is.EqualTo("make:Ran"));
        Assert.That(PipelineFolder.Told(await _here.RunAsync()), Is.EqualTo("make:UpToDate"));
        File.Delete(_here.At("out[1]*.bin"));
        Assert.That(PipelineFolder.Told(await _here.RunAsync()), Is.EqualTo("make:Fetched"));
    }

    [Test]
    public async Task Run_WithoutWhatThisMachineNoted_KnowsRecentVersions()
    {
        await _here.RunAsync();
        Directory.Delete(Path.Combine(_here.Store.Settings.CacheDirectory!, "stages"), recursive: true);
        _here.Write("make.sh", "test ! -e out && mkdir out && echo three > out/c");
        Assert.That(PipelineFolder.Told(await _here.RunAsync()), Is.EqualTo("make:Ran"));
        Assert.That(Directory.GetFileSystemEntries(_here.At("out")).Select(Path.GetFileName), Is.EqualTo(["c"]));
    }

    [Test]
    public async Task Run_AfterOneThatDiedWhileItTookAnotherVersion_GoesOn()
    {
        // More versions than are tried without a note.
        for (int version = 1; version <= 6; version++)
        {
            await MakeAsync(version);
        }

        int died = 0;
        for (bool dies = true; dies; died++)
        {
            Declare(6);
            await _here.RunAsync();
            Declare(1);
            dies = await DiesAsync(died);
            Declare(2);
            Assert.That(PipelineFolder.Told(await _here.RunAsync()), Is.EqualTo("make:Fetched"), $"died at step {died}");
            Assert.That(_here.Read("out/a") + _here.Read("out/b"), Is.EqualTo("2\n2\n"));
        }

        Assert.That(died, Is.GreaterThan(5), "There were steps to die at.");

        async Task MakeAsync(int version)
        {
            Declare(version);
            Assert.That(PipelineFolder.Told(await _here.RunAsync()), Is.EqualTo("make:Ran"));
        }

        void Declare(int version) => _here.Write("make.sh", $"mkdir out; echo {version} > out/a; echo {version} > out/b");

        async Task<bool> DiesAsync(int step)
        {
            int seen = 0;
            DiskSteps.Listener = _ =>
            {
                if (Interlocked.Increment(ref seen) > step)
                {
                    throw new InvalidOperationException("It died.");
                }
            };
            try
            {
                await _here.RunAsync();
            }
            catch (InvalidOperationException)
            {
                // As it would when it is killed.
            }
            finally
            {
                DiskSteps.Listener = null;
            }

            return seen > step;
        }
    }

    [Test]
    public async Task Run_WhereAFetchThatWasKilledLeftAnUnfinishedFile_GoesOnWithoutIt()
    {
        await _here.RunAsync();
        _here.Write($"out/deep/.vers-{Guid.NewGuid():N}.partial", "half of it");
        _here.Write("make.sh", "mkdir out && echo three > out/c");
        Assert.That(PipelineFolder.Told(await _here.RunAsync()), Is.EqualTo("make:Ran"), "The command finds its place empty.");
        Assert.That(Directory.GetFileSystemEntries(_here.At("out")).Select(Path.GetFileName), Is.EqualTo(["c"]));
    }

    [Test]
    public async Task Run_WhereAnotherProcessWorks_IsAConflict()
    {
        _here.Write("make.sh", "touch started; while [ ! -e go ]; do sleep 0.01; done; mkdir out; echo x > out/x");
        Task<IReadOnlyList<StageResult>> first = _here.RunAsync();
        while (!File.Exists(_here.At("started")) && !first.IsCompleted)
        {
            await Task.Delay(5);
        }

        string? code = await _here.RunAsync().ContinueWith(run => (run.Exception?.InnerException as ConflictException)?.Code, TaskScheduler.Default);
        _here.Write("go", "");
        Assert.That(PipelineFolder.Told(await first), Is.EqualTo("make:Ran"));
        Assert.That(code, Is.EqualTo("workspace_busy"));
    }
}
