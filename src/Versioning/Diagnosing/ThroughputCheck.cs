using System.Globalization;
using Versioning.Storage;

namespace Versioning.Diagnosing;

/// <summary>How fast one large object and many small ones go up and down: a hint, no benchmark.</summary>
internal sealed class ThroughputCheck(ProbeObjects probes, TimeProvider time)
{
    private const int Large = 8 * 1024 * 1024, Small = 16 * 1024, SmallCount = 32;
    private const double SlowBytesPerSecond = 1_000_000;

    internal async Task<Finding> RunAsync(CancellationToken cancellationToken)
    {
        byte[] content = ProbeObjects.RandomBytes(Large);
        ObjectKey key = probes.NewKey();
        ObjectKey[] keys = [.. Enumerable.Range(0, SmallCount).Select(_ => probes.NewKey())];
        bool same = true;
        double up = await SecondsAsync(() => CreateAsync(key, content)).ConfigureAwait(false);
        double down = await SecondsAsync(() => CompareAsync(key, content)).ConfigureAwait(false);
        double manyUp = await SecondsAsync(() => Task.WhenAll(keys.Select((k, i) => Task.Run(() => CreateAsync(k, Part(i)), cancellationToken)))).ConfigureAwait(false);
        double manyDown = await SecondsAsync(() => Task.WhenAll(keys.Select((k, i) => Task.Run(() => CompareAsync(k, Part(i)), cancellationToken)))).ConfigureAwait(false);
        if (!same)
        {
            return new Finding("throughput", FindingStatus.Failed, "What was written reads as something else.", "Look for a proxy that changes bytes, or for failing hardware.");
        }

        string found = string.Create(CultureInfo.InvariantCulture, $"An object of 8 MiB: {Large / up / 1e6:0.0} MB/s up, {Large / down / 1e6:0.0} MB/s down; {SmallCount} of 16 KiB side by side: {SmallCount / manyUp:0} per second up, {SmallCount / manyDown:0} down.");
        return Large / Math.Max(up, down) < SlowBytesPerSecond
            ? new Finding("throughput", FindingStatus.Warning, found, "Work nearer to the store, or keep a mirror near to you with 'vers mirror'.")
            : new Finding("throughput", FindingStatus.Fine, found);

        ReadOnlyMemory<byte> Part(int index) => content.AsMemory(index * Small, Small);

        async Task CreateAsync(ObjectKey at, ReadOnlyMemory<byte> bytes) => await probes.CreateAsync(at, bytes, cancellationToken).ConfigureAwait(false);

        async Task CompareAsync(ObjectKey at, ReadOnlyMemory<byte> bytes)
        {
            if (!await probes.HoldsAsync(at, bytes, cancellationToken).ConfigureAwait(false))
            {
                same = false;
            }
        }
    }

    private async Task<double> SecondsAsync(Func<Task> work)
    {
        long started = time.GetTimestamp();
        await work().ConfigureAwait(false);
        return Math.Max(time.GetElapsedTime(started).TotalSeconds, 1e-6);
    }
}
