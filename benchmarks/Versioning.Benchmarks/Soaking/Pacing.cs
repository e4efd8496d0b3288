using System.Collections.Concurrent;

namespace Versioning.Benchmarks.Soaking;

/// <summary>How long calls of a kind take, so that kills fall anywhere within them and not mostly before they begin.</summary>
internal sealed class Pacing(double kills, double pauses)
{
    private readonly ConcurrentDictionary<string, double> _milliseconds = new();

    public void Took(string kind, double milliseconds) =>
        _milliseconds.AddOrUpdate(kind, milliseconds, (_, before) => (0.8 * before) + (0.2 * milliseconds));

    /// <summary>What is done to a call, and when.</summary>
    public Disturbance Next(Random random, string kind)
    {
        double what = random.NextDouble();
        var after = TimeSpan.FromMilliseconds(random.NextDouble() * 1.2 * _milliseconds.GetValueOrDefault(kind, 300));
        return what < kills ? new Disturbance(after, null)
            : what < kills + pauses ? new Disturbance(after, TimeSpan.FromMilliseconds(random.Next(50, 3000)))
            : Disturbance.None;
    }
}

/// <summary>A process is killed (SIGKILL) or stopped for a while, however far it has come.</summary>
internal readonly record struct Disturbance(TimeSpan? After, TimeSpan? Pause)
{
    public static Disturbance None => default;
}
