using NUnit.Framework;
using Versioning.Pipelines.Reproducing;

namespace Versioning.Tests.Reproducing;

/// <summary>Runs that are made again: what comes out, and what is said where something differs.</summary>
[TestFixture]
[Parallelizable(ParallelScope.All)]
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed class ReproduceTests : ReproduceFixture
{
    [Test]
    public async Task Reproduce_AllHasMovedOn_IsIdentical()
    {
        Folder.Add("code/ml/train.sh", Script + "echo changed >> out/model.txt\n");
        Folder.Add("code/extra.txt", "not in git\n");
        ArtifactVersion run = await TrainAsync();
        Folder.Run("cd code && rm extra.txt && git checkout -q . && echo 'exit 9' > ml/train.sh && git commit -qam later && echo 'exit 8' > ml/train.sh");
        Folder.Add("data/a.csv", "x,y\n7,8\n");
        await Store.CommitAsync("datasets/d", Path.Join(Folder.Path, "data"));
        string before = Folder.Run("cd code && git status --porcelain && git worktree list && find .git -type f | sort");

        using var printed = new MemoryStream();
        ReproductionReport report = await Store.ReproduceAsync("models/m", new ReproduceOptions { Repository = Code, Output = printed });

        Assert.That(report.ToString(), Does.StartWith("runs/train@1: identical"));
        Assert.That((report.Verdict, report.IsReproduced, report.ExitCode, report.Folder), Is.EqualTo((ReproductionVerdict.Identical, true, 0, (string?)null)));
        Assert.That(report.Run, Is.EqualTo(run.Pin));
        Assert.That(report.Outputs.Single().Pin, Is.EqualTo(run.Run!.Outputs.Single()));
        Assert.That(report.Metrics.Single(), Is.EqualTo(new ReproducedMetric("auc", 0.9, 0.9, true)));
        Assert.That(report.Environment, Is.Empty);
        Assert.That(Path.Exists(Path.GetDirectoryName(report.Outputs.Single().Path)), Is.False, "its folder is gone");
        Assert.That(await ReadAsync("models/m", "model.txt"), Is.EqualTo("x,y\n1,2\nnot in git\nchanged\n"));
        Assert.That(Folder.Run("cd code && git status --porcelain && git worktree list && find .git -type f | sort"), Is.EqualTo(before));

        ArtifactVersion recorded = await Store.ResolveAsync("runs/reproduce");
        Assert.That(recorded.Pin, Is.EqualTo(report.RecordedAs));
        Assert.That(recorded.Run!.Outcome, Is.EqualTo(RunOutcome.Succeeded));
        Assert.That(recorded.Run.Outputs, Is.Empty);
        Assert.That(recorded.Inputs, Is.EqualTo([run.Pin, .. run.Run.Outputs, .. run.Inputs]));
        Assert.That(recorded.Metadata, Is.EquivalentTo(new Dictionary<string, string> { ["reproduced"] = $"{run.Pin} {run.Run.Outputs.Single()}", ["verdict"] = "identical" }));
        Assert.That(recorded.Metrics, Is.EquivalentTo(run.Metrics));
        Assert.That((recorded.Code!.Commit, recorded.Code.IsDirty), Is.EqualTo((run.Code!.Commit, true)));
        Assert.That(await ReadAsync(recorded, "code.patch"), Is.EqualTo(await ReadAsync(run, "code.patch")));
        Assert.That(await ReadAsync(recorded, "log.txt"), Does.StartWith("trained\n").And.Contains("identical"));
        Assert.That(System.Text.Encoding.UTF8.GetString(printed.ToArray()), Is.EqualTo("trained\n"));
        Assert.That(await Store.LogAsync("models/m").CountAsync(), Is.EqualTo(1), "nothing is published");
    }

    [Test]
    public async Task Reproduce_OtherEachTime_DiffersWithoutToleranceAndPassesWithOne()
    {
        Count();
        await TrainAsync(withInput: false);

        ReproductionReport different = await Store.ReproduceAsync("runs/train@1", Options);
        Assert.That((different.Verdict, different.IsReproduced), Is.EqualTo((ReproductionVerdict.Different, false)));
        FileChange change = different.Outputs.Single().Changes.Single();
        Assert.That((change.Kind, change.Path, change.Before!.Sha256 == change.After!.Sha256), Is.EqualTo((FileChangeKind.Modified, "model.txt", false)));
        Assert.That(different.Metrics.Single(), Is.EqualTo(new ReproducedMetric("auc", 0.91, 0.92, false)));
        Assert.That(File.ReadAllText(Path.Join(different.Folder, "ml", "out", "model.txt")).Trim(), Is.EqualTo("2"), "its folder is kept");
        Directory.Delete(different.Folder!, recursive: true);
        ArtifactVersion recorded = await Store.ResolveAsync("runs/reproduce@1");
        Assert.That((recorded.Run!.Outcome, recorded.Metadata["verdict"]), Is.EqualTo((RunOutcome.Failed, "different")));

        ReproductionReport within = await Store.ReproduceAsync("models/m", new ReproduceOptions { Repository = Code, Tolerance = MetricTolerance.Parse("5%"), Folder = Path.Join(Folder.Path, "again") });
        Assert.That((within.Verdict, within.Outputs.Single().IsIdentical, within.Metrics.Single().Measured), Is.EqualTo((ReproductionVerdict.WithinTolerance, false, 0.93)));
        Assert.That(within.Folder, Is.EqualTo(Path.Join(Folder.Path, "again")), "one that was named is kept");
        Assert.That((await Store.ResolveAsync("runs/reproduce@2")).Run!.Outcome, Is.EqualTo(RunOutcome.Succeeded));

        ReproductionReport own = await Store.ReproduceAsync("models/m", new ReproduceOptions { Repository = Code, Tolerance = MetricTolerance.Parse("inf"), Tolerances = { ["auc"] = MetricTolerance.Parse("0.02") }, Record = false });
        Assert.That((own.Verdict, own.Metrics.Single().Measured, own.RecordedAs), Is.EqualTo((ReproductionVerdict.Different, 0.94, (ArtifactPin?)null)));
        Directory.Delete(own.Folder!, recursive: true);
        Assert.That(await Store.LogAsync("runs/reproduce").CountAsync(), Is.EqualTo(2));
        Assert.That(await Store.LogAsync("models/m").CountAsync(), Is.EqualTo(1));
    }

    [Test]
    public async Task Reproduce_FilesCameWentAndChanged_NamesThemAndLooksInside()
    {
        string more = Path.Join(Folder.Path, "more");
        Folder.Add("code/ml/train.sh", $"mkdir out; echo a > out/a.txt; printf 'x,y\\n1,2\\n' > out/t.csv; echo z > out/z.txt; echo '{{}}' > metrics.json; if [ -e {more} ]; then rm out/a.txt; echo b > out/b.txt; echo 3,4 >> out/t.csv; chmod +x out/z.txt; fi\n");
        Commit();
        await TrainAsync(withInput: false);
        Folder.Add("more");
        ReproductionReport report = await Store.ReproduceAsync("models/m", new ReproduceOptions { Repository = Code, Record = false, Folder = Path.Join(Folder.Path, "again") });
        Assert.That(report.Outputs.Single().Changes.Select(change => $"{change}: {string.Join(", ", change.Content ?? [])}"), Is.EqualTo(["D a.txt: ", "A b.txt: ", "M t.csv: ~ rows 1 → 2", "M z.txt: "]));
        Assert.That(report.ToString(), Does.Contain("models/m@1: 4 files differ").And.Contain("~ rows 1 → 2"));
    }

    [Test]
    public async Task Reproduce_OutputIsMissing_DiffersWithAnyTolerance()
    {
        string no = Path.Join(Folder.Path, "no");
        Folder.Add("code/ml/train.sh", $"echo '{{\"auc\": 1}}' > metrics.json; [ -e {no} ] || {{ mkdir out; echo a > out/a.txt; }}\n");
        Commit();
        await TrainAsync(withInput: false);
        Folder.Add("no");
        ReproductionReport report = await Store.ReproduceAsync("models/m", new ReproduceOptions { Repository = Code, Record = false, Folder = Path.Join(Folder.Path, "again"), Tolerance = MetricTolerance.Parse("1") });
        Assert.That(report.Verdict, Is.EqualTo(ReproductionVerdict.Different));
        Assert.That(report.ToString(), Does.Contain("models/m@1: missing"));
    }

    [Test]
    public async Task Reproduce_CommandFails_SaysSoAndPublishesNothing()
    {
        string code = Path.Join(Folder.Path, "exit");
        Folder.Add("exit", "0");
        Folder.Add("code/ml/train.sh", Script + $"exit $(cat {code})\n");
        Commit();
        await TrainAsync();
        Folder.Add("exit", "3");
        ReproductionReport report = await Store.ReproduceAsync("models/m", new ReproduceOptions { Repository = Code, Folder = Path.Join(Folder.Path, "again") });
        Assert.That((report.Verdict, report.ExitCode, report.Outputs.Count), Is.EqualTo((ReproductionVerdict.CommandFailed, 3, 0)));
        ArtifactVersion recorded = await Store.ResolveAsync("runs/reproduce");
        Assert.That((recorded.Run!.Outcome, recorded.Run.ExitCode, recorded.Metadata["verdict"]), Is.EqualTo((RunOutcome.Failed, 3, "command failed")));
        Assert.That(await Store.LogAsync("models/m").CountAsync(), Is.EqualTo(1));
    }

    [Test]
    public async Task Reproduce_CancelledMidway_IsRecordedAndLeavesNothing()
    {
        string slow = Path.Join(Folder.Path, "slow"), folders = Path.Join(Folder.Path, "folders");
        Folder.Add("code/ml/train.sh", Script + $"pwd >> {folders}; if [ -e {slow} ]; then echo waiting; sleep 1000; fi\n");
        Commit();
        await TrainAsync();
        Folder.Add("slow");
        using var cancel = new CancellationTokenSource();
        await using var told = new Told(cancel, "waiting");
        Assert.That(() => Store.ReproduceAsync("models/m", new ReproduceOptions { Repository = Code, Output = told }, cancel.Token), Throws.InstanceOf<OperationCanceledException>());
        Assert.That((await Store.ResolveAsync("runs/reproduce")).Run!.Outcome, Is.EqualTo(RunOutcome.Cancelled));
        Assert.That(await Store.LogAsync("models/m").CountAsync(), Is.EqualTo(1));
        Assert.That(await Store.ListOpenRunsAsync().AnyAsync(), Is.False);
        Assert.That(Directory.Exists(File.ReadAllLines(folders)[^1]), Is.False);
    }

    [Test]
    public async Task Reproduce_ProgramOfTheCode_IsThatOfTheRecordedCommit()
    {
        Folder.Run("cd code && printf '#!/bin/sh\\nsh train.sh\\n' > ml/go && chmod +x ml/go");
        Commit();
        await TrainAsync(["./go"]);
        await TrainAsync(["go"]);
        Assert.That((await Store.ReproduceAsync("runs/train@1", Options)).Verdict, Is.EqualTo(ReproductionVerdict.Identical));
        Assert.That((await Store.ReproduceAsync("runs/train@2", Options)).Verdict, Is.EqualTo(ReproductionVerdict.Identical));
    }

    [Test]
    public async Task Reproduce_FoldersThatGitDoesNotHave_AreThere()
    {
        Folder.Run("mkdir -p code/ml/out");
        Folder.Add("code/ml/train.sh", "echo model > out/model.txt; echo '{\"auc\": 1}' > metrics.json\n");
        Commit();
        await TrainAsync(withInput: false);
        Assert.That((await Store.ReproduceAsync("models/m", Options)).Verdict, Is.EqualTo(ReproductionVerdict.Identical));
    }

    [Test]
    public async Task Reproduce_CommandNamesAPathOfTheOtherMachine_GetsTheOneOfThisOne()
    {
        Folder.Run("mkdir made && printf 'x,y\\n1,2\\n' > made/model.txt");
        await using (Run run = await Store.StartRunAsync("train", new StartRunOptions { Command = ["sh", "-c", "mkdir out; cat '/elsewhere/cache/1'/* > out/model.txt"], Folder = Code, Inputs = ["datasets/d"] }))
        {
            var stage = new RecordedStage { Inputs = [new RecordedInput("datasets/d", null, [], "/elsewhere/cache/1")], Outputs = [new RecordedOutput("models/m", "out")] };
            run.Keep(RecordedStage.RunName, stage.Encode());
            await run.ProduceAsync("models/m", Path.Join(Folder.Path, "made"));
            await run.CompleteAsync();
        }

        ReproductionReport report = await Store.ReproduceAsync("models/m", Options);
        Assert.That(report.Verdict, Is.EqualTo(ReproductionVerdict.Identical), report.ToString());
        Assert.That((await Store.ResolveAsync(report.RecordedAs!)).Run!.Command[2], Does.Contain("/elsewhere/"), "the command is the recorded one");
    }

    /// <summary>Cancels when it is told a word.</summary>
    private sealed class Told(CancellationTokenSource source, string word) : MemoryStream
    {
        public override void Write(byte[] buffer, int offset, int count)
        {
            base.Write(buffer, offset, count);
            if (System.Text.Encoding.UTF8.GetString(ToArray()).Contains(word, StringComparison.Ordinal))
            {
                // Not here: this thread is one that has to come to an end.
                _ = source.CancelAsync();
            }
        }
    }
}
