using System.Text;
using NUnit.Framework;
using Versioning.Pipelines.Reproducing;

namespace Versioning.Tests.Reproducing;

/// <summary>What can't be made again, and what hostile records and repositories try.</summary>
[TestFixture]
[Parallelizable(ParallelScope.All)]
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed class ReproduceRefusalTests : ReproduceFixture
{
    [Test]
    public async Task Reproduce_NotMadeByARunWithACommand_SaysWhatIsMissing()
    {
        Assert.That(() => Store.ReproduceAsync("datasets/d", Options), Fails<NotFoundException>("run_not_recorded").And.Message.Contains("datasets/d@1"));
        await using (Run run = await Store.StartRunAsync("inside", new StartRunOptions { RecordCode = false }))
        {
            run.LogMetric("auc", 1);
            await run.CompleteAsync();
        }

        await using (Run run = await Store.StartRunAsync("nothing", new StartRunOptions { RecordCode = false, Command = ["true"] }))
        {
            await run.CompleteAsync();
        }

        await using (Run run = await Store.StartRunAsync("failed", new StartRunOptions { RecordCode = false, Command = ["true"] }))
        {
            await run.FailAsync();
        }

        Assert.That(() => Store.ReproduceAsync("runs/inside", Options), Fails<NotFoundException>("command_not_recorded"));
        Assert.That(() => Store.ReproduceAsync("runs/nothing", Options), Fails<NotFoundException>("nothing_to_compare"));
        Assert.That(() => Store.ReproduceAsync("runs/failed", Options), Fails<ConflictException>("run_not_succeeded"));
    }

    [Test]
    public async Task Reproduce_ArgumentWasMasked_IsRunWithTheOneThatIsGiven()
    {
        Folder.Add("code/ml/train.sh", Script + "[ \"$2\" = hunter2-secret ] || exit 4\n");
        Commit();
        ArtifactVersion run = await TrainAsync(["sh", "train.sh", "--password", "hunter2-secret"]);
        Assert.That(run.Run!.Command[3], Is.EqualTo("***"));
        Assert.That(() => Store.ReproduceAsync("models/m", Options), Fails<NotFoundException>("argument_masked").And.Message.Contains("Argument 3 of"));
        Assert.That(() => Store.ReproduceAsync("models/m", new ReproduceOptions { Arguments = { [4] = "x" } }), Fails<VersioningException>("invalid_option"));
        ReproductionReport report = await Store.ReproduceAsync("models/m", new ReproduceOptions { Repository = Code, Arguments = { [3] = "hunter2-secret" } });
        Assert.That(report.Verdict, Is.EqualTo(ReproductionVerdict.Identical));
        Assert.That((await Store.ResolveAsync(report.RecordedAs!)).Run!.Command, Is.EqualTo(run.Run.Command), "it is masked again");
    }

    [Test]
    public async Task Reproduce_CommitIsNowhere_NamesItAndWhereItWasLookedFor()
    {
        ArtifactVersion run = await TrainAsync();
        Folder.Run("git init -q other; git init -q gone");
        string other = Path.Join(Folder.Path, "other"), url = "file://" + other;
        Assert.That(() => Store.ReproduceAsync("models/m", new ReproduceOptions { Repository = other }), Fails<NotFoundException>("commit_not_found").And.Message.Contains(run.Code!.Commit).And.Message.Contains(other));
        Assert.That(() => Store.ReproduceAsync("models/m", new ReproduceOptions { Repository = url }), Fails<NotFoundException>("commit_not_found").And.Message.Contains(url));
        Assert.That(
            () => Store.ReproduceAsync("models/m", new ReproduceOptions { Repository = "https://ada:hunter2@127.0.0.1:9/x.git" }),
            Fails<NotFoundException>("repository_not_found").And.Message.Contains("https://127.0.0.1:9/x.git").And.Message.Not.Contains("hunter2"));
        string pwned = Path.Join(Folder.Path, "pwned");
        foreach (string program in (string[])[$"ext::touch {pwned}", $"--upload-pack=touch {pwned};"])
        {
            Assert.That(() => Store.ReproduceAsync("models/m", new ReproduceOptions { Repository = program }), Fails<NotFoundException>("repository_not_found"));
            Assert.That(Path.Exists(pwned), Is.False, program);
        }

        Assert.That(await Store.ListRunsAsync("reproduce").AnyAsync(), Is.False);
    }

    [TestCase("--all", "invalid_commit")]
    [TestCase("HEAD", "invalid_commit")]
    [TestCase("0123456789abcdef", "invalid_commit")]
    [TestCase("gggggggggggggggggggggggggggggggggggggggg", "invalid_commit")]
    public void CheckOut_OfWhatIsNoCommit_IsRefusedBeforeGitSeesIt(string commit, string code)
    {
        var folder = CodeFolder.Make(new ReproduceOptions { Folder = Path.Join(Folder.Path, "again") });
        Assert.That(() => folder.CheckOutAsync(new CodeCommit(null, commit, null, false), default, Code, default), Fails<IntegrityException>(code));
        Assert.That(Directory.GetFileSystemEntries(folder.Path), Is.Empty);
    }

    [Test]
    public async Task CheckOut_AddressIsAnOption_IsNotToldToGit()
    {
        string commit = (await TrainAsync()).Code!.Commit;
        var folder = CodeFolder.Make(new ReproduceOptions { Folder = Path.Join(Folder.Path, "again") });
        Assert.That(await folder.CheckOutAsync(new CodeCommit("--unset-all", commit, null, false), default, Code, default), Is.Empty);
        Assert.That(File.Exists(Path.Join(folder.Path, "ml", "train.sh")), Is.True);
    }

    [Test]
    public async Task Reproduce_RepositoryAtAnAddress_GivesACommitThatIsNoTip()
    {
        await TrainAsync();
        Folder.Add("code/ml/train.sh", "exit 1");
        Commit();
        ReproductionReport report = await Store.ReproduceAsync("models/m", new ReproduceOptions { Repository = "file://" + Code });
        Assert.That(report.Verdict, Is.EqualTo(ReproductionVerdict.Identical));
    }

    [Test]
    public async Task Reproduce_CodeWasNotRecorded_RunsOnlyWhereThatIsAskedFor()
    {
        await TrainAsync(recordCode: false);
        Assert.That(() => Store.ReproduceAsync("models/m", Options), Fails<NotFoundException>("code_not_recorded"));
        Folder.Run("cp -r code/ml here && mkdir here/out");
        string here = Path.Join(Folder.Path, "here");
        var options = new ReproduceOptions { WithoutCode = true, Folder = here, Record = false, InputPaths = { ["datasets/d"] = "../data/d" } };
        Assert.That(() => Store.ReproduceAsync("models/m", options), Fails<ConflictException>("output_exists"));
        Directory.Delete(Path.Join(here, "out"));
        Folder.Run("mkdir -p data && rm -rf data/*");
        ReproductionReport report = await Store.ReproduceAsync("models/m", options);
        Assert.That((report.Verdict, report.Folder), Is.EqualTo((ReproductionVerdict.Identical, here)));
        Assert.That(report.Notes, Is.EqualTo(["runs/train@1 has no code.", $"The code is what lay in '{here}'."]));
        Assert.That(() => Store.ReproduceAsync("models/m", new ReproduceOptions { Folder = here, Repository = Code }), Fails<NotFoundException>("code_not_recorded"));
    }

    [Test]
    public async Task Reproduce_PatchIsNotAllThereWas_SaysWhatWasLeftOut()
    {
        Folder.Add("code/ml/.env", "API_KEY=hunter2hunter2");
        await TrainAsync();
        ReproductionReport report = await Store.ReproduceAsync("models/m", Options);
        Assert.That(report.Verdict, Is.EqualTo(ReproductionVerdict.Identical));
        Assert.That(report.Notes.Single(), Does.Contain("ml/.env"));
    }

    [Test]
    public async Task Reproduce_FolderHasFiles_IsRefused()
    {
        await TrainAsync();
        Folder.Add("full/mine");
        Assert.That(() => Store.ReproduceAsync("models/m", new ReproduceOptions { Repository = Code, Folder = Path.Join(Folder.Path, "full") }), Fails<ConflictException>("folder_not_empty"));
        Assert.That(Directory.GetFileSystemEntries(Path.Join(Folder.Path, "full")), Has.Length.EqualTo(1));
    }

    [Test]
    public async Task Reproduce_PlacesAreUnknown_TakesThoseThatAreGiven()
    {
        Folder.Run("cd code && git rm -q versions.json");
        Commit();
        await ForgeAsync(null);
        Assert.That(() => Store.ReproduceAsync("models/m", Options), Fails<NotFoundException>("output_path_unknown"));
        Assert.That(() => Store.ReproduceAsync("models/m", new ReproduceOptions { Repository = Code, OutputPaths = { ["models/x"] = "out" } }), Fails<VersioningException>("invalid_option"));
        Assert.That(() => Store.ReproduceAsync("models/m", new ReproduceOptions { Repository = Code, OutputPaths = { ["models/m"] = "ml/out" } }), Fails<NotFoundException>("metrics_path_unknown"));
        Assert.That(
            () => Store.ReproduceAsync("models/m", new ReproduceOptions { Repository = Code, OutputPaths = { ["models/m"] = "ml/out" }, Metrics = "ml/metrics.json" }),
            Fails<NotFoundException>("input_path_unknown").And.Message.Contains("datasets/d@1"));
        ReproductionReport report = await Store.ReproduceAsync("models/m", new ReproduceOptions { Repository = Code, OutputPaths = { ["models/m"] = "ml/out" }, Metrics = "ml/metrics.json", InputPaths = { ["datasets/d@1"] = "data/d" } });
        Assert.That(report.Verdict, Is.EqualTo(ReproductionVerdict.Identical));
        ReproductionReport without = await Store.ReproduceAsync("models/m", new ReproduceOptions { Repository = Code, OutputPaths = { ["models/m"] = "ml/out" }, Metrics = "ml/metrics.json", InputPaths = { ["datasets/d"] = "" }, Record = false, Folder = Path.Join(Folder.Path, "again") });
        Assert.That((without.Verdict, Path.Exists(Path.Join(without.Folder, "data"))), Is.EqualTo((ReproductionVerdict.Different, false)));
    }

    [TestCase("""{"outputs":[{"artifact":"models/m","path":"../x"}]}""", "path_not_allowed")]
    [TestCase("""{"outputs":[{"artifact":"models/m","path":"/etc"}]}""", "path_not_allowed")]
    [TestCase("""{"outputs":[{"artifact":"models/m","path":".git/hooks"}]}""", "path_not_allowed")]
    [TestCase("""{"folder":"ml/../..","outputs":[{"artifact":"models/m","path":"out"}]}""", "path_not_allowed")]
    [TestCase("""{"folder":"link","outputs":[{"artifact":"models/m","path":"out"}]}""", "path_blocked")]
    [TestCase("""{"folders":["link/x"],"metrics":"m","outputs":[{"artifact":"models/m","path":"out"}]}""", "path_blocked")]
    [TestCase("""{"folders":["../x"],"metrics":"m","outputs":[{"artifact":"models/m","path":"out"}]}""", "path_not_allowed")]
    [TestCase("""{"metrics":"/etc/x","outputs":[{"artifact":"models/m","path":"out"}]}""", "path_not_allowed")]
    [TestCase("""{"metrics":"m","outputs":[{"artifact":"models/m","path":"out"}],"inputs":[{"artifact":"datasets/d","path":"a/../../x"}]}""", "path_not_allowed")]
    [TestCase("""{"metrics":"m","outputs":[{"artifact":"models/m","path":"out"}],"inputs":[{"artifact":"datasets/d","path":"link/d"}]}""", "path_blocked")]
    [TestCase("""{"outputs":[{"artifact":"models/m"}]}""", "run_file_invalid")]
    [TestCase("""{"outputs":7}""", "run_file_invalid")]
    [TestCase("""[""", "run_file_invalid")]
    public async Task Reproduce_HostileRecord_IsRefusedBeforeAnythingRuns(string record, string code)
    {
        string elsewhere = Directory.CreateDirectory(Path.Join(Folder.Path, "elsewhere")).FullName;
        Folder.Run("cd code && ln -s ../elsewhere link");
        File.CreateSymbolicLink(Path.Join(Code, "absolute"), elsewhere);
        Commit();
        await ForgeAsync(record);
        Assert.That(() => Store.ReproduceAsync("models/m", new ReproduceOptions { Repository = Code, Folder = Path.Join(Folder.Path, "again") }), Throws.InstanceOf<VersioningException>().With.Property("Code").EqualTo(code));
        Assert.That(Directory.GetFileSystemEntries(elsewhere), Is.Empty);
        Assert.That(await Store.ListRunsAsync("reproduce").AnyAsync(), Is.False);
    }

    [Test]
    public async Task Reproduce_HostileRepository_RunsNothingOfIt()
    {
        string pwned = Path.Join(Folder.Path, "pwned");
        Folder.Add("code/.gitattributes", "*.txt filter=evil diff=evil\n");
        Folder.Add("code/extra.txt", "x\n");
        Commit();
        Folder.Run($"printf '#!/bin/sh\\necho \"$0\" >> {pwned}\\n' > evil && chmod +x evil && mkdir hooks && for h in post-checkout post-index-change reference-transaction post-merge pre-auto-gc; do cp evil hooks/$h; cp evil code/.git/hooks/$h; done");
        ArtifactVersion run = await TrainAsync();
        Folder.Run("cd code && E=$PWD/../evil && git config core.fsmonitor $E; git config filter.evil.smudge $E; git config filter.evil.clean $E; git config filter.evil.required true; git config core.hooksPath $PWD/../hooks; git config diff.evil.textconv $E; git config uploadpack.packObjectsHook $E; git config core.sshCommand $E");
        File.Delete(pwned);
        foreach (string repository in new[] { Code, "file://" + Code })
        {
            ReproductionReport report = await Store.ReproduceAsync("models/m", new ReproduceOptions { Repository = repository, Record = false });
            Assert.That(report.Verdict, Is.EqualTo(ReproductionVerdict.Identical), report.ToString());
            Assert.That(report.Notes.Single(), Does.Contain("filter"));
        }

        Assert.That(File.Exists(pwned) ? File.ReadAllText(pwned) : "", Is.Empty);
        Assert.That(run.Code, Is.Not.Null);
    }

    private static NUnit.Framework.Constraints.EqualStringConstraint Fails<T>(string code)
        where T : Exception => Throws.TypeOf<T>().With.Property("Code").EqualTo(code);

    /// <summary>A run as something else than this software might record it.</summary>
    private async Task ForgeAsync(string? record)
    {
        Folder.Run("mkdir -p made && printf 'x,y\\n1,2\\n' > made/model.txt");
        await using Run run = await Store.StartRunAsync("train", new StartRunOptions { Command = ["sh", "-c", "cd ml && sh train.sh"], Folder = Code, Inputs = ["datasets/d"] });
        if (record is not null)
        {
            run.Keep(RecordedStage.RunName, Encoding.UTF8.GetBytes(record));
        }

        run.LogMetric("auc", 0.9);
        await run.ProduceAsync("models/m", Path.Join(Folder.Path, "made"));
        await run.CompleteAsync();
    }
}
