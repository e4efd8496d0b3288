using NUnit.Framework;
using Versioning.Storage;

namespace Versioning.Tests.Faults;

/// <summary>A fetch that is stopped or fails at every request to the store and at every step on the disk.</summary>
[TestFixture]
[Parallelizable(ParallelScope.All)]
internal sealed class FetchFaultTests
{
    [Test]
    public async Task Fetch_FaultAtAnyRequest_LeavesNothingHalf_AndCanBeRepeated(
        [Values] bool over, [Values(FaultAction.Stop, FaultAction.Throw)] FaultAction action, [Values] FaultPhase phase)
    {
        await using FetchScenario scenario = await FetchScenario.CreateAsync(over);
        int index = 0;
        for (bool reached = true; reached; index++)
        {
            string target = await scenario.TargetAsync($"target{index}");
            var fault = new FaultPoint(index, phase, action);
            try
            {
                await scenario.FetchAsync(fault.Over(scenario.Objects), target);
            }
            catch (StoreUnavailableException e) when (action == FaultAction.Throw && e.Code == FaultyStore.InjectedCode)
            {
            }
            catch (StoppedException)
            {
            }

            reached = fault.Reached;
            await CheckAsync(scenario, target, $"after {fault}", mayLeave: action == FaultAction.Stop);
        }

        Assert.That(index, Is.GreaterThan(6), "There were requests to disturb.");
    }

    [Test]
    [Platform("Linux")]
    public async Task Fetch_StoppedAtAnyStepOnTheDisk_LeavesNothingHalf_AndCanBeRepeated([Values] bool over)
    {
        await using FetchScenario scenario = await FetchScenario.CreateAsync(over);
        await EachStepAsync(scenario, stops: true);
    }

    [Test]
    [Platform("Linux")]
    public async Task Fetch_DiskFullAtAnyStep_FailsCleanly_AndCanBeRepeated([Values] bool over)
    {
        await using FetchScenario scenario = await FetchScenario.CreateAsync(over);
        await EachStepAsync(scenario, stops: false);
    }

    private static async Task EachStepAsync(FetchScenario scenario, bool stops)
    {
        var seen = new HashSet<DiskStep>();
        int index = 0;
        for (bool reached = true; reached; index++)
        {
            string target = await scenario.TargetAsync($"target{index}");
            DiskFault fault = new(index, stops);
            try
            {
                await fault.RunAsync(() => scenario.FetchAsync(scenario.Objects, target));
                Assert.That(fault.Reached && stops, Is.False, "A dead process can't succeed.");
            }
            catch (StoppedException)
            {
                // Locks of a dead process are gone; here they are when their handles are.
                GC.Collect();
                GC.WaitForPendingFinalizers();
            }
            catch (VersioningException e) when (e.Code == "disk_full")
            {
                Assert.That((e.InnerException?.Message, e.Message.Contains($"'{target}'", StringComparison.Ordinal)), Is.EqualTo((DiskFault.Message, true)), $"{fault}: {e.Message}");
            }
            catch (IOException e) when (e.Message == DiskFault.Message && fault.At == DiskStep.Remove)
            {
            }

            reached = fault.Reached;
            seen.UnionWith(fault.At is { } at ? [at] : []);
            await CheckAsync(scenario, target, $"after {fault}", mayLeave: stops || fault.At == DiskStep.Remove);
        }

        Assert.That(seen, Is.SupersetOf(new[] { DiskStep.MakeDirectory, DiskStep.CreateFile, DiskStep.Rename, DiskStep.MakeSymbolicLink, DiskStep.Remove }));
    }

    private static async Task CheckAsync(FetchScenario scenario, string target, string when, bool mayLeave)
    {
        scenario.AssertNothingHalf(target, when);
        Assert.That(mayLeave || !FetchScenario.HasLeftover(target), Is.True, $"leftovers {when}");
        await scenario.FetchAsync(scenario.Objects, target);
        scenario.AssertFetched(target, $"{when}, and then repeated");
        Directory.Delete(target, recursive: true);
    }
}
