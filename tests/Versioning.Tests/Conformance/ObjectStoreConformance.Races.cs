using NUnit.Framework;
using Versioning.Storage;

namespace Versioning.Tests.Conformance;

public abstract partial class ObjectStoreConformance
{
    /// <summary>How many rounds sixteen racers run; fewer where each costs a request.</summary>
    protected virtual int RaceRounds => 200;

    // Sixteen queue up for the cores, two run side by side: a create that looks before it writes may pass either,
    // depending on what else the machine does, but hardly both.
    [TestCase(16, 1)]
    [TestCase(2, 10)]
    public async Task Create_Racers_ExactlyOneWins(int racers, int times)
    {
        int rounds = RaceRounds * times;
        int[] winners = new int[rounds];
        int[] won = new int[rounds];
        using Barrier start = new(racers);

        // Threads of their own: the pool would start them one after another, and most would find the race decided.
        Task[] tasks = [.. Enumerable.Range(0, racers).Select(racer => Task.Factory.StartNew(
            () => Race(racer), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default))];
        await Task.WhenAll(tasks);

        Assert.That(won, Is.All.EqualTo(1));
        for (int round = 0; round < rounds; round++)
        {
            byte[] content = await ReadAllAsync($"race/{round}");
            Assert.That(content, Has.Length.EqualTo(64 + winners[round]).And.All.EqualTo((byte)winners[round]));
        }

        void Race(int racer)
        {
            byte[] content = [.. Enumerable.Repeat((byte)racer, 64 + racer)];
            for (int round = 0; round < rounds; round++)
            {
                start.SignalAndWait();
                if (_store.CreateAsync(new($"race/{round}"), content).AsTask().GetAwaiter().GetResult())
                {
                    Interlocked.Increment(ref won[round]);
                    winners[round] = racer;
                }
            }
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
