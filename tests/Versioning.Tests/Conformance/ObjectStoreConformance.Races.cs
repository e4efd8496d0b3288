using NUnit.Framework;
using Versioning.Storage;

namespace Versioning.Tests.Conformance;

public abstract partial class ObjectStoreConformance
{
    /// <summary>How many rounds of racing creators; fewer where each costs a request.</summary>
    protected virtual int RaceRounds => 200;

    [Test]
    public async Task Create_SixteenRacers_ExactlyOneWins()
    {
        const int racers = 16;
        int[] winners = new int[RaceRounds];
        int[] won = new int[RaceRounds];
        using Barrier start = new(racers);

        // Threads of their own: the pool would start them one after another, and most would find the race decided.
        Task[] tasks = [.. Enumerable.Range(0, racers).Select(racer => Task.Factory.StartNew(
            () =>
            {
                byte[] content = [.. Enumerable.Repeat((byte)racer, 64 + racer)];
                for (int round = 0; round < RaceRounds; round++)
                {
                    start.SignalAndWait();
                    if (_store.CreateAsync(new($"race/{round}"), content).AsTask().GetAwaiter().GetResult())
                    {
                        Interlocked.Increment(ref won[round]);
                        winners[round] = racer;
                    }
                }
            },
            CancellationToken.None,
            TaskCreationOptions.LongRunning,
            TaskScheduler.Default))];
        await Task.WhenAll(tasks);

        Assert.That(won, Is.All.EqualTo(1));
        for (int round = 0; round < RaceRounds; round++)
        {
            byte[] content = await ReadAllAsync($"race/{round}");
            Assert.That(content, Has.Length.EqualTo(64 + winners[round]).And.All.EqualTo((byte)winners[round]));
        }
    }

    [Test]
    public async Task Create_ReadWhileWritten_IsAbsentOrComplete()
    {
        byte[] content = Bytes(2 * 1024 * 1024);
        for (int round = 0; round < 10; round++)
        {
            ObjectKey key = new($"k/{round}");
            Task<bool> create = Task.Run(async () => await _store.CreateAsync(key, content));
            byte[] destination = new byte[content.Length];
            ObjectRead? read;
            do
            {
                read = await _store.ReadAsync(key, 0, destination);
            }
            while (read is null && !create.IsCompleted);

            Assert.That(await create, Is.True);
            if (read is not null)
            {
                Assert.That(read, Is.EqualTo(new ObjectRead(content.Length, content.Length)));
                Assert.That(destination.AsSpan().SequenceEqual(content), Is.True);
            }
        }
    }
}
