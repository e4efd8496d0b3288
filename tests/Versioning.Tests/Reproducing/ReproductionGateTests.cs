using NUnit.Framework;
using Versioning.Tests.Store;

namespace Versioning.Tests.Reproducing;

/// <summary>The conditions <c>reproducible</c> and <c>reproduced</c>.</summary>
[TestFixture]
[Parallelizable(ParallelScope.All)]
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed class ReproductionGateTests : ReproduceFixture
{
    [Test]
    public async Task Promote_Reproducible_AsksTheRecordOfTheRun()
    {
        await TrainAsync();
        await Store.PromoteAsync("models/m@1", "production", ["reproducible"]);

        Folder.Add("code/ml/.env", "API_KEY=hunter2hunter2");
        Folder.Add("code/ml/train.sh", Script + "echo 2 >> out/model.txt\n");
        await TrainAsync();
        Assert.That(await RefusalAsync("models/m@2", "reproducible"), Does.Contain("reproducible is false: the recorded changes of its code are not all"));
        File.Delete(Path.Join(Code, "ml", ".env"));

        Folder.Add("code/ml/train.sh", Script + "echo 3 >> out/model.txt\n");
        await TrainAsync(recordCode: false);
        Assert.That(await RefusalAsync("models/m@3", "reproducible"), Does.Contain("reproducible is false: its run has no code"));

        Folder.Add("code/ml/train.sh", Script + "echo 4 >> out/model.txt\n");
        await TrainAsync(["sh", "train.sh", "--password", "hunter2-secret"]);
        Assert.That(await RefusalAsync("models/m@4", "reproducible"), Does.Contain("an argument of its command was a credential"));

        await Store.CommitAsync("models/m", Path.Join(Folder.Path, "data"));
        Assert.That(await RefusalAsync("models/m@5", "reproducible"), Does.Contain("no recorded run made it"));
        await using (Run run = await Store.StartRunAsync("inside", new StartRunOptions { Folder = Code }))
        {
            await run.CompleteAsync();
        }

        await using (Run run = await Store.StartRunAsync("inside", new StartRunOptions { Folder = Code, Command = ["false"] }))
        {
            await run.FailAsync();
        }

        Assert.That(await RefusalAsync("runs/inside@1", "reproducible"), Does.Contain("its run has no command"));
        Assert.That(await RefusalAsync("runs/inside@2", "reproducible"), Does.Contain("its run did not succeed"));
        await Store.PromoteAsync("models/m@5", "staging", ["not reproducible and production.reproducible and production.reproducible == true and reproducible == false"]);
        await Store.PromoteAsync("runs/train@1", "kept", ["reproducible"]);
    }

    [Test]
    public async Task Policy_Reproduced_IsMetByASuccessfulReproductionOfThatVersion()
    {
        Count();
        await TrainAsync(withInput: false);
        await TrainAsync(withInput: false);
        await Store.SetPolicyAsync("models/m", "production", ["reproduced"]);
        ReproductionReport failed = await Store.ReproduceAsync("models/m@1", new ReproduceOptions { Repository = Code, Folder = Path.Join(Folder.Path, "one") });
        Assert.That(failed.IsReproduced, Is.False);
        Assert.That(() => Store.MoveAliasAsync("models/m", "production", "1"), Throws.TypeOf<ConflictException>().With.Property("Code").EqualTo("gate_refused").And.Message.Contains("reproduced is false: no run of runs/reproduce"));
        ReproductionReport within = await Store.ReproduceAsync("models/m@1", new ReproduceOptions { Repository = Code, Tolerance = MetricTolerance.Parse("0.5") });
        Assert.That(within.IsReproduced, Is.True);
        Assert.That(within.ToString(), Does.Contain("models/m@1: 1 file differs"), "its folder is gone by now");
        Assert.That(await Store.MoveAliasAsync("models/m", "production", "1"), Is.True);
        Assert.That(await RefusalAsync("models/m@2", "reproduced"), Does.Contain("reproduced is false"), "another version");
        await Store.PromoteAsync("runs/train@1", "kept", ["reproduced"]);
    }

    [Test]
    public async Task Policy_Reproduced_IsNotMetByWhatWasOnlyReadByOne()
    {
        await TrainAsync();
        await Store.ReproduceAsync("models/m", Options);
        Assert.That((await Store.ResolveAsync("runs/reproduce")).Inputs.Select(input => input.Artifact), Does.Contain("datasets/d"));
        Assert.That(await RefusalAsync("datasets/d", "reproduced"), Does.Contain("reproduced is false"));
    }

    [TestCase("datasets/d", "its input datasets/d@1 is not in this store")]
    [TestCase("runs/train", "its run, runs/train@1, was retired")]
    public async Task Promote_Reproducible_WhereWhatItTakesWasRetired_IsRefused(string retired, string why)
    {
        await TrainAsync();
        await Collector.RetireAsync(Objects, retired, 1);
        Assert.That(await RefusalAsync("models/m@1", "reproducible"), Does.Contain($"reproducible is false: {why}"));
    }

    [Test]
    public async Task Promote_Reproduced_WhereTheReproductionWasRetired_IsRefused()
    {
        await TrainAsync();
        await Store.ReproduceAsync("models/m", Options);
        await Collector.RetireAsync(Objects, "runs/reproduce", 1);
        Assert.That(await RefusalAsync("models/m@1", "reproduced"), Does.Contain("reproduced is false: no run"));
    }

    [Test]
    public void Commit_WithAnAliasThatDemandsIt_SaysThatItIsTooEarly()
    {
        Assert.That(async () =>
        {
            await Store.SetPolicyAsync("datasets/d", "production", ["reproducible"]);
            Folder.Add("data/b.csv", "b");
            await Store.CommitAsync("datasets/d", Path.Join(Folder.Path, "data"), new CommitOptions { Alias = "production" });
        }, Throws.TypeOf<ConflictException>().With.Message.Contains("it is only being published"));
    }

    private async Task<string> RefusalAsync(string reference, string condition) =>
        (await Assert.ThrowsAsync<ConflictException>(() => Store.PromoteAsync(reference, "other", [condition])))!.Message;
}
