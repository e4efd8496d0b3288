using Versioning.Storage;
using Versioning.Tests.Faults;

namespace Versioning.Pipelines.Tests.Executing;

/// <summary>A stage whose store is lost for good, at one request or another.</summary>
[TestFixture]
[Parallelizable(ParallelScope.All)]
[Platform(Exclude = "Win", Reason = "The stage is a shell script.")]
internal sealed class StageFaultTests
{
    // A fair sample: other requests in the one phase than in the other.
    private const int Step = 5;

    [Test]
    public async Task Run_WhoseStoreIsLostAtAnyRequest_PublishesAllOrNothing_AndHindersNoOther([Values] FaultPhase phase)
    {
        int request = (int)phase, lost = 0, published = 0;
        for (bool reached = true; reached; request += Step)
        {
            await using PipelineFolder here = await PipelineFolder.MakeAsync();
            await here.CommitAsync("datasets/raw", "data");
            here.Declare("""{ "make": { "shell": "cat ${input:datasets/raw}/a.txt > made", "inputs": ["datasets/raw"], "outputs": { "datasets/made": { "file": "made" } } } }""");
            await using PipelineFolder there = await here.ElsewhereAsync("versions.json");
            reached = await RunAndLoseAsync(here, request, phase);

            OpenRunInfo? open = await here.Store.ListOpenRunsAsync().SingleOrDefaultAsync();
            bool isPublished = await here.Store.ListRunsAsync().AnyAsync();
            Assert.That((open?.IsAlive ?? false, open is not null && isPublished), Is.EqualTo((false, false)), $"request {request}");
            Assert.That(await here.Store.ListArtifactsAsync().AnyAsync(artifact => artifact.Name == "datasets/made"), Is.EqualTo(isPublished), $"request {request}: outputs come with their run");
            (lost, published) = (lost + (open is null ? 0 : 1), published + (isPublished ? 1 : 0));

            // The other machine can't know that the run is lost and has to be told; each comes first in its turn.
            PipelineFolder[] order = request % 2 == 0 ? [here, there] : [there, here];
            for (int turn = 0; turn < 2; turn++)
            {
                PipelineFolder at = order[turn];
                StageResult result = (await Pipeline.Open(at.Root).RunAsync(at.Store, new PipelineOptions { TakeOver = at == there })).Single();
                Assert.That((result.IsGood, result.Outcome == StageOutcome.Ran), Is.EqualTo((true, turn == 0 && !isPublished)), $"request {request}, turn {turn}: {result.Error?.Message}");
                Assert.That(at.Read("made"), Is.EqualTo("data"), $"request {request}, turn {turn}");
            }

            Assert.That((await here.Store.ResolveAsync("datasets/made")).Number, Is.EqualTo(1), $"request {request}");
            Assert.That(await here.Store.ListOpenRunsAsync().AnyAsync(), Is.False, $"request {request}");
            Assert.That((await here.Store.VerifyAsync()).Damages, Is.Empty, $"request {request}");
        }

        Assert.That((request > 4 * Step, lost > 1, published > 0), Is.EqualTo((true, true, true)), "There were requests to disturb, before, within and after the run.");
    }

    /// <returns>Whether there were that many requests.</returns>
    private static async Task<bool> RunAndLoseAsync(PipelineFolder here, int request, FaultPhase phase)
    {
        int seen = 0;
        bool isArmed = false;
        var objects = new FaultyStore(new LocalDiskStore(here.Store.Location), (_, _, at) => IsLost(at) ? FaultAction.Throw : FaultAction.None);
        await using VersionStore store = await VersionStore.OpenAsync(objects, here.Store.Settings);
        isArmed = true;
        StageResult result = (await Pipeline.Open(here.Root).RunAsync(store, new PipelineOptions())).Single();
        Assert.That(result.IsGood || (seen > request && result.Error is StoreUnavailableException { Code: FaultyStore.InjectedCode }), Is.True, $"request {request}: {result.Error?.Message}");
        return seen > request;

        bool IsLost(FaultPhase at) => isArmed && (at == phase ? Interlocked.Increment(ref seen) : Volatile.Read(ref seen)) > request;
    }
}
