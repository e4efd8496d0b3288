using System.Diagnostics;
using Versioning.Benchmarks.Workloads;
using Versioning.Journal;
using Versioning.Storage;

namespace Versioning.Benchmarks;

/// <summary>Lineage in a store with 100,000 versions: what both directions and the search for a file cost a process that begins.</summary>
internal static class LineageVerb
{
    public const string Usage = "lineage --work DIR [--versions 100000]";

    public static async Task<int> RunAsync(Arguments arguments)
    {
        string work = Directory.CreateDirectory(Path.GetFullPath(arguments.Required("--work"))).FullName;
        int versions = arguments.Number("--versions", 100_000);
        string run = Path.Combine(work, FormattableString.Invariant($"lineage-{Environment.ProcessId}"));
        string repository = Path.Combine(run, "repo");
        try
        {
            await (await VersionStore.CreateAsync(repository)).DisposeAsync();
            long last;
            await using (ObjectStore objects = StoreLocation.Open(repository))
            {
                LineageStore store = new(objects, versions);
                Stopwatch clock = Stopwatch.StartNew();
                await store.WriteAsync();
                Console.WriteLine(FormattableString.Invariant($"{store.State.Artifacts.Sum(a => a.Value.Versions.Count)} versions in {store.State.Sequence} entries, made in {clock.Elapsed.TotalSeconds:0.0} s"));
                Compare(store.State);
                last = store.State.Find(LineageStore.Model(0))!.Versions.Count;
            }

            string model = FormattableString.Invariant($"{LineageStore.Model(0)}@{last}"), data = LineageStore.Data(0) + "@1";
            Digest file = LineageStore.FileOf(versions / 6);

            // Twice: the first time also compiles what is measured.
            for (int round = 1; round <= 2; round++)
            {
                Console.WriteLine(FormattableString.Invariant($"round {round}: what, seconds, nodes, reads, MB allocated"));
                await MeasureAsync("open and resolve", async store => { await store.ResolveAsync(model); return null; });
                await MeasureAsync("up, 2 steps", async store => await store.LineageAsync(model, depth: 2));
                await MeasureAsync("up", async store => await store.LineageAsync(model));
                await MeasureAsync("down, 2 steps", async store => await store.LineageAsync(data, LineageDirection.Down, depth: 2));
                await MeasureAsync("down", async store => await store.LineageAsync(data, LineageDirection.Down));
                await MeasureAsync("file of one artifact, 2 steps", async store => await store.LineageOfFileAsync(file, LineageStore.Data(versions / 6 % LineageStore.Series), depth: 2));
                await MeasureAsync("file, 2 steps", async store => await store.LineageOfFileAsync(file, depth: 2));
            }

            await UnlinkAsync(repository);
            await MeasureAsync("down, 2 steps, checkpoint of an earlier version", async store => await store.LineageAsync(data, LineageDirection.Down, depth: 2));
            return 0;
        }
        finally
        {
            Directory.Delete(run, recursive: true);
        }

        async Task MeasureAsync(string what, Func<VersionStore, Task<Lineage?>> ask)
        {
            CountingStore counting = new(StoreLocation.Open(repository));
            long allocated = GC.GetTotalAllocatedBytes();
            Stopwatch clock = Stopwatch.StartNew();
            Lineage? lineage;
            await using (VersionStore store = await VersionStore.OpenAsync(counting))
            {
                lineage = await ask(store);
            }

            double megabytes = (GC.GetTotalAllocatedBytes() - allocated) / 1e6;
            Console.WriteLine(FormattableString.Invariant($"{what}\t{clock.Elapsed.TotalSeconds:0.000}\t{lineage?.Nodes.Count}\t{counting.Reads}\t{megabytes:0}\t{(lineage?.SearchedVersions > 0 ? $"{lineage.SearchedVersions} searched" : "")}"));
        }
    }

    /// <summary>What the links add to a checkpoint and to a state in memory.</summary>
    private static void Compare(StoreState state)
    {
        ReadOnlyMemory<byte> linked = Checkpoint.Encode(state), plain = Checkpoint.Encode(state with { IsLinked = false });
        long without = Held(plain), with = Held(linked);
        Console.WriteLine(FormattableString.Invariant($"checkpoint {linked.Length} bytes, {linked.Length - plain.Length} of them links; a state holds {with} bytes, {with - without} of them links"));

        static long Held(ReadOnlyMemory<byte> checkpoint)
        {
            long before = GC.GetTotalMemory(forceFullCollection: true);
            StoreState decoded = Checkpoint.Decode(checkpoint, "A checkpoint");
            long held = GC.GetTotalMemory(forceFullCollection: true) - before;
            GC.KeepAlive(decoded);
            return held;
        }
    }

    /// <summary>Puts a checkpoint in place that does not tell what versions were made from.</summary>
    private static async Task UnlinkAsync(string repository)
    {
        await using ObjectStore objects = StoreLocation.Open(repository);
        ObjectInfo info = await objects.ListAsync(StoreKeys.Checkpoints).SingleAsync();
        StoreState state = Checkpoint.Decode((await objects.ReadAllAsync(info.Key, Checkpoint.MaxLength, default))!.Value, "A checkpoint");
        await objects.DeleteAsync(info.Key);
        await objects.CreateAsync(info.Key, Checkpoint.Encode(state with { IsLinked = false }));
    }
}
