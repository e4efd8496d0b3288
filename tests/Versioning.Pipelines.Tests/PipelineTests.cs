using Versioning.Journal;
using Versioning.Storage;

namespace Versioning.Pipelines.Tests;

/// <summary>Stages that are run where something they depend on has changed.</summary>
[TestFixture]
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
[Parallelizable(ParallelScope.All)]
[Platform(Exclude = "Win", Reason = "The stages are shell scripts.")]
internal sealed class PipelineTests : IAsyncDisposable
{
    private const string Stages = """
        {
          "train": { "command": ["sh", "train.sh", "${lr}"], "inputs": ["datasets/clean"], "files": ["train.sh"], "parameters": { "lr": 0.5 }, "outputs": { "models/m": "out" }, "metrics": "metrics.json" },
          "prepare": { "command": ["sh", "prepare.sh", "${input:datasets/raw}", "${output:datasets/clean}"], "inputs": ["datasets/raw@production"], "files": ["prepare.sh"], "outputs": { "datasets/clean": "clean" } }
        }
        """;

    private PipelineFolder _here = null!;

    [SetUp]
    public async Task MakeWorkspace()
    {
        _here = await PipelineFolder.MakeAsync();
        await _here.CommitAsync("datasets/raw", "one", new CommitOptions { Alias = "production" });
        _here.Write("prepare.sh", "mkdir \"$2\" && tr a-z A-Z < \"$1/a.txt\" > \"$2/a.txt\"; echo prepared");
        _here.Write("train.sh", "mkdir out && cp clean/a.txt out/m && echo $1 >> out/m && echo \"$VERS_PARAMETERS\" > out/p && echo '{\"f1\": 0.75}' > metrics.json");
        _here.Declare(Stages);
    }

    public ValueTask DisposeAsync() => _here.DisposeAsync();

    [Test]
    public async Task Run_OfWhatNeverRan_RunsAllInOrderAndRecordsIt()
    {
        Assert.That(Pipeline.Open(_here.Root).Stages, Is.EqualTo(["prepare", "train"]));
        IReadOnlyList<StageResult> results = await _here.RunAsync();

        ArtifactVersion clean = await _here.Store.ResolveAsync("datasets/clean"), model = await _here.Store.ResolveAsync("models/m"), run = await _here.Store.ResolveAsync("runs/train@1");
        using (Assert.EnterMultipleScope())
        {
            Assert.That(PipelineFolder.Told(results), Is.EqualTo("prepare:Ran train:Ran"));
            Assert.That(_here.Read("out/m"), Is.EqualTo("ONE0.5\n"));
            Assert.That(_here.Read("out/p"), Is.EqualTo("{\"lr\":0.5}\n"), "Numbers are numbers for the program.");
            Assert.That(_here.Printed, Is.EqualTo("prepare | prepared\n"));
            Assert.That(model.MadeBy, Is.EqualTo(run.Pin));
            Assert.That(run.Inputs, Is.EqualTo([clean.Pin]));
            Assert.That(run.Parameters, Is.EqualTo(new Dictionary<string, string> { ["lr"] = "0.5" }));
            Assert.That(run.Metrics["f1"], Is.EqualTo(0.75));
            Assert.That((run.Run!.Definition, run.Run.Key), Is.Not.EqualTo((null as Digest?, null as Digest?)));
            Assert.That(results[1].Run!.Pin, Is.EqualTo(run.Pin));
            Assert.That(results[1].Outputs.Single().Pin, Is.EqualTo(model.Pin));
        }
    }

    [Test]
    public async Task Run_OfWhatIsUpToDate_RunsNothing()
    {
        await _here.RunAsync();
        Assert.That(PipelineFolder.Told(await _here.CheckAsync()), Is.EqualTo("prepare:fresh train:fresh"));
        Assert.That(PipelineFolder.Told(await _here.RunAsync()), Is.EqualTo("prepare:UpToDate train:UpToDate"));
        Assert.That((await _here.Store.ResolveAsync("runs/train")).Number, Is.EqualTo(1));
    }

    [Test]
    public async Task Check_OfEachChange_SaysWhichItIs()
    {
        await _here.RunAsync();
        await _here.CommitAsync("datasets/raw", "two");
        Assert.That(PipelineFolder.Told(await _here.CheckAsync()), Is.EqualTo("prepare:fresh train:fresh"), "What production means is the same.");

        _here.Write("train.sh", _here.Read("train.sh") + "\n# better");
        IReadOnlyList<StageStatus> code = await _here.CheckAsync();
        Assert.That(PipelineFolder.Told(code), Is.EqualTo("prepare:fresh train:CodeChanged"));
        Assert.That(code[1].ToString(), Is.EqualTo("train: code changed: train.sh"));

        _here.Declare(Stages.Replace("0.5", "0.25", StringComparison.Ordinal).Replace("\"metrics\": \"metrics.json\"", "\"metrics\": \"m.json\"", StringComparison.Ordinal));
        Assert.That(string.Join('|', (await _here.CheckAsync("train"))[1].Reasons), Is.EqualTo("definition changed: metrics|parameter changed: lr 0.5 → 0.25|code changed: train.sh"));

        await _here.Store.MoveAliasAsync("datasets/raw", "production", "datasets/raw@2");
        IReadOnlyList<StageStatus> data = await _here.CheckAsync();
        Assert.That(PipelineFolder.Told(data), Is.EqualTo("prepare:DataMoved train:Upstream"));
        Assert.That(data[0].ToString(), Is.EqualTo("prepare: data moved: datasets/raw 1 → 2"));
        Assert.That((await _here.Store.ResolveAsync("runs/train")).Number, Is.EqualTo(1), "A check runs nothing.");
    }

    [Test]
    public async Task Run_WhereAStageMakesTheSameAgain_StopsThere()
    {
        await _here.RunAsync();
        _here.Write("prepare.sh", "# other words, same work\n" + _here.Read("prepare.sh"));
        Assert.That(PipelineFolder.Told(await _here.RunAsync()), Is.EqualTo("prepare:Ran train:UpToDate"));
    }

    [Test]
    public async Task Run_OnAnotherMachine_FetchesWhatWasMadeWithTheSame()
    {
        await _here.RunAsync();
        await using PipelineFolder there = await _here.ElsewhereAsync("versions.json", "prepare.sh", "train.sh");
        Assert.That(PipelineFolder.Told(await there.CheckAsync()), Is.EqualTo("prepare:fresh train:fresh"));
        Assert.That(PipelineFolder.Told(await there.RunAsync()), Is.EqualTo("prepare:Fetched train:Fetched"));
        Assert.That(there.Read("out/m"), Is.EqualTo("ONE0.5\n"));

        // Back to a state that was run before.
        there.Write("train.sh", "mkdir out && echo other > out/m && echo '{\"f1\": 1}' > metrics.json");
        Assert.That(PipelineFolder.Told(await there.RunAsync()), Is.EqualTo("prepare:UpToDate train:Ran"));
        there.Write("train.sh", _here.Read("train.sh"));
        Assert.That(PipelineFolder.Told(await there.RunAsync()), Is.EqualTo("prepare:UpToDate train:Fetched"));
        Assert.That(there.Read("out/m"), Is.EqualTo("ONE0.5\n"));
    }

    [Test]
    public async Task Run_WhereAStageFails_RunsWhatDoesNotNeedItAndNothingElse()
    {
        _here.Declare(Stages.Insert(Stages.LastIndexOf('}'), """, "other": { "shell": "echo hi > other.txt", "outputs": { "datasets/other": { "file": "other.txt" } } } """));
        _here.Write("prepare.sh", "echo half > half.txt; mkdir clean; echo x > clean/x; exit 3");
        IReadOnlyList<StageResult> results = await _here.RunAsync();
        using (Assert.EnterMultipleScope())
        {
            Assert.That(PipelineFolder.Told(results), Is.EqualTo("prepare:Failed train:NotRun other:Ran"));
            Assert.That(results[0].Run!.Run!.ExitCode, Is.EqualTo(3));
            Assert.That(() => _here.Store.ResolveAsync("datasets/clean"), Throws.TypeOf<NotFoundException>());
            Assert.That(PipelineFolder.Told(await _here.CheckAsync()), Is.EqualTo("prepare:NeverRun train:Upstream other:fresh"));
        }

        _here.Write("prepare.sh", "test ! -e clean && mkdir clean && echo fine > clean/a.txt");
        Assert.That(PipelineFolder.Told(await _here.RunAsync()), Is.EqualTo("prepare:Ran train:Ran other:UpToDate"), "What the failed one left is not in the way.");
    }

    [Test]
    public async Task Run_Forced_RunsWhatIsNamedAndTakesTheRest()
    {
        await _here.RunAsync();
        IReadOnlyList<StageResult> results = await Pipeline.Open(_here.Root).RunAsync(_here.Store, _here.Options(["train"], force: true));
        Assert.That(PipelineFolder.Told(results), Is.EqualTo("prepare:UpToDate train:Ran"));
        Assert.That(_here.Started[^1].Reasons.Single().Kind, Is.EqualTo(StaleReasonKind.Forced));
        Assert.That(results[1].Outputs.Single().Number, Is.EqualTo(1), "The same content is the same version.");
    }

    [Test]
    public async Task Run_WithAParameter_TakesItInPlaceOfTheDeclaredOne()
    {
        IReadOnlyList<StageResult> results = await Pipeline.Open(_here.Root).RunAsync(_here.Store, _here.Options(["train"], parameters: new Dictionary<string, string> { ["lr"] = "7" }));
        Assert.That(results[1].Run!.Parameters["lr"], Is.EqualTo("7"));
        Assert.That(_here.Read("out/m"), Is.EqualTo("ONE7\n"));
        Assert.That(PipelineFolder.Told(await _here.CheckAsync()), Is.EqualTo("prepare:fresh train:ParameterChanged"));
        Assert.That(() => Pipeline.Open(_here.Root).RunAsync(_here.Store, _here.Options([], parameters: new Dictionary<string, string> { ["rl"] = "7" })), Throws.TypeOf<VersioningException>().With.Message.Contains("'rl'"));
    }

    [Test]
    public void Run_WithAParameterThatTheCommandReadsFromItsFile_IsRefused()
    {
        _here.Write("params.json", "{ \"lr\": 0.5 }");
        _here.Declare("""{ "train": { "command": ["sh", "train.sh"], "parameterFiles": { "params.json": ["lr"] }, "outputs": { "models/m": "out" } } }""");
        Assert.That(() => Check("0.25"), Throws.TypeOf<VersioningException>().With.Message.Contains("'params.json'"), "It would be recorded with what it did not run with.");
        Assert.That(() => Check("0.5"), Throws.Nothing);

        Task Check(string value) => Pipeline.Open(_here.Root).CheckAsync(_here.Store, _here.Options([], parameters: new Dictionary<string, string> { ["lr"] = value }));
    }

    [Test]
    public async Task Run_WithOneJob_RunsOneStageAtATime()
    {
        // Whichever finds another at work fails.
        const string Stage = """{ "shell": "mkdir busy && sleep 0.1 && rmdir busy && echo x > ${output:datasets/X}", "outputs": { "datasets/X": { "file": "X.txt" } } }""";
        _here.Declare($"{{ \"a\": {Stage.Replace("X", "a", StringComparison.Ordinal)}, \"b\": {Stage.Replace("X", "b", StringComparison.Ordinal)} }}");
        IReadOnlyList<StageResult> results = await Pipeline.Open(_here.Root).RunAsync(_here.Store, _here.Options([], jobs: 1));
        Assert.That(PipelineFolder.Told(results), Is.EqualTo("a:Ran b:Ran"));
    }

    [Test]
    public async Task Run_WithTwoJobs_RunsStagesSideBySide()
    {
        // Each waits for what the other writes: one after the other, they would wait for ever.
        const string Stage = """{ "shell": "touch X; while [ ! -e Y ]; do sleep 0.01; done; echo x > ${output:datasets/X}", "outputs": { "datasets/X": { "file": "X.txt" } } }""";
        _here.Declare($"{{ \"a\": {Stage.Replace("X", "a", StringComparison.Ordinal).Replace("Y", "b", StringComparison.Ordinal)}, \"b\": {Stage.Replace("X", "b", StringComparison.Ordinal).Replace("Y", "a", StringComparison.Ordinal)} }}");
        using var never = new CancellationTokenSource();
        never.CancelAfter(TimeSpan.FromMinutes(1));
        IReadOnlyList<StageResult> results = await Pipeline.Open(_here.Root).RunAsync(_here.Store, _here.Options([], jobs: 2), never.Token);
        Assert.That(PipelineFolder.Told(results), Is.EqualTo("a:Ran b:Ran"));
    }

    [Test]
    public void Check_OfAMatrixWithoutEnd_IsRefused()
    {
        const string Ten = "[0, 1, 2, 3, 4, 5, 6, 7, 8, 9]";
        _here.Declare($$"""{ "sweep": { "shell": "true", "matrix": { "a": {{Ten}}, "b": {{Ten}}, "c": {{Ten}}, "d": [0, 1] }, "outputs": { "datasets/sweep": "out" } } }""");
        Assert.That(() => _here.CheckAsync(), Throws.TypeOf<VersioningException>().With.Message.Contains("1000 combinations"));
    }

    [Test]
    public async Task Run_OfAMatrix_RunsEachCombinationOnce()
    {
        _here.Declare("""{ "sweep": { "shell": "echo ${a}-${b} > sweep.txt", "matrix": { "a": [1, 2], "b": ["x y", "z'"] }, "outputs": { "datasets/sweep": { "file": "sweep.txt", "kind": "dataset", "alias": "swept" } } } }""");
        IReadOnlyList<StageResult> results = await _here.RunAsync();
        Assert.That(results.Select(result => $"{result.Outcome} {result.Combination["a"]} {result.Combination["b"]} {result.Outputs.Single().Number}"), Is.EqualTo(["Ran 1 x y 1", "Ran 1 z' 2", "Ran 2 x y 3", "Ran 2 z' 4"]));
        Assert.That(_here.Read("sweep.txt"), Is.EqualTo("2-z'\n"), "A value is one word for the shell.");
        Assert.That((await _here.Store.ResolveAsync("datasets/sweep@swept")).Number, Is.EqualTo(4));
        Assert.That(PipelineFolder.Told(await _here.RunAsync()), Is.EqualTo("sweep:UpToDate sweep:UpToDate sweep:UpToDate sweep:UpToDate"));

        IReadOnlyList<StageResult> narrow = await Pipeline.Open(_here.Root).RunAsync(_here.Store, _here.Options([], parameters: new Dictionary<string, string> { ["a"] = "3" }));
        Assert.That(narrow.Select(result => $"{result.Outcome} {result.Combination["a"]}"), Is.EqualTo(["Ran 3", "Ran 3"]));
    }

    [Test]
    public async Task Run_WithPinsAndPlacedInputs_PutsThemWhereTheyBelong()
    {
        ArtifactVersion old = await _here.CommitAsync("datasets/lookup", "old");
        await _here.CommitAsync("datasets/lookup", "new");
        _here.Declare(
            """{ "join": { "command": ["sh", "-c", "mkdir j; cat data/lookup/a.txt raw/a.txt > j/j"], "inputs": ["datasets/lookup", { "artifact": "datasets/raw", "version": "production", "path": "raw" }], "outputs": { "datasets/joined": "j" } } }""",
            """{ "datasets/lookup": { "version": "1", "path": "data/lookup" } }""");
        Assert.That(await _here.RunAsync().ContinueWith(run => (run.Exception?.InnerException as ConflictException)?.Code, TaskScheduler.Default), Is.EqualTo("lock_outdated"));

        await Workspace.Open(_here.Root).UpdateAsync(_here.Store);
        Assert.That(PipelineFolder.Told(await _here.RunAsync()), Is.EqualTo("join:Ran"));
        Assert.That(_here.Read("j/j"), Is.EqualTo("oldone"));
        Assert.That((await _here.Store.ResolveAsync("runs/join")).Inputs, Does.Contain(old.Pin));

        _here.Write("data/lookup/a.txt", "mine");
        Assert.That(() => _here.RunAsync(), Throws.TypeOf<ConflictException>());
        Assert.That(_here.Read("data/lookup/a.txt"), Is.EqualTo("mine"), "What was changed by hand stays.");
        _here.Write("data/lookup/a.txt", "old");

        await _here.CommitAsync("datasets/raw", "other", new CommitOptions { Alias = "production" });
        Assert.That(PipelineFolder.Told(await _here.RunAsync()), Is.EqualTo("join:Ran"));
        Assert.That(_here.Read("j/j"), Is.EqualTo("oldother"), "The version before gave way.");
    }

    [Test]
    public async Task Run_OfAVersionThatIsAskedFor_DoesNotTakeThePin()
    {
        await _here.CommitAsync("datasets/lookup", "old");
        ArtifactVersion asked = await _here.CommitAsync("datasets/lookup", "new");
        _here.Declare(
            """{ "copy": { "shell": "cat ${input:datasets/lookup}/a.txt > copy.txt", "inputs": ["datasets/lookup@2"], "outputs": { "datasets/copy": { "file": "copy.txt" } } } }""",
            """{ "datasets/lookup": { "version": "1", "path": "data/lookup" } }""");
        await Workspace.Open(_here.Root).UpdateAsync(_here.Store);
        Assert.That(PipelineFolder.Told(await _here.RunAsync()), Is.EqualTo("copy:Ran"));
        Assert.That(_here.Read("copy.txt"), Is.EqualTo("new"));
        Assert.That((await _here.Store.ResolveAsync("runs/copy")).Inputs, Is.EqualTo([asked.Pin]));
    }

    [Test]
    public async Task Run_WithVariablesToRecord_RecordsThem()
    {
        string name = "VERS_TEST_" + Guid.NewGuid().ToString("N");
        Environment.SetEnvironmentVariable(name, "1");
        _here.Declare($$"""{ "make": { "shell": "echo x > x.txt", "environment": ["{{name}}"], "outputs": { "datasets/x": { "file": "x.txt" } } } }""");
        await _here.RunAsync();
        Environment.SetEnvironmentVariable(name, null);
        Assert.That((await _here.Store.ResolveAsync("runs/make")).Run!.Environment[$"env:{name}"], Is.EqualTo("1"));
    }

    [Test]
    public async Task Run_WithACard_KeepsItWithWhatWasMade()
    {
        _here.Declare("""{ "make": { "shell": "echo x > m.bin", "outputs": { "models/m": { "file": "m.bin", "card": "CARD.md" } } } }""");
        _here.Write("CARD.md", "# M\n");
        Assert.That(PipelineFolder.Told(await _here.RunAsync()), Is.EqualTo("make:Ran"));
        Assert.That(await _here.Store.ReadCardAsync("models/m"), Is.EqualTo("# M\n"));
        Assert.That(PipelineFolder.Told(await _here.RunAsync()), Is.EqualTo("make:UpToDate"));
        File.Delete(_here.At("m.bin"));
        Assert.That(PipelineFolder.Told(await _here.RunAsync()), Is.EqualTo("make:Fetched"));

        _here.Write("CARD.md", "# Other\n");
        Assert.That(PipelineFolder.Told(await _here.CheckAsync()), Is.EqualTo("make:CodeChanged"), "It is a part of what is made.");
    }

    [Test]
    public async Task Reproduce_WhatHasACard_ComparesItToo()
    {
        _here.Declare("""{ "make": { "shell": "mkdir out && echo x > out/m", "outputs": { "models/m": { "path": "out", "card": "CARD.md" } } } }""");
        _here.Write("CARD.md", "# M\n");
        await _here.RunAsync();
        _here.Write("../same/CARD.md", "# M\n");
        _here.Write("../other/CARD.md", "# Other\n");
        ReproductionReport same = await _here.Store.ReproduceAsync("models/m", new ReproduceOptions { WithoutCode = true, Folder = _here.At("../same") });
        ReproductionReport other = await _here.Store.ReproduceAsync("models/m", new ReproduceOptions { WithoutCode = true, Folder = _here.At("../other") });
        Assert.That(same.Verdict, Is.EqualTo(ReproductionVerdict.Identical), same.ToString());
        Assert.That(other.Outputs.Single().Changes.Single().ToString(), Does.Contain("README.md"));
    }

    [TestCase("echo '# new' >> prepare.sh")]
    [TestCase("echo '# new' > more.sh")]
    [TestCase("rm train.sh")]
    public async Task Run_WhereItsCodeChangesMeanwhile_FailsAndPublishesNothing(string change)
    {
        _here.Declare(Stages.Replace("[\"prepare.sh\"]", "[\"*.sh\"]", StringComparison.Ordinal));
        _here.Write("prepare.sh", $"mkdir clean; echo x > clean/a.txt; {change}");
        IReadOnlyList<StageResult> results = await _here.RunAsync("prepare");
        Assert.That((results[0].Error as VersioningException)?.Code, Is.EqualTo("code_changed"));
        Assert.That((await _here.Store.ResolveAsync("runs/prepare")).Run!.Outcome, Is.EqualTo(RunOutcome.Failed));
        Assert.That(() => _here.Store.ResolveAsync("datasets/clean"), Throws.TypeOf<NotFoundException>());
    }

    [Test]
    public async Task Run_WhereAParameterFileChangesMeanwhile_FailsAndPublishesNothing()
    {
        _here.Declare("""{ "make": { "shell": "echo x > m; echo lr: 2 > p.yaml", "parameterFiles": { "p.yaml": ["lr"] }, "outputs": { "models/m": { "file": "m" } } } }""");
        _here.Write("p.yaml", "lr: 1");
        IReadOnlyList<StageResult> results = await _here.RunAsync();
        Assert.That((results[0].Error as VersioningException)?.Code, Is.EqualTo("parameter_changed"));
        Assert.That((await _here.Store.ResolveAsync("runs/make")).Run!.Outcome, Is.EqualTo(RunOutcome.Failed));
        Assert.That(() => _here.Store.ResolveAsync("models/m"), Throws.TypeOf<NotFoundException>());
        Assert.That(PipelineFolder.Told(await _here.RunAsync()), Is.EqualTo("make:Ran"));
    }

    [Test]
    public async Task Run_WhereAParameterFileChangesBeforeAStageStarts_DoesNotStartIt()
    {
        _here.Declare("""
            {
              "first": { "shell": "echo x > one; echo lr: 2 > p.yaml", "outputs": { "datasets/one": { "file": "one" } } },
              "then": { "shell": "echo ran; cp one two", "inputs": ["datasets/one"], "parameterFiles": { "p.yaml": ["lr"] }, "outputs": { "datasets/two": { "file": "two" } } }
            }
            """);
        _here.Write("p.yaml", "lr: 1");
        IReadOnlyList<StageResult> results = await _here.RunAsync();
        Assert.That((results[1].Error as VersioningException)?.Code, Is.EqualTo("parameter_changed"));
        Assert.That(_here.Printed, Is.Empty);
        Assert.That(PipelineFolder.Told(await _here.RunAsync()), Is.EqualTo("first:UpToDate then:Ran"));
    }

    [Test]
    public async Task Run_ThatChangesItsInput_FailsAndPublishesNothing()
    {
        _here.Write("train.sh", "echo more >> clean/a.txt; mkdir out && cp clean/a.txt out/m && echo '{}' > metrics.json");
        IReadOnlyList<StageResult> results = await _here.RunAsync();
        Assert.That((results[1].Error as VersioningException)?.Code, Is.EqualTo("input_changed"), results[1].Error?.Message);
        Assert.That(() => _here.Store.ResolveAsync("models/m"), Throws.TypeOf<NotFoundException>());
    }

    [Test]
    public async Task Check_OfAParameterThatIsACredential_RefusesItAndDoesNotShowIt()
    {
        _here.Declare("""{ "make": { "shell": "x", "parameters": { "api_key": "hunter2-Xk29sLq" } } }""");
        VersioningException refused = (await Assert.CatchAsync<VersioningException>(() => _here.CheckAsync()))!;
        Assert.That(refused.Code, Is.EqualTo("secret_parameter"));
        Assert.That(refused.Message, Does.Contain("api_key").And.Not.Contain("hunter2"));
    }

    [TestCase("mkdir out; cp clean/a.txt out/m", "metrics_not_found", TestName = "Run_ThatWritesNoMetrics_Fails")]
    [TestCase("echo m > out; echo '{}' > metrics.json", "output_missing", TestName = "Run_ThatMakesAFileForAFolder_Fails")]
    [TestCase("echo '{}' > metrics.json", "output_missing", TestName = "Run_ThatMakesNothing_Fails")]
    [TestCase("mkdir out; echo x > out/x; echo '[]' > metrics.json", "invalid_metrics", TestName = "Run_WithOddMetrics_Fails")]
    public async Task Run_ThatDoesNotWhatIsDeclared_Fails(string script, string code)
    {
        // Metrics of an earlier time are not this one's.
        _here.Write("metrics.json", "{\"f1\": 1}");
        _here.Write("train.sh", script);
        IReadOnlyList<StageResult> results = await _here.RunAsync();
        Assert.That((results[1].Outcome, (results[1].Error as VersioningException)?.Code), Is.EqualTo((StageOutcome.Failed, code)));
    }

    [Test]
    public async Task Run_OfAStageWhoseCodeIsMissing_SaysSo()
    {
        _here.Declare(Stages.Replace("[\"train.sh\"]", "[\"train.sh\", \"gone.py\"]", StringComparison.Ordinal));
        IReadOnlyList<StageResult> results = await _here.RunAsync();
        Assert.That(results[1].Error!.Message, Does.Contain("gone.py"));
        Assert.That(PipelineFolder.Told(results), Is.EqualTo("prepare:Ran train:Failed"));
    }

    [Test]
    public async Task Run_OfAStageWhoseOutputWasRetired_MakesItAgain()
    {
        await _here.RunAsync("prepare");
        await using var objects = new LocalDiskStore(_here.Store.Location);
        using (var journal = new JournalLog(objects, TimeProvider.System))
        {
            await journal.AppendAsync("keeper", _ => Task.FromResult<IReadOnlyList<JournalOperation>?>([new RetireOperation("datasets/clean", 1)]), CancellationToken.None);
        }

        Directory.Delete(_here.At("clean"), recursive: true);
        Assert.That(PipelineFolder.Told(await _here.CheckAsync("prepare")), Is.EqualTo("prepare:OutputsGone"));
        Assert.That(PipelineFolder.Told(await _here.RunAsync("prepare")), Is.EqualTo("prepare:Ran"));
        Assert.That(PipelineFolder.Told(await _here.CheckAsync("prepare")), Is.EqualTo("prepare:fresh"));
    }

    [Test]
    public async Task Run_OfWhatItCouldNotPublish_DoesNotStart()
    {
        var key = SigningKey.Create();
        await using VersionStore keeper = await VersionStore.OpenAsync(_here.Store.Location, new VersionStoreOptions { Author = "keeper", CacheDirectory = _here.Store.Settings.CacheDirectory, Signer = key });
        await keeper.TrustKeyAsync(key.PublicKeyPem, "keeper");
        await keeper.DemandSignaturesAsync("datasets/clean");
        IReadOnlyList<StageResult> results = await _here.RunAsync("prepare");
        Assert.That((results.Single().Error as ConflictException)?.Code, Is.EqualTo("not_signed"));
        Assert.That(_here.Printed, Is.Empty, "Nothing ran.");
        Assert.That(() => _here.Store.ResolveAsync("runs/prepare"), Throws.TypeOf<NotFoundException>());
        Assert.That(PipelineFolder.Told(await Pipeline.Open(_here.Root).RunAsync(keeper, _here.Options(["prepare"]))), Is.EqualTo("prepare:Ran"));
    }

    [Test]
    public async Task Run_WhenCancelled_EndsTheCommandAndRecordsThat()
    {
        using var stop = new CancellationTokenSource();

        // A child that does not listen, and that its parent does not wait for.
        _here.Write("prepare.sh", "trap '' TERM; sleep 1000 & echo $! > child; trap - TERM; touch started; wait");
        Task<IReadOnlyList<StageResult>> running = Pipeline.Open(_here.Root).RunAsync(_here.Store, _here.Options([]), stop.Token);
        while (!File.Exists(_here.At("started")) && !running.IsCompleted)
        {
            await Task.Delay(5);
        }

        await stop.CancelAsync();
        Assert.That(() => running, Throws.InstanceOf<OperationCanceledException>());
        if (OperatingSystem.IsLinux())
        {
            string child = $"/proc/{_here.Read("child").Trim()}/cmdline";
            Assert.That(File.Exists(child) ? File.ReadAllText(child) : "", Does.Not.StartWith("sleep\0"), "It ended with its parent.");
        }

        Assert.That((await _here.Store.ResolveAsync("runs/prepare")).Run!.Outcome, Is.EqualTo(RunOutcome.Cancelled));
        Assert.That(await _here.Store.ListOpenRunsAsync().AnyAsync(), Is.False);
    }

    [Test]
    [Platform("Linux", Reason = "Elsewhere nothing tells whose it was.")]
    public async Task Run_WhenCancelled_EndsWhatLostItsParentAndLetsAllEndInOrder()
    {
        using var stop = new CancellationTokenSource();
        _here.Write("tidy.sh", "trap 'sleep 0.2; touch tidy; exit' TERM; touch trapped; while :; do sleep 0.02; done");
        _here.Write("prepare.sh", "(sleep 1000 > /dev/null 2>&1 & echo $! > orphan); sh tidy.sh & while [ ! -e trapped ]; do sleep 0.01; done; touch started; wait");
        Task<IReadOnlyList<StageResult>> running = Pipeline.Open(_here.Root).RunAsync(_here.Store, _here.Options([]), stop.Token);
        while (!File.Exists(_here.At("started")) && !running.IsCompleted)
        {
            await Task.Delay(5);
        }

        await stop.CancelAsync();
        Assert.That(() => running, Throws.InstanceOf<OperationCanceledException>());
        using (Assert.EnterMultipleScope())
        {
            Assert.That(File.Exists(_here.At("tidy")), Is.True, "It had time to put things in order.");
            Assert.That(IsAlive(_here.Read("orphan").Trim()), Is.False);
        }

        static bool IsAlive(string process)
        {
            try
            {
                return File.ReadAllText($"/proc/{process}/stat").Split(") ")[^1][0] != 'Z';
            }
            catch (IOException)
            {
                return false;
            }
        }
    }

    [Test]
    public async Task Watch_WhereTheWorkspaceIsBusy_GoesOn()
    {
        await using IAsyncEnumerator<IReadOnlyList<StageResult>> watch = Pipeline.Open(_here.Root).WatchAsync(_here.Store, TimeSpan.FromMilliseconds(20), _here.Options(["prepare"])).GetAsyncEnumerator();
        Assert.That(await watch.MoveNextAsync(), Is.True);
        _here.Write("prepare.sh", "touch started; while [ ! -e go ]; do sleep 0.01; done; mkdir clean; echo x > clean/a.txt");
        Task<IReadOnlyList<StageResult>> byHand = _here.RunAsync("prepare");
        while (!File.Exists(_here.At("started")) && !byHand.IsCompleted)
        {
            await Task.Delay(5);
        }

        // It looks, and others work there.
        ValueTask<bool> next = watch.MoveNextAsync();
        await Task.Delay(100);
        Assert.That(next.IsCompleted, Is.False);
        _here.Write("go", "");
        await byHand;
        Assert.That(next.IsFaulted, Is.False);
        _here.Write("prepare.sh", "mkdir clean; echo y > clean/a.txt");
        Assert.That(await next, Is.True);
        Assert.That(PipelineFolder.Told(watch.Current), Is.EqualTo("prepare:Ran"));
    }

    [Test]
    public void Watch_OfWhatIsForced_IsRefused() =>
        Assert.That(async () => await Pipeline.Open(_here.Root).WatchAsync(_here.Store, TimeSpan.FromHours(1), _here.Options([], force: true)).FirstAsync(), Throws.ArgumentException);

    [Test]
    public async Task Watch_RunsWhenAnAliasMoves_AndNotAgainWhatFailed()
    {
        using var stop = new CancellationTokenSource();
        var rounds = new List<string>();
        await foreach (IReadOnlyList<StageResult> results in Pipeline.Open(_here.Root).WatchAsync(_here.Store, TimeSpan.FromMilliseconds(1), _here.Options(["prepare"]), stop.Token))
        {
            rounds.Add(PipelineFolder.Told(results));
            if (rounds.Count == 1)
            {
                await _here.CommitAsync("datasets/raw", "two", new CommitOptions { Alias = "production" });
            }
            else if (rounds.Count == 2)
            {
                Assert.That(_here.Read("clean/a.txt"), Is.EqualTo("TWO"));
                _here.Write("prepare.sh", "exit 1");
            }
            else if (rounds.Count == 3)
            {
                // A few looks find nothing new.
                _ = Task.Delay(50).ContinueWith(_ => _here.Write("prepare.sh", "exit 2"), TaskScheduler.Default);
            }
            else
            {
                break;
            }
        }

        Assert.That(rounds, Is.EqualTo(["prepare:Ran", "prepare:Ran", "prepare:Failed", "prepare:Failed"]));
        Assert.That(await _here.Store.ListRunsAsync("prepare").Select(run => run.Run!.ExitCode).ToListAsync(), Is.EqualTo([2, 1, 0, 0]), "What had failed was left alone.");
    }
}
