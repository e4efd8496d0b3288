namespace Versioning.Pipelines.Tests;

/// <summary>Programs that are no stages.</summary>
[TestFixture]
[Parallelizable(ParallelScope.All)]
[Platform(Exclude = "Win", Reason = "The programs are shell scripts.")]
internal sealed class CommandRunsTests
{
    [Test]
    public async Task RunCommand_MetricsOfAnEarlierRun_AreNotTakenForItsOwn()
    {
        await using PipelineFolder here = await PipelineFolder.MakeAsync();
        here.Write("metrics.json", """{ "auc": 0.9 }""");
        Assert.That(() => RunAsync("true"), Throws.TypeOf<NotFoundException>().With.Property("Code").EqualTo("metrics_not_found").And.Message.Contains("not its own"));
        ArtifactVersion written = await RunAsync("echo '{ \"auc\": 0.9 }' > metrics.json");
        Assert.That((written.Number, written.Metrics["auc"]), Is.EqualTo((2, 0.9)), "The first has failed.");

        Task<ArtifactVersion> RunAsync(string script) => here.Store.RunCommandAsync("train", new RunCommandOptions
        {
            Start = new StartRunOptions { Command = ["sh", "-c", script], RecordCode = false },
            WorkingDirectory = here.Root,
            Metrics = "metrics.json",
        });
    }
}
