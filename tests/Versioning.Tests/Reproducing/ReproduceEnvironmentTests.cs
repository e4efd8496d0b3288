using NUnit.Framework;

namespace Versioning.Tests.Reproducing;

/// <summary>What surrounded a run, compared with what surrounds it now.</summary>
[TestFixture]
[NonParallelizable]
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed class ReproduceEnvironmentTests : ReproduceFixture
{
    [Test]
    public async Task Reproduce_EnvironmentDiffers_IsSaidAndCanBeRefused()
    {
        string name = "VERS_TEST_" + Guid.NewGuid().ToString("N");
        Environment.SetEnvironmentVariable(name, "1");
        await TrainAsync(variables: [name]);
        Environment.SetEnvironmentVariable(name, "2");
        ReproductionReport report = await Store.ReproduceAsync("models/m", new ReproduceOptions { Repository = Code, Record = false });
        Assert.That(report.Environment, Is.EqualTo([new ReproducedFact("env:" + name, "1", "2")]));
        Assert.That(report.Verdict, Is.EqualTo(ReproductionVerdict.Identical));
        Assert.That(
            () => Store.ReproduceAsync("models/m", new ReproduceOptions { Repository = Code, SameEnvironment = true }),
            Throws.TypeOf<ConflictException>().With.Property("Code").EqualTo("environment_differs").And.Message.Contains(name));
        Assert.That(await Store.ListRunsAsync("reproduce").AnyAsync(), Is.False);
        Environment.SetEnvironmentVariable(name, null);
    }

    [Test]
    public async Task Reproduce_GitIsToldOfAnotherRepository_IsRefused()
    {
        await TrainAsync();
        Environment.SetEnvironmentVariable("GIT_DIR", Path.Join(Code, ".git"));
        try
        {
            Assert.That(() => Store.ReproduceAsync("models/m", Options), Throws.TypeOf<ConflictException>().With.Property("Code").EqualTo("git_elsewhere").And.Message.Contains("GIT_DIR"));
        }
        finally
        {
            Environment.SetEnvironmentVariable("GIT_DIR", null);
        }
    }

    [Test]
    public async Task Reproduce_UserHasAFilter_DoesNotRunIt()
    {
        string ran = Path.Join(Folder.Path, "ran"), global = Path.Join(Folder.Path, "gitconfig");
        Folder.Add("code/.gitattributes", "*.txt filter=own\n");
        Folder.Add("code/extra.txt", "x\n");
        Commit();
        await TrainAsync();
        File.WriteAllText(global, $"[filter \"own\"]\n\tsmudge = touch {ran} && cat\n\tclean = touch {ran} && cat\n\trequired = true\n");
        Environment.SetEnvironmentVariable("GIT_CONFIG_GLOBAL", global);
        try
        {
            ReproductionReport report = await Store.ReproduceAsync("models/m", new ReproduceOptions { Repository = Code, Record = false });
            Assert.That(report.Verdict, Is.EqualTo(ReproductionVerdict.Identical), report.ToString());
            Assert.That(File.Exists(ran), Is.False);
        }
        finally
        {
            Environment.SetEnvironmentVariable("GIT_CONFIG_GLOBAL", null);
        }
    }
}
