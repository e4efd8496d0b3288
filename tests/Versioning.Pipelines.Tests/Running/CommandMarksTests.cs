using System.Diagnostics;
using Versioning.Pipelines.Executing;

namespace Versioning.Pipelines.Tests.Running;

/// <summary>What was started by who was killed goes on, and is known in its workspace.</summary>
[TestFixture]
[Parallelizable(ParallelScope.All)]
[Platform("Linux", Reason = "Elsewhere nothing tells whose a process is.")]
internal sealed class CommandMarksTests
{
    [Test]
    public async Task Run_WhileItsCommandRuns_HasItsMarkNotedAndNotAfterwards()
    {
        await using PipelineFolder here = await PipelineFolder.MakeAsync();
        here.Declare("""{ "make": { "shell": "ls ../cache/stages/*.commands > made && echo \"$VERS_COMMAND\" >> made", "outputs": { "datasets/made": { "file": "made" } } } }""");
        Assert.That(PipelineFolder.Told(await here.RunAsync()), Is.EqualTo("make:Ran"));
        string[] lines = here.Read("made").Split('\n');
        Assert.That(lines[1], Does.EndWith(lines[0]).And.Length.GreaterThanOrEqualTo(32));
        Assert.That(Noted(here), Is.Empty);
        Assert.That(Directory.Exists(Marks(here)), Is.True);
    }

    [Test]
    public async Task Run_WhereWhatAnEarlierOneStartedGoesOn_IsRefusedUntilThatHasEnded()
    {
        await using PipelineFolder here = await PipelineFolder.MakeAsync();
        here.Declare("""{ "make": { "shell": "echo x > made", "outputs": { "datasets/made": { "file": "made" } } } }""");
        await here.RunAsync();
        here.Declare("""{ "make": { "shell": "echo y > made", "outputs": { "datasets/made": { "file": "made" } } } }""");
        string mark = Guid.NewGuid().ToString("N");
        File.WriteAllText(Path.Combine(Marks(here), mark), "");
        File.WriteAllText(Path.Combine(Marks(here), Guid.NewGuid().ToString("N")), "");
        var start = new ProcessStartInfo("sleep", ["1000"]);
        start.Environment["VERS_COMMAND"] = $"outer {mark}";
        using Process left = Process.Start(start)!;
        try
        {
            ConflictException refused = (await Assert.CatchAsync<ConflictException>(() => here.RunAsync()))!;
            using (Assert.EnterMultipleScope())
            {
                Assert.That((refused.Code, refused.Hint), Is.EqualTo(("command_still_running", $"Wait for it, or end it with 'kill {left.Id}'.")));
                Assert.That(refused.Message, Does.Contain($"'{here.Root}'").And.Contain($"process {left.Id}."));
                Assert.That(Noted(here), Is.EqualTo([mark]), "The other has ended.");
                Assert.That(PipelineFolder.Told(await here.CheckAsync()), Is.EqualTo("make:DefinitionChanged"), "That writes nothing.");
                Assert.That(await new PipelineWatch(here.Store, here.Options([])).LookAsync(() => Pipeline.Open(here.Root), CancellationToken.None), Is.Null, "A watch waits for it.");
            }
        }
        finally
        {
            left.Kill();
            await left.WaitForExitAsync();
        }

        Assert.That(PipelineFolder.Told(await here.RunAsync()), Is.EqualTo("make:Ran"));
        Assert.That(Noted(here), Is.Empty);
    }

    private static string Marks(PipelineFolder here) => Directory.GetDirectories(Path.Combine(here.Store.Settings.CacheDirectory!, "stages"), "*.commands").Single();

    private static IEnumerable<string> Noted(PipelineFolder here) => Directory.GetFiles(Marks(here)).Select(file => Path.GetFileName(file)!);
}
