using Versioning.Journal;
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

    [TestCase("edited")]
    [TestCase("owt\n", Description = "As long as what was there.")]
    public async Task Run_OverAnOutputThatWasEdited_IsAConflictAndDeletesNothing(string edited)
    {
        await _here.RunAsync();
        _here.Write("out/deep/b", edited);
        _here.Write("make.sh", _here.Read("make.sh") + "\n#");
        Assert.That(((await _here.RunAsync()).Single().Error as ConflictException)?.Code, Is.EqualTo("output_in_the_way"));
        Assert.That(_here.Read("out/deep/b"), Is.EqualTo(edited));

        // So is taking what was made before.
        _here.Write("make.sh", "mkdir -p out/deep && echo one > out/a && echo two > out/deep/b");
        Assert.That(((await _here.RunAsync()).Single().Error as ConflictException)?.Code, Is.EqualTo("output_in_the_way"));
        Assert.That(_here.Read("out/deep/b"), Is.EqualTo(edited));
    }

    [TestCase("a", "../mine", TestName = "Run_OverAFileThatIsALinkNow_IsAConflictAndKeepsIt")]
    [TestCase("link", "../mine", TestName = "Run_OverALinkThatLeadsElsewhereNow_IsAConflictAndKeepsIt")]
    [TestCase("link", null, TestName = "Run_OverALinkThatIsAFileNow_IsAConflictAndKeepsIt")]
    public async Task Run_OverAnotherKindOfFile_IsAConflictAndKeepsIt(string name, string? target)
    {
        const string Script = "mkdir out && echo one > out/a && ln -s a out/link";
        _here.Write("make.sh", Script);
        await _here.RunAsync();
        _here.Write("mine", "precious");
        string changed = _here.At($"out/{name}");
        File.Delete(changed);
        _ = target is null ? Write() : File.CreateSymbolicLink(changed, target);
        foreach (string script in (string[])[Script + "\n#", Script])
        {
            // To run it, and to take what was made before.
            _here.Write("make.sh", script);
            Assert.That(((await _here.RunAsync()).Single().Error as ConflictException)?.Code, Is.EqualTo("output_in_the_way"));
            Assert.That(new FileInfo(changed).LinkTarget, Is.EqualTo(target));
        }

        Assert.That(_here.Read("mine"), Is.EqualTo("precious"));

        // As long as the target of the link was.
        FileInfo Write()
        {
            File.WriteAllText(changed, "b");
            return new FileInfo(changed);
        }
    }

    [Test]
    public async Task Run_ThatTakesWhatWasMadeBefore_RemovesWhatIsKnownAndNothingElse()
    {
        string first = _here.Read("make.sh");
        await _here.RunAsync();
        _here.Write("make.sh", "mkdir -p out/other && echo three > out/other/c");
        Assert.That(PipelineFolder.Told(await _here.RunAsync()), Is.EqualTo("make:Ran"));
        _here.Write("make.sh", first);
        Assert.That(PipelineFolder.Told(await _here.RunAsync()), Is.EqualTo("make:Fetched"));
        Assert.That(Directory.GetFileSystemEntries(_here.At("out")).Select(Path.GetFileName).Order(), Is.EqualTo(["a", "deep"]), "What is of another version gave way.");

        _here.Write("out/mine.txt", "precious");
        StageResult result = (await _here.RunAsync()).Single();
        Assert.That((result.Error as ConflictException)?.Code, Is.EqualTo("output_in_the_way"));
        Assert.That(_here.Read("out/mine.txt"), Is.EqualTo("precious"));
    }

    [Test]
    [CancelAfter(60_000)]
    public async Task Run_WhereWhatIsNotedWasRetired_SaysSoAndKeepsItUntilItIsTold(CancellationToken cancellationToken)
    {
        await _here.RunAsync();
        using (var journal = new JournalLog(new LocalDiskStore(_here.Store.Location), TimeProvider.System))
        {
            await journal.AppendAsync("collector", _ => Task.FromResult<IReadOnlyList<JournalOperation>?>([new RetireOperation("datasets/made", 1)]), default);
        }

        Assert.That((await _here.CheckAsync()).Single().ToString(), Is.EqualTo("make: datasets/made@1 was retired"));
        Assert.That(((await _here.RunAsync()).Single().Error as ConflictException)?.Code, Is.EqualTo("output_in_the_way"));
        Assert.That(_here.Read("out/a"), Is.EqualTo("one\n"));

        StageResult again = (await Pipeline.Open(_here.Root).RunAsync(_here.Store, _here.Options([], overwrite: true), cancellationToken)).Single();
        Assert.That((again.Outcome, again.Outputs.Single().Number), Is.EqualTo((StageOutcome.Ran, 2)));
        Assert.That(PipelineFolder.Told(await _here.RunAsync()), Is.EqualTo("make:UpToDate"));
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
