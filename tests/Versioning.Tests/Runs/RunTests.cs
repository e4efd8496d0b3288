using NUnit.Framework;
using Versioning.Storage;
using Versioning.Tests.Store;

namespace Versioning.Tests.Runs;

/// <summary>Runs: one entry publishes what was made with how, or nothing.</summary>
[TestFixture]
[Parallelizable(ParallelScope.Self)]
internal sealed class RunTests : StoreFixture
{
    private Task<VersionStore> OpenAsync(string cache = "cache", string author = "tester") => VersionStore.CreateAsync(
        new PassingStore(_objects), new VersionStoreOptions { Author = author, CacheDirectory = _folder.Of(cache) });

    [Test]
    public async Task Complete_UsedAndMade_PublishesRunAndOutputsInOneEntry()
    {
        await using VersionStore store = await OpenAsync();
        _folder.Write("data/a.csv", "1,2\n");
        CommitResult data = await store.CommitAsync("datasets/iris", _folder.Of("data"));
        long before = await store.ReadPositionAsync();
        await using Run run = await store.StartRunAsync("train", new StartRunOptions { RecordCode = false, Message = "first", Parameters = { ["epochs"] = "3" }, Command = ["dotnet", "train.dll"] });
        await using (LocalVersion used = await run.UseAsync("datasets/iris"))
        {
            _folder.Write("out/model.bin", await File.ReadAllBytesAsync(used.PathOf("a.csv")));
        }

        run.LogParameter("rate", "0.1");
        run.LogMetric("loss", 0.5, step: 1);
        run.LogMetric("loss", 0.25, step: 2);
        run.LogMetric("broken", double.NaN);
        await run.Log.WriteLineAsync("epoch 1");
        await run.ProduceAsync("models/iris", _folder.Of("out"), new CommitOptions { Tag = "v1", Metrics = { ["size"] = 4 } });
        await run.ProduceAsync("datasets/predictions", _folder.Of("data"), new CommitOptions { Message = "what it says" });
        ArtifactVersion ended = await run.CompleteAsync();

        Assert.That(await store.ReadPositionAsync(), Is.EqualTo(before + 2), "one entry for the start, one for the end");
        Assert.That(ended.Pin.ToString(), Does.StartWith("runs/train@1#sha256:"));
        Assert.That(ended.Run!.Outputs.Select(o => $"{o.Artifact}@{o.Number}"), Is.EqualTo(["models/iris@1", "datasets/predictions@1"]));
        ArtifactVersion model = await store.ResolveAsync("models/iris@v1");
        Assert.That(model.MadeBy, Is.EqualTo(ended.Pin));
        Assert.That(model.Inputs, Is.EqualTo([data.Pin]));
        Assert.That(model.Parameters, Is.EquivalentTo(new Dictionary<string, string> { ["epochs"] = "3", ["rate"] = "0.1" }));
        Assert.That(model.Metrics, Is.EquivalentTo(new Dictionary<string, double> { ["loss"] = 0.25, ["size"] = 4 }));
        Assert.That(model.Message, Is.EqualTo("first"));
        Assert.That((await store.ResolveAsync(ended.Run.Outputs[1])).Message, Is.EqualTo("what it says"));
        Assert.That((await store.ResolveAsync("datasets/iris")).MadeBy, Is.Null);

        ArtifactVersion found = await store.ListRunsAsync("train").SingleAsync();
        RunDetails details = found.Run!;
        Assert.That((found.Pin, found.Kind, details.Outcome, details.ExitCode, details.Id), Is.EqualTo((ended.Pin, ArtifactKind.Run, RunOutcome.Succeeded, 0, run.Id)));
        Assert.That(details.Outputs, Is.EqualTo(ended.Run.Outputs));
        Assert.That(details.Command, Is.EqualTo(["dotnet", "train.dll"]));
        Assert.That(found.Metrics, Is.EquivalentTo(new Dictionary<string, double> { ["loss"] = 0.25 }));
        Assert.That(await ReadAsync(store, found.Pin, "log.txt"), Is.EqualTo("epoch 1\n"));
        string[] series = (await ReadAsync(store, found.Pin, "metrics.jsonl")).Split('\n');
        Assert.That(series[0], Does.StartWith("""{"name":"loss","step":1,"value":0.5,"time":"""));
        Assert.That(series[2], Does.StartWith("""{"name":"broken","value":"NaN","time":"""));
        Assert.That((await store.ListArtifactsAsync().ToListAsync()).Select(a => a.Name), Is.EqualTo(["datasets/iris", "datasets/predictions", "models/iris"]), "runs are no artifacts");
        Assert.That((await store.VerifyAsync()).Damages, Is.Empty);
        Assert.That(Directory.EnumerateFileSystemEntries(Path.Join(_folder.Of("cache"), "runs", store.Id)), Is.Empty);
        Assert.That(await store.AuditAsync(new AuditOptions { Artifact = "runs/train" }).Select(r => r.Description).ToListAsync(), Has.Count.EqualTo(2));
    }

    [Test]
    public async Task Fail_WithOutputs_RecordsTheRunAndPublishesNothingElse()
    {
        await using VersionStore store = await OpenAsync();
        _folder.Write("out/model.bin", "weights");
        await using (Run run = await store.StartRunAsync("train", new StartRunOptions { RecordCode = false }))
        {
            await run.ProduceAsync("models/iris", _folder.Of("out"));
            ArtifactVersion ended = await run.FailAsync("out of memory", exitCode: -9);
            Assert.That((ended.Run!.Outcome, ended.Run.ExitCode, ended.Run.Outputs.Count, run.Outcome), Is.EqualTo((RunOutcome.Failed, -9, 0, RunOutcome.Failed)));
            Assert.That(() => run.CompleteAsync(), Throws.InvalidOperationException);
            Assert.That(() => run.Log, Throws.InvalidOperationException);
        }

        await using (Run cancelled = await store.StartRunAsync("train", new StartRunOptions { RecordCode = false }))
        {
            Assert.That((await cancelled.CancelAsync()).Run!.Outcome, Is.EqualTo(RunOutcome.Cancelled));
        }

        Assert.That(await store.ListArtifactsAsync().AnyAsync(), Is.False);
        Assert.That(await ReadAsync(store, "runs/train@1", "log.txt"), Is.EqualTo("out of memory\n"));
        Assert.That((await store.ListRunsAsync().ToListAsync()).Select(r => r.Number), Is.EqualTo([2, 1]));
    }

    [Test]
    public async Task Dispose_NotEnded_IsRecordedAsFailed()
    {
        await using VersionStore store = await OpenAsync();
        await using (await store.StartRunAsync("train", new StartRunOptions { RecordCode = false }))
        {
            Assert.That(await store.ListOpenRunsAsync().CountAsync(), Is.EqualTo(1));
        }

        Assert.That((await store.ListRunsAsync().SingleAsync()).Run!.Outcome, Is.EqualTo(RunOutcome.Failed));
        Assert.That(await store.ListOpenRunsAsync().AnyAsync(), Is.False);
    }

    [Test]
    public async Task Complete_OutputsThatAreThereAlready_NamesThoseVersions()
    {
        await using VersionStore store = await OpenAsync();
        _folder.Write("out/model.bin", "weights");
        ArtifactVersion[] results = new ArtifactVersion[2];
        for (int i = 0; i < 2; i++)
        {
            await using Run run = await store.StartRunAsync("train", new StartRunOptions { RecordCode = false });
            await run.ProduceAsync("models/iris", _folder.Of("out"));
            results[i] = await run.CompleteAsync();
        }

        Assert.That(results[1].Run!.Outputs.Single(), Is.EqualTo(results[0].Run!.Outputs.Single()));
        Assert.That((await store.ResolveAsync("models/iris")).MadeBy, Is.EqualTo(results[0].Pin), "who made it first");
    }

    [Test]
    public async Task Complete_TagOfOneOutputIsTaken_PublishesNothingAndStaysOpen()
    {
        await using VersionStore store = await OpenAsync(), other = await OpenAsync("cache2");
        _folder.Write("out/model.bin", "weights");
        _folder.Write("data/a", "a");
        await using Run run = await store.StartRunAsync("train", new StartRunOptions { RecordCode = false });
        await run.ProduceAsync("datasets/a", _folder.Of("data"));
        await run.ProduceAsync("models/iris", _folder.Of("out"), new CommitOptions { Tag = "v1" });
        await other.CommitAsync("models/iris", _folder.Of("data"), new CommitOptions { Tag = "v1" });
        Assert.That(() => run.CompleteAsync(), Throws.TypeOf<ConflictException>().With.Property("Code").EqualTo("tag_taken"));
        Assert.That((await store.ListArtifactsAsync().ToListAsync()).Select(a => a.Name), Is.EqualTo(["models/iris"]));
        run.LogMetric("loss", 1);
        ArtifactVersion failed = await run.FailAsync("no");
        Assert.That(failed.Number, Is.EqualTo(1));
        Assert.That(await store.ListFilesAsync(failed).Select(f => f.Path).ToListAsync(), Is.EqualTo(["log.txt", "metrics.jsonl"]), "and nothing that the first attempt left");
    }

    [Test]
    public async Task Produce_SameArtifactTwiceOrARun_IsRefused()
    {
        await using VersionStore store = await OpenAsync();
        _folder.Write("out/model.bin", "weights");
        await using Run run = await store.StartRunAsync("train", new StartRunOptions { RecordCode = false });
        await run.ProduceAsync("models/iris", _folder.Of("out"));
        Assert.That(() => run.ProduceAsync("models/iris", _folder.Of("out")), Throws.TypeOf<ConflictException>().With.Property("Code").EqualTo("output_repeated"));
        Assert.That(() => run.ProduceAsync("runs/x", _folder.Of("out")), Throws.TypeOf<VersioningException>().With.Property("Code").EqualTo("invalid_name"));
        Assert.That(() => store.CommitAsync("runs/x", _folder.Of("out")), Throws.TypeOf<VersioningException>().With.Property("Code").EqualTo("invalid_name"));
        Assert.That(() => store.StartRunAsync("../x"), Throws.TypeOf<VersioningException>().With.Property("Code").EqualTo("invalid_name"));
        run.LogParameter("rate", "1");
        Assert.That(() => run.LogParameter("rate", "2"), Throws.TypeOf<ConflictException>());
    }

    [Test]
    public async Task Start_KeyHeldByAnOpenRun_IsRefusedUntilItEndsOrIsTakenOver()
    {
        await using VersionStore store = await OpenAsync(), other = await OpenAsync("cache2", "rival");
        _folder.Write("out/model.bin", "weights");
        var keyed = new StartRunOptions { RecordCode = false, Key = Digest.Of("key"u8) };
        await using Run first = await store.StartRunAsync("train", keyed);
        await first.ProduceAsync("models/iris", _folder.Of("out"));
        Assert.That(
            () => other.StartRunAsync("train", keyed),
            Throws.TypeOf<ConflictException>().With.Property("Code").EqualTo("run_claimed").And.Message.Contains("tester").And.Message.Contains(first.Id));

        await using Run second = await other.StartRunAsync("train", new StartRunOptions { RecordCode = false, Key = keyed.Key, TakeOver = first.Id });
        Assert.That(() => first.CompleteAsync(), Throws.TypeOf<ConflictException>().With.Property("Code").EqualTo("run_lost"));
        Assert.That(first.Outcome, Is.EqualTo(RunOutcome.Lost));
        Assert.That(await other.ListArtifactsAsync().AnyAsync(), Is.False, "the one that was taken over publishes nothing");
        await second.ProduceAsync("models/iris", _folder.Of("out"));
        Assert.That((await second.CompleteAsync()).Number, Is.EqualTo(2));
        Assert.That((await other.ListRunsAsync().ToListAsync()).Select(r => r.Run!.Outcome), Is.EqualTo([RunOutcome.Succeeded, RunOutcome.Lost]));
        await using Run third = await store.StartRunAsync("train", keyed);
        Assert.That(() => other.StartRunAsync("train", new StartRunOptions { RecordCode = false, Key = keyed.Key, TakeOver = first.Id }), Throws.TypeOf<NotFoundException>().With.Property("Code").EqualTo("run_not_open"));
    }

    [Test]
    public async Task Complete_DeclaredLostMeanwhile_PublishesNothingAndSaysSo()
    {
        await using VersionStore other = await OpenAsync();
        var racing = new RacingStore(_objects);
        await using VersionStore store = await VersionStore.OpenAsync(racing, new VersionStoreOptions { Author = "tester", CacheDirectory = _folder.Of("cache") });
        _folder.Write("out/model.bin", "weights");
        await using Run run = await store.StartRunAsync("train", new StartRunOptions { RecordCode = false });
        await run.ProduceAsync("models/iris", _folder.Of("out"));
        racing.Faster = () => other.DeclareRunLostAsync(run.Id);
        Assert.That(() => run.CompleteAsync(), Throws.TypeOf<ConflictException>().With.Property("Code").EqualTo("run_lost"));
        Assert.That((run.Outcome, await other.ListArtifactsAsync().AnyAsync()), Is.EqualTo((RunOutcome.Lost, false)));
    }

    [Test]
    public async Task Complete_PatchThatIsOvertakenMeanwhile_IsPutOverWhatIsThere()
    {
        await using VersionStore other = await OpenAsync();
        var racing = new RacingStore(_objects);
        await using VersionStore store = await VersionStore.OpenAsync(racing, new VersionStoreOptions { Author = "tester", CacheDirectory = _folder.Of("cache") });
        _folder.Write("first/a", "a");
        _folder.Write("faster/b", "b");
        _folder.Write("out/c", "c");
        await other.CommitAsync("datasets/d", _folder.Of("first"));
        await using Run run = await store.StartRunAsync("label", new StartRunOptions { RecordCode = false });
        await run.ProduceAsync("datasets/d", _folder.Of("out"), new CommitOptions { Patch = true });
        racing.Faster = () => other.CommitAsync("datasets/d", _folder.Of("faster"), new CommitOptions { Patch = true });
        ArtifactPin made = (await run.CompleteAsync()).Run!.Outputs.Single();
        Assert.That(await store.ListFilesAsync(made).Select(file => file.Path).ToListAsync(), Is.EqualTo(["a", "b", "c"]));
        Assert.That((await store.VerifyAsync()).Damages, Is.Empty);
    }

    [Test]
    public async Task DeclareLost_ProcessThatVanished_IsRecordedWithWhatItLeft()
    {
        string id;
        await using (VersionStore dies = await OpenAsync())
        {
            Run run = await dies.StartRunAsync("train", new StartRunOptions { RecordCode = false, Parameters = { ["epochs"] = "3" }, Command = ["python", "train.py"] });
            await run.Log.WriteLineAsync("epoch 1");
            id = run.Id;
        }

        await using VersionStore store = await OpenAsync();
        OpenRunInfo open = await store.ListOpenRunsAsync().SingleAsync();
        Assert.That((open.Id, open.Name, open.Author, open.Machine), Is.EqualTo((id, "runs/train", "tester", Environment.MachineName)));
        Assert.That(open.Command, Is.EqualTo(["python", "train.py"]));
        await using (Run next = await store.StartRunAsync("train", new StartRunOptions { RecordCode = false }))
        {
            // The lost one is not in the way.
        }

        // Whoever declared it lost before did not get far.
        _folder.Write($"cache/runs/{store.Id}/{id}.lost/left/code.patch", "half");
        ArtifactVersion lost = await store.DeclareRunLostAsync(id);
        Assert.That(await store.ListFilesAsync(lost).Select(file => file.Path).ToListAsync(), Is.EqualTo(["log.txt"]));
        Assert.That((lost.Run!.Outcome, lost.Number, lost.Parameters["epochs"]), Is.EqualTo((RunOutcome.Lost, 2, "3")));
        Assert.That(await ReadAsync(store, lost.Pin, "log.txt"), Is.EqualTo("epoch 1\n"));
        Assert.That(() => store.DeclareRunLostAsync(id), Throws.TypeOf<NotFoundException>());
    }

    [Test]
    public async Task DeclareLost_OfOneThatStillWrites_KeepsWhatItHasWritten()
    {
        await using VersionStore store = await OpenAsync(), other = await OpenAsync();
        await using Run run = await store.StartRunAsync("train", new StartRunOptions { RecordCode = false });
        await run.Log.WriteLineAsync("epoch 1");
        run.LogMetric("loss", 0.5);
        ArtifactVersion lost = await other.DeclareRunLostAsync(run.Id, "too slow");
        Assert.That(await ReadAsync(other, lost.Pin, "metrics.jsonl"), Does.StartWith("{\"name\":\"loss\",\"value\":0.5,"));
        Assert.That((lost.Message, await ReadAsync(other, lost.Pin, "log.txt")), Is.EqualTo(("too slow", "epoch 1\n")));
        Assert.That(async () =>
        {
            await run.Log.WriteLineAsync("epoch 2");
            await run.CompleteAsync();
        }, Throws.TypeOf<ConflictException>().With.Property("Code").EqualTo("run_lost"));
        Assert.That(Directory.EnumerateFileSystemEntries(Path.Join(_folder.Of("cache"), "runs", store.Id)), Is.Empty);
    }

    [Test]
    public async Task Copy_OfARun_IsRefused()
    {
        await using VersionStore store = await OpenAsync();
        await using var objects = new MemoryStore();
        await using VersionStore other = await VersionStore.CreateAsync(new PassingStore(objects), _folder.Options);
        await using (Run run = await store.StartRunAsync("train", new StartRunOptions { RecordCode = false }))
        {
            await run.CompleteAsync();
        }

        Assert.That(() => store.CopyAsync(["runs/train"], other), Throws.TypeOf<VersioningException>().With.Property("Code").EqualTo("run_stays"));
    }

    [Test]
    public async Task Complete_FromADirtyCheckout_KeepsPatchAndSurroundings()
    {
        await using VersionStore store = await OpenAsync();
        _folder.Write("code/train.py", "one\n");
        _folder.Write("code/packages.lock.json", "{}");
        _folder.Write("code/.gitignore", "out/\n");
        Git("init", "-q");
        Git("add", ".");
        Git("-c", "user.name=t", "-c", "user.email=t@example.org", "commit", "-q", "-m", "first");
        _folder.Write("code/train.py", "two\n");
        _folder.Write("code/new.py", "new\n");
        _folder.Write("code/.env", "API_KEY=1234567890abcdef1234567890abcdef");
        _folder.Write("code/out/ignored", "large");
        await using Run run = await store.StartRunAsync("train", new StartRunOptions { Folder = _folder.Of("code"), Command = ["train", "--api-key=1234567890abcdef1234567890abcdef"] });
        ArtifactVersion ended = await run.CompleteAsync();
        Assert.That(ended.Code!.IsDirty, Is.True);
        string patch = await ReadAsync(store, ended.Pin, "code.patch");
        Assert.That(patch, Does.Contain("+two").And.Contain("new.py").And.Not.Contain("ignored").And.Not.Contain("1234567890abcdef"));
        IReadOnlyDictionary<string, string> environment = ended.Run!.Environment;
        Assert.That(environment["code.left_out"], Is.EqualTo(".env (SecretFile)"));
        Assert.That(environment["packages:packages.lock.json"], Is.EqualTo(Digest.Of("{}"u8).ToString()));
        Assert.That(environment.Keys, Does.Contain("os").And.Contain("runtime").And.Contain("tool"));
        Assert.That(string.Join(' ', ended.Run.Command), Does.StartWith("train").And.Contain("***").And.Not.Contain("1234567890abcdef"));
        Assert.That((await store.AuditAsync(new AuditOptions { Artifact = "runs/train" }).ToListAsync()).Select(r => r.Description), Has.None.Contain("1234567890abcdef"));

        void Git(params string[] arguments)
        {
            using var git = System.Diagnostics.Process.Start("git", ["-C", _folder.Of("code"), .. arguments]);
            git.WaitForExit();
            Assert.That(git.ExitCode, Is.Zero);
        }
    }

    [Test]
    public async Task Parameters_ThatLookLikeCredentials_AreRefused()
    {
        await using VersionStore store = await OpenAsync();
        var refused = new StartRunOptions { Parameters = { ["db_password"] = "hunter22" } };
        Assert.That(() => store.StartRunAsync("train", refused), Throws.TypeOf<VersioningException>().With.Property("Code").EqualTo("secret_parameter").And.Message.Not.Contains("hunter22"));
        Assert.That(await store.ReadPositionAsync(), Is.Zero);
        await using Run run = await store.StartRunAsync("train", new StartRunOptions { RecordCode = false });
        Assert.That(() => run.LogParameter("api_key", "sk-1234567890abcdef"), Throws.TypeOf<VersioningException>().With.Property("Code").EqualTo("secret_parameter"));
        run.LogParameter("max_tokens", "4096");
    }

    [Test]
    public async Task Log_MoreThanARecordHolds_IsRefusedAndTheRunStillEnds()
    {
        await using VersionStore store = await OpenAsync();
        Assert.That(() => store.StartRunAsync("train", new StartRunOptions { RecordCode = false, Message = new string('m', 3 << 20) }), Refused("text_too_long"));
        Assert.That(() => store.StartRunAsync("train", new StartRunOptions { RecordCode = false, Author = new string('a', (1 << 20) + 1) }), Refused("text_too_long"));
        Assert.That(await store.ReadPositionAsync(), Is.Zero, "What could never end does not start.");

        await using Run run = await store.StartRunAsync("train", new StartRunOptions { RecordCode = false });
        string half = new('v', 1 << 20);
        run.LogParameter("one", half[1..]);
        Assert.That(() => run.LogParameter("two", half + "v"), Refused("text_too_long"));
        Assert.That(() => run.LogParameter("three", half), Refused("record_too_long"));
        Assert.That(() => run.LogMetric(half, 1), Refused("record_too_long"));
        Assert.That(() => run.LogParameter("a\ud800b", "half"), Refused("invalid_name"));
        Assert.That(() => run.LogMetric("\udc00", 1), Refused("invalid_name"));
        run.LogMetric("loss", 1);
        ArtifactVersion ended = await run.CompleteAsync();
        Assert.That(ended.Parameters.Keys, Is.EqualTo(["one"]));
        Assert.That(ended.Metrics.Keys, Is.EqualTo(["loss"]));

        static NUnit.Framework.Constraints.IResolveConstraint Refused(string code) => Throws.TypeOf<VersioningException>().With.Property("Code").EqualTo(code);
    }

    [Test]
    public async Task Start_WhereNothingCanBeKept_StartsNothing()
    {
        await using VersionStore store = await OpenAsync();
        _folder.Write("cache/runs", "a file");
        Assert.That(() => store.StartRunAsync("train", new StartRunOptions { RecordCode = false }), Throws.InstanceOf<IOException>());
        Assert.That(await store.ReadPositionAsync(), Is.Zero);
    }

    [Test]
    public async Task Dispose_OfOneThatCouldNotEnd_MayBeDoneAgain()
    {
        await using VersionStore store = await OpenAsync();
        Run run = await store.StartRunAsync("train", new StartRunOptions { RecordCode = false });
        Directory.Delete(_folder.Of("cache/runs"), recursive: true);
        await run.DisposeAsync();
        await run.DisposeAsync();
        Assert.That(await store.ListOpenRunsAsync().CountAsync(), Is.EqualTo(1));
    }
}
