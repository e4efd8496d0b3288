using Versioning.Pipelines.Executing;
using Versioning.Storage;
using Versioning.Tests.Faults;

namespace Versioning.Pipelines.Tests.Executing;

/// <summary>A watch outlives what is wrong for a moment, and nothing else.</summary>
[TestFixture]
[Parallelizable(ParallelScope.All)]
[Platform(Exclude = "Win", Reason = "The stages are shell scripts.")]
internal sealed class PipelineWatchTests
{
    [Test]
    public async Task Look_WhereSomethingIsWrong_ForgivesItOnceBetweenSoundOnes()
    {
        await using PipelineFolder here = await PipelineFolder.MakeAsync();
        here.Declare("""{ "make": { "shell": "echo x > made", "files": ["code"], "outputs": { "datasets/made": { "file": "made" } } } }""");
        var watch = new PipelineWatch(here.Store, here.Options([]));
        Assert.That(Look, Throws.TypeOf<NotFoundException>(), "It never was right.");

        here.Write("code", "1");
        Assert.That(await Look(), Has.Count.EqualTo(1));
        for (int i = 0; i < 2; i++)
        {
            File.Delete(here.At("code"));
            Assert.That(await Look(), Is.Null, "It is being saved.");
            here.Write("code", "1");
            Assert.That(await Look(), Is.Null, "It is as it was.");
        }

        here.Write("versions.json", "{ half");
        Assert.That(await Look(), Is.Null);
        Assert.That(Look, Throws.InstanceOf<VersioningException>());

        Task<IReadOnlyList<StageResult>?> Look() => watch.LookAsync(() => Pipeline.Open(here.Root), CancellationToken.None);
    }

    [Test]
    public async Task Look_AfterTheStoreFailedARun_RunsItAgain_AndNotWhatFailedByItself()
    {
        await using PipelineFolder here = await PipelineFolder.MakeAsync();
        here.Write("make.sh", "[ -e tried ] || touch lost tried; echo x > made");
        here.Declare("""{ "make": { "command": ["sh", "make.sh"], "files": ["make.sh"], "outputs": { "datasets/made": { "file": "made" } } } }""");
        var objects = new FaultyStore(new LocalDiskStore(here.Store.Location), (_, _, _) => File.Exists(here.At("lost")) ? FaultAction.Throw : FaultAction.None);
        await using VersionStore store = await VersionStore.OpenAsync(objects, here.Store.Settings);
        var watch = new PipelineWatch(store, here.Options([]));
        Assert.That((await Look())?.Single().Error, Is.TypeOf<StoreUnavailableException>());
        Assert.That(await Look(), Is.Null, "It is not there yet.");
        File.Delete(here.At("lost"));
        Assert.That(PipelineFolder.Told(await Look() ?? []), Is.EqualTo("make:Ran"));

        here.Write("make.sh", "exit 1");
        Assert.That(PipelineFolder.Told(await Look() ?? []), Is.EqualTo("make:Failed"));
        Assert.That(await Look(), Is.Null);

        Task<IReadOnlyList<StageResult>?> Look() => watch.LookAsync(() => Pipeline.Open(here.Root), CancellationToken.None);
    }

    [Test]
    public async Task Look_WhereSomebodyElseHeldTheKey_RunsItWhenTheyHaveFailed()
    {
        await using PipelineFolder here = await PipelineFolder.MakeAsync();
        here.Declare("""{ "make": { "shell": "echo x > made", "outputs": { "datasets/made": { "file": "made" } } } }""");
        Digest key = (await here.CheckAsync()).Single().Key!.Value;
        await using Run holder = await here.Store.StartRunAsync("make", new StartRunOptions { Key = key, RecordCode = false });
        var watch = new PipelineWatch(here.Store, here.Options([], wait: false));
        Assert.That(((await Look())?.Single().Error as ConflictException)?.Code, Is.EqualTo("run_claimed"));
        await holder.FailAsync();
        Assert.That(PipelineFolder.Told(await Look() ?? []), Is.EqualTo("make:Ran"));

        Task<IReadOnlyList<StageResult>?> Look() => watch.LookAsync(() => Pipeline.Open(here.Root), CancellationToken.None);
    }
}
