using Versioning.Storage;

namespace Versioning.Diagnosing;

/// <summary>Whether of racing creates of one key exactly one wins, which is all that keeps versions from being lost.</summary>
internal sealed class RaceCheck(ProbeObjects probes)
{
    private const int Racers = 8, Rounds = 3, Length = 16 * 1024;

    internal async Task<Finding> RunAsync(CancellationToken cancellationToken)
    {
        for (int round = 0; round < Rounds; round++)
        {
            ObjectKey key = probes.NewKey();
            byte[][] contents = [.. Enumerable.Range(0, Racers).Select(_ => ProbeObjects.RandomBytes(Length))];
            bool[] won = await Task.WhenAll(contents.Select(content => Task.Run(async () => await probes.CreateAsync(key, content, cancellationToken).ConfigureAwait(false), cancellationToken))).ConfigureAwait(false);
            int winners = won.Count(w => w);
            if (winners != 1)
            {
                return Failed($"Of {Racers} creates of one key at the same time {winners} were answered as done; it must be one.");
            }

            bool again = await probes.CreateAsync(key, ProbeObjects.RandomBytes(Length), cancellationToken).ConfigureAwait(false);
            if (again)
            {
                return Failed("An object that exists is created again.");
            }

            if (!await probes.HoldsAsync(key, contents[Array.IndexOf(won, true)], cancellationToken).ConfigureAwait(false))
            {
                return Failed("After several creates of one key its object is not that of the one that was answered as done.");
            }
        }

        return new Finding("race", FindingStatus.Fine, $"Of {Racers} creates of one key at the same time one wins.");
    }

    private static Finding Failed(string found) =>
        new("race", FindingStatus.Failed, found, "Do not use this place: versions would be lost. It needs create-if-absent (If-None-Match: *; on disks hard links).");
}
