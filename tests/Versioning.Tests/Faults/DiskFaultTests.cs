using NUnit.Framework;
using Versioning.Storage;
using Versioning.Tests.Storage;
using Versioning.Tests.Store;

namespace Versioning.Tests.Faults;

/// <summary>Every command on a store on disk, stopped or out of space at every step on the disk: those of the store and of the file cache.</summary>
[TestFixture]
[Platform("Linux")]
[Parallelizable(ParallelScope.All)]
internal sealed class DiskFaultTests
{
    [Test]
    public async Task Command_FaultAtAnyStepOnTheDisk_LeavesAllOrNothing_AndCanBeRepeated(
        [ValueSource(typeof(FaultScenario), nameof(FaultScenario.All))] FaultScenario scenario, [Values] bool stops)
    {
        using var folder = new TempFolder();
        FaultScenario.WriteSources(folder);
        VersionStoreOptions options = FaultScenario.Options(folder.Of("cache"));
        await using var prepared = new MemoryStore();
        await scenario.Before(new ScenarioRun(prepared, folder, options));
        string before = await StoreSnapshot.OfAsync(prepared, options);
        await using MemoryStore undisturbed = await prepared.CopyAsync();
        await scenario.Command(new ScenarioRun(undisturbed, folder, options));
        string after = await StoreSnapshot.OfAsync(undisturbed, options);

        var seen = new HashSet<DiskStep>();
        for (int index = 0; ; index++)
        {
            using TemporaryDirectory directory = TemporaryDirectory.Fast();
            string place = Path.Join(directory.Path, "store");
            await CopyAsync(prepared, place);
            VersionStoreOptions own = FaultScenario.Options(folder.Of($"cache{index}"));
            var fault = new DiskFault(index, stops);
            bool succeeded = await RunAsync(fault, () => scenario.Command(new ScenarioRun(new LocalDiskStore(place), folder, own)));
            if (!fault.Reached)
            {
                break;
            }

            seen.Add(fault.At!.Value);
            string now = await StoreSnapshot.OfAsync(new LocalDiskStore(place), own);
            Assert.That(now, succeeded ? Is.EqualTo(after) : Is.EqualTo(before).Or.EqualTo(after), $"{fault}");
            await scenario.Command(new ScenarioRun(new LocalDiskStore(place), folder, own));
            Assert.That(await StoreSnapshot.OfAsync(new LocalDiskStore(place), own), Is.EqualTo(after), $"{fault}, and then repeated");
        }

        Assert.That(seen, Is.SupersetOf(new[] { DiskStep.CreateFile, DiskStep.Write, DiskStep.Flush, DiskStep.Link, DiskStep.Remove, DiskStep.FlushDirectory }));
    }

    [Test]
    public async Task Create_Steps_AreInTheOrderThatSurvivesAPowerFailure()
    {
        using TemporaryDirectory directory = TemporaryDirectory.Fast();
        await using var store = new LocalDiskStore(directory.Path);
        await store.CreateAsync(new("a/first"), new byte[1]);
        var steps = new List<DiskStep>();
        DiskSteps.Listener = steps.Add;
        await store.CreateAsync(new("a/k"), new byte[1]);
        DiskSteps.Listener = null;
        Assert.That(steps, Is.EqualTo(new[] { DiskStep.CreateFile, DiskStep.Write, DiskStep.Flush, DiskStep.Link, DiskStep.Remove, DiskStep.FlushDirectory }));
    }

    private static async Task<bool> RunAsync(DiskFault fault, Func<Task> command)
    {
        try
        {
            await fault.RunAsync(() => command().WaitAsync(TimeSpan.FromMinutes(1)));
            return true;
        }
        catch (StoreUnavailableException e) when (e.Code == "disk_full")
        {
            return false;
        }
        catch (StoppedException)
        {
            return false;
        }
    }

    private static async Task CopyAsync(MemoryStore from, string to)
    {
        foreach (ObjectKey key in await from.KeysAsync())
        {
            string path = Path.Join(to, key.Value);
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            await File.WriteAllBytesAsync(path, await from.BytesAsync(key));
        }
    }
}
