using System.Collections.Concurrent;
using NUnit.Framework;
using Versioning.Azure;
using Versioning.Storage;
using Versioning.Tests.Faults;
using Versioning.Tests.Store;

namespace Versioning.Tests.Azure;

/// <summary>A commit and a fetch over a connection on which each request in turn meets each fault.</summary>
[TestFixture]
[Parallelizable(ParallelScope.All)]
internal sealed class AzureCommitFaultTests
{
    private const int AtOnce = 6;
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private static readonly FaultScenario Scenario = FaultScenario.All().Single(s => s.ToString() == "second commit that deduplicates");

    // Without another try every fault reaches the store above; with two, those that pass must not.
    [TestCase(AnswerFault.Busy, 0)]
    [TestCase(AnswerFault.BusyButDone, 0)]
    [TestCase(AnswerFault.BusyButDone, 2)]
    [TestCase(AnswerFault.Internal, 2)]
    [TestCase(AnswerFault.Denied, 0)]
    [TestCase(AnswerFault.ResetBefore, 0)]
    [TestCase(AnswerFault.ResetAfter, 0)]
    [TestCase(AnswerFault.ResetAfter, 2)]
    [TestCase(AnswerFault.Truncated, 0)]
    [TestCase(AnswerFault.Truncated, 2)]
    [TestCase(AnswerFault.Stalled, 0)]
    [TestCase(AnswerFault.Stalled, 2)]
    [TestCase(AnswerFault.StalledBody, 0)]
    [TestCase(AnswerFault.StalledBody, 2)]
    [TestCase(AnswerFault.Foreign, 0)]
    [TestCase(AnswerFault.WrongByte, 0)]
    public async Task CommitAndFetch_FaultAtAnyRequest_SucceedOrFailCleanly_AndCanBeRepeated(AnswerFault fault, int retries)
    {
        using var folder = new TempFolder();
        FaultScenario.WriteSources(folder);
        VersionStoreOptions options = FaultScenario.Options(folder.Of("cache"));
        var container = AzureContainer.Create();
        await using var prepared = new MemoryStore();
        await Scenario.Before(new ScenarioRun(prepared, folder, options));
        string before = await StoreSnapshot.OfAsync(prepared, options);
        await using MemoryStore undisturbed = await prepared.CopyAsync();
        await Scenario.Command(new ScenarioRun(undisturbed, folder, options));
        string after = await StoreSnapshot.OfAsync(undisturbed, options);

        var failures = new ConcurrentQueue<string>();
        int requests = await CountAsync();
        await Parallel.ForAsync(0, requests, new ParallelOptions { MaxDegreeOfParallelism = AtOnce }, async (index, cancellationToken) => await TryAsync(index).WaitAsync(Patience, cancellationToken));
        Assert.That(requests, Is.GreaterThan(10), "There were requests to disturb.");
        Assert.That(failures, retries > 0 ? Is.Empty : Is.Not.Empty);

        async Task<int> CountAsync()
        {
            using var wire = new AnswerFaults(_ => AnswerFault.None);
            await using AzureObjectStore objects = await OpenAsync(wire, "undisturbed");
            await RunAsync(new ScenarioRun(objects, folder, FaultScenario.Options(folder.Of("undisturbed"))), folder.Of("fetched"));
            return wire.Count;
        }

        async Task TryAsync(int index)
        {
            using var wire = new AnswerFaults(request => request.Index == index ? fault : AnswerFault.None);
            await using AzureObjectStore objects = await OpenAsync(wire, $"at{index}");
            VersionStoreOptions own = FaultScenario.Options(folder.Of($"cache{index}"));
            string target = folder.Of($"target{index}");
            bool succeeded = false;
            try
            {
                await RunAsync(new ScenarioRun(objects, folder, own), target);
                succeeded = true;
            }
            catch (StoreUnavailableException e)
            {
                failures.Enqueue($"{index}: {e.Message}");
            }
            catch (IntegrityException e) when (fault == AnswerFault.WrongByte)
            {
                failures.Enqueue($"{index}: {e.Message}");
            }

            await using AzureObjectStore plain = container.Open(prefix: $"at{index}");
            string now = await StoreSnapshot.OfAsync(plain, own);
            Assert.That(now, succeeded ? Is.EqualTo(after) : Is.EqualTo(before).Or.EqualTo(after), $"{fault} at {index}");
            if (!succeeded)
            {
                await RunAsync(new ScenarioRun(plain, folder, own), target);
                Assert.That(await StoreSnapshot.OfAsync(plain, own), Is.EqualTo(after), $"{fault} at {index}, and then repeated");
            }

            Assert.That(Files(target), Is.EqualTo(Files(folder.Of("two"))), $"{fault} at {index}, and then fetched");
        }

        async Task<AzureObjectStore> OpenAsync(AnswerFaults wire, string prefix)
        {
            await using AzureObjectStore plain = container.Open(prefix: prefix);
            foreach (ObjectKey key in await prepared.KeysAsync())
            {
                await plain.CreateAsync(key, await prepared.BytesAsync(key));
            }

            bool stalls = fault is AnswerFault.Stalled or AnswerFault.StalledBody;
            return container.Open(container.Options(wire, stalls ? TimeSpan.FromSeconds(1) : null, retries), prefix);
        }
    }

    private static async Task RunAsync(ScenarioRun run, string target)
    {
        await Scenario.Command(run);
        await run.OnStoreAsync(store => store.FetchAsync("datasets/x", target));
    }

    private static string[] Files(string folder) =>
        [.. Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).Select(file => $"{Path.GetRelativePath(folder, file)} {Digest.Of(File.ReadAllBytes(file))}").Order(StringComparer.Ordinal)];
}
