using NUnit.Framework;
using Versioning.Storage;
using Versioning.Tests.Store;

namespace Versioning.Tests.Faults;

/// <summary>A run, stopped or failed at every request that it makes to the store.</summary>
[TestFixture]
[Parallelizable(ParallelScope.All)]
internal sealed class RunFaultTests
{
    private static readonly Digest Key = Digest.Of("key"u8);

    [Test]
    public async Task Run_FaultAtAnyRequest_PublishesAllOrNothing_AndHindersNoOther([Values(FaultAction.Stop, FaultAction.Throw)] FaultAction action, [Values] FaultPhase phase)
    {
        using var folder = new TempFolder();
        folder.Write("data/a", "a");
        folder.Write("model/m", "weights");
        VersionStoreOptions options = FaultScenario.Options(folder.Of("cache"));
        await using var prepared = new MemoryStore();
        await using (VersionStore store = await VersionStore.CreateAsync(prepared, options))
        {
            await store.CommitAsync("datasets/a", folder.Of("data"));
        }

        int index = 0;
        for (bool reached = true; reached; index++)
        {
            await using MemoryStore objects = await prepared.CopyAsync();
            var fault = new FaultPoint(index, phase, action);
            bool succeeded = await TrainAsync(fault.Over(objects), FaultScenario.Options(folder.Of($"cache{index}")), folder);
            reached = fault.Reached;
            await using (VersionStore here = await VersionStore.OpenAsync(new PassingStore(objects), FaultScenario.Options(folder.Of($"cache{index}"))))
            {
                Assert.That(await here.ListOpenRunsAsync().Select(run => run.IsAlive).ToListAsync(), Has.None.Null, $"{fault}: its own machine can tell");
            }

            await using VersionStore store = await VersionStore.OpenAsync(objects, FaultScenario.Options(folder.Of($"other{index}")));
            ArtifactVersion[] runs = await store.ListRunsAsync().ToArrayAsync();
            bool published = runs.Any(run => run.Run!.Outcome == RunOutcome.Succeeded);
            Assert.That(published || !succeeded, Is.True, $"{fault}: what was told to be published is");
            Assert.That((await store.ListArtifactsAsync().ToListAsync()).Select(a => a.Name), Is.EquivalentTo(published ? ["datasets/a", "models/m", "reports/r"] : new[] { "datasets/a" }), $"{fault}");

            // Whatever it left open is found, and given up by whoever comes next.
            string? open = (await store.ListOpenRunsAsync().SingleOrDefaultAsync())?.Id;
            await using Run next = await store.StartRunAsync("train", new StartRunOptions { RecordCode = false, Inputs = { "datasets/a" }, Key = Key, TakeOver = open });
            await next.ProduceAsync("models/m", folder.Of("model"));
            ArtifactVersion ended = await next.CompleteAsync();
            Assert.That(ended.Run!.Outputs.Single().Number, Is.EqualTo(1), $"{fault}");
            Assert.That(await store.ListOpenRunsAsync().AnyAsync(), Is.False);
            Assert.That((await store.VerifyAsync()).Damages, Is.Empty, $"{fault}");
        }

        Assert.That(index, Is.GreaterThan(10), "There were requests to disturb.");
    }

    private static async Task<bool> TrainAsync(FaultyStore objects, VersionStoreOptions options, TempFolder folder)
    {
        try
        {
            await using VersionStore store = await VersionStore.OpenAsync(objects, options);
            await using Run run = await store.StartRunAsync("train", new StartRunOptions { RecordCode = false, Inputs = { "datasets/a" }, Key = Key });
            await run.ProduceAsync("models/m", folder.Of("model"));
            await run.ProduceAsync("reports/r", folder.Of("data"));
            await run.CompleteAsync();
            return true;
        }
        catch (Exception e) when (objects.IsStopped || e is StoreUnavailableException { Code: FaultyStore.InjectedCode })
        {
            return false;
        }
    }

    [Test]
    public async Task Start_ManyWithOneKey_ExactlyOneHoldsItAtATime()
    {
        using var folder = new TempFolder();
        await using var objects = new MemoryStore();
        await (await VersionStore.CreateAsync(new PassingStore(objects), folder.Options)).DisposeAsync();
        int holders = 0, most = 0, refused = 0;
        await Parallel.ForEachAsync(Enumerable.Range(0, 8), new ParallelOptions { MaxDegreeOfParallelism = 8 }, async (worker, token) =>
        {
            await using VersionStore store = await VersionStore.OpenAsync(new PassingStore(objects), new VersionStoreOptions { Author = $"w{worker}", CacheDirectory = folder.Of($"c{worker}") }, token);
            for (int done = 0; done < 2;)
            {
                try
                {
                    await using Run run = await store.StartRunAsync("train", new StartRunOptions { RecordCode = false, Key = Key }, token);
                    most = Math.Max(most, Interlocked.Increment(ref holders));
                    await Task.Yield();
                    Interlocked.Decrement(ref holders);
                    await run.CompleteAsync(token);
                    done++;
                }
                catch (ConflictException e) when (e.Code == "run_claimed")
                {
                    Interlocked.Increment(ref refused);
                }
            }
        });

        Assert.That(most, Is.EqualTo(1));
        await using VersionStore end = await VersionStore.OpenAsync(objects, folder.Options);
        Assert.That(await end.ListRunsAsync("train").CountAsync(), Is.EqualTo(16));
        Assert.That((await end.VerifyAsync()).Damages, Is.Empty);
    }
}
