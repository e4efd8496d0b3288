using NUnit.Framework;
using Versioning.Storage;
using Versioning.Tests.Store;

namespace Versioning.Tests.Faults;

/// <summary>Every command, stopped or failed at every request that it makes to the store, before and after the request.</summary>
[TestFixture]
[Parallelizable(ParallelScope.All)]
internal sealed class StoreFaultTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    [Test]
    public async Task Command_FaultAtAnyRequest_LeavesAllOrNothing_AndCanBeRepeated(
        [ValueSource(typeof(FaultScenario), nameof(FaultScenario.All))] FaultScenario scenario,
        [Values(FaultAction.Stop, FaultAction.Throw)] FaultAction action,
        [Values] FaultPhase phase)
    {
        using var folder = new TempFolder();
        FaultScenario.WriteSources(folder);
        VersionStoreOptions options = FaultScenario.Options(folder.Of("cache"));
        await using var prepared = new MemoryStore();
        await scenario.Before(new ScenarioRun(prepared, folder, options));
        string before = await StoreSnapshot.OfAsync(prepared, options);
        await using MemoryStore undisturbed = await prepared.CopyAsync();
        var counter = new FaultPoint(int.MaxValue, phase, FaultAction.None);
        await scenario.Command(new ScenarioRun(counter.Over(undisturbed), folder, options));
        string after = await StoreSnapshot.OfAsync(undisturbed, options);
        Assert.That(after, Is.Not.EqualTo(before));

        int index = 0;
        for (bool reached = true; reached; index++)
        {
            // Reading one old entry after another is the same request each time.
            index = index == 6 ? Math.Max(index, counter.Seen - 40) : index;
            await using MemoryStore objects = await prepared.CopyAsync();
            VersionStoreOptions own = FaultScenario.Options(folder.Of($"cache{index}"));
            var fault = new FaultPoint(index, phase, action);
            bool succeeded = await RunAsync(scenario, new ScenarioRun(fault.Over(objects), folder, own), action);
            reached = fault.Reached;

            string now = await StoreSnapshot.OfAsync(objects, own);
            Assert.That(now, succeeded ? Is.EqualTo(after) : Is.EqualTo(before).Or.EqualTo(after), $"{fault}");
            await scenario.Command(new ScenarioRun(objects, folder, own)).WaitAsync(Patience);
            Assert.That(await StoreSnapshot.OfAsync(objects, own), Is.EqualTo(after), $"{fault}, and then repeated");
        }

        Assert.That(index, Is.GreaterThan(2), "There were requests to disturb.");
    }

    /// <returns>Whether the command says that it succeeded.</returns>
    private static async Task<bool> RunAsync(FaultScenario scenario, ScenarioRun run, FaultAction action)
    {
        var store = (FaultyStore)run.Objects;
        try
        {
            await scenario.Command(run).WaitAsync(Patience);
            Assert.That(store.IsStopped, Is.False, "A dead process can't succeed.");
            return true;
        }
        catch (StoreUnavailableException e) when (action == FaultAction.Throw)
        {
            Assert.That((e.Code, e.IsTransient), Is.EqualTo((FaultyStore.InjectedCode, true)));
            return false;
        }
        catch (Exception e) when (action == FaultAction.Stop && e is not (AssertionException or TimeoutException))
        {
            Assert.That(store.IsStopped, Is.True, e.ToString());
            return false;
        }
    }
}
