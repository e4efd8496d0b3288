using System.Diagnostics;
using Versioning.Benchmarks.Workloads;
using Versioning.Journal;
using Versioning.Storage;
using Versioning.Verifying;

namespace Versioning.Benchmarks;

/// <summary>The journal of a store with 100,000 entries: how soon it is told, how fast, in how much memory, and what it takes to check it.</summary>
internal static class AuditVerb
{
    public const string Usage = "audit --work DIR [--versions 100000]";

    public static async Task<int> RunAsync(Arguments arguments)
    {
        string work = Directory.CreateDirectory(Path.GetFullPath(arguments.Required("--work"))).FullName;
        string run = Path.Combine(work, FormattableString.Invariant($"audit-{Environment.ProcessId}"));
        string repository = Path.Combine(run, "repo");
        try
        {
            await (await VersionStore.CreateAsync(repository)).DisposeAsync();
            await using (ObjectStore objects = StoreLocation.Open(repository))
            {
                LineageStore store = new(objects, arguments.Number("--versions", 100_000));
                await store.WriteAsync();
                Console.WriteLine(FormattableString.Invariant($"{store.State.Sequence} entries"));
            }

            // Twice: the first time also compiles what is measured.
            for (int round = 1; round <= 2; round++)
            {
                Console.WriteLine(FormattableString.Invariant($"round {round}: what, seconds to the first record, seconds, records, MB allocated, MB held at most"));
                await ListAsync("all", new AuditOptions());
                await ListAsync("newest 10", new AuditOptions { NewestFirst = true, Limit = 10 });
                await ListAsync("one artifact", new AuditOptions { Artifact = LineageStore.Data(0) });
                await ListAsync("one version", new AuditOptions { Reference = LineageStore.Data(0) + "@1" });
                await CheckAsync();
            }

            return 0;
        }
        finally
        {
            Directory.Delete(run, recursive: true);
        }

        async Task ListAsync(string what, AuditOptions options)
        {
            long allocated = GC.GetTotalAllocatedBytes(), held = 0, records = 0;
            Stopwatch clock = Stopwatch.StartNew();
            TimeSpan first = default;
            await using (VersionStore store = await VersionStore.OpenAsync(repository))
            {
                await foreach (AuditRecord _ in store.AuditAsync(options))
                {
                    first = records++ == 0 ? clock.Elapsed : first;
                    held = records % 1000 == 0 ? Math.Max(held, GC.GetTotalMemory(forceFullCollection: false)) : held;
                }
            }

            Tell(what, first, clock.Elapsed, records, allocated, held);
        }

        // The chain and its folding alone: the generated store has manifests and no files.
        async Task CheckAsync()
        {
            long allocated = GC.GetTotalAllocatedBytes();
            Stopwatch clock = Stopwatch.StartNew();
            var damages = new DamageList();
            await using (ObjectStore objects = StoreLocation.Open(repository))
            {
                using var journal = new JournalLog(objects, TimeProvider.System, trustsCheckpoints: false);
                StoreState state = await journal.FoldAsync(default);
                await new JournalCheck(objects, journal, damages, new JournalWitnesses(new VerifyJournalOptions(), null, damages)).RunAsync(state, default);
            }

            Tell("check of the chain", default, clock.Elapsed, damages.ToArray().Length, allocated, GC.GetTotalMemory(forceFullCollection: false));
        }
    }

    private static void Tell(string what, TimeSpan first, TimeSpan all, long records, long allocated, long held) => Console.WriteLine(
        FormattableString.Invariant($"{what}\t{first.TotalSeconds:0.000}\t{all.TotalSeconds:0.000}\t{records}\t{(GC.GetTotalAllocatedBytes() - allocated) / 1e6:0}\t{held / 1e6:0}"));
}
