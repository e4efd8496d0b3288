using CsCheck;

namespace Versioning.ML.Tests;

/// <summary>Counting the uses of a model.</summary>
[TestFixture]
internal sealed class LoadedModelTests : ModelFixture
{
    /// <summary>Whatever the order in which it is taken, let go and retired: it lives as long as someone has it, and ends once.</summary>
    [Test]
    public async Task Model_EndsOnce_WhenItWasRetiredAndNobodyHasIt()
    {
        await CommitAsync(1);
        using LocalVersion files = await Writer.FetchAsync(Artifact);
        Gen.Int[0, 2].Array[1, 40].Sample(steps =>
        {
            var probe = new Probe();
            var loaded = new LoadedModel<Probe>(probe, new HeldFiles(files).Share(), (model, _) => model.End());
            int taken = 0;
            bool isRetired = false;
            foreach (int step in steps)
            {
                if (step == 0)
                {
                    bool took = loaded.TryTake();
                    Assert.That(took, Is.Not.EqualTo(isRetired));
                    taken += took ? 1 : 0;
                }
                else if (step == 1 && taken > 0)
                {
                    taken--;
                    loaded.LetGo();
                }
                else if (step == 2 && !isRetired)
                {
                    isRetired = true;
                    loaded.Retire();
                }

                Assert.That(probe.Ends, Is.LessThanOrEqualTo(isRetired && taken == 0 ? 1 : 0));
            }

            if (!isRetired)
            {
                loaded.Retire();
            }

            for (; taken > 0; taken--)
            {
                Assert.That(probe.Ends, Is.Zero);
                loaded.LetGo();
            }

            Assert.That(SpinWait.SpinUntil(() => probe.Ends == 1, TimeSpan.FromSeconds(30)));
        }, iter: 100);
    }

    [Test]
    public async Task Threads_ThatTakeModelsWhileTheyAreReplaced_NeverHaveOneThatEnded()
    {
        await CommitAsync(1);
        using LocalVersion local = await Writer.FetchAsync(Artifact);
        var loader = new ProbeLoader();
        var slot = new ModelSlot<Probe>("probe", loader, TimeProvider.System, Microsoft.Extensions.Logging.Abstractions.NullLogger.Instance);
        var files = new HeldFiles(local);
        await slot.LoadAsync(files, check: false, CancellationToken.None);
        using var ends = new CancellationTokenSource();
        Task<long>[] threads = [.. Enumerable.Range(0, 4).Select(_ => Task.Factory.StartNew(
            () =>
            {
                long uses = 0;
                for (; !ends.IsCancellationRequested; uses++)
                {
                    using ModelUse<Probe> use = slot.Use();
                    use.Model.Use();
                }

                return uses;
            },
            CancellationToken.None,
            TaskCreationOptions.LongRunning,
            TaskScheduler.Default))];
        for (int i = 0; i < 2000; i++)
        {
            await slot.LoadAsync(files, check: false, CancellationToken.None);
        }

        await ends.CancelAsync();
        Assert.That(await Task.WhenAll(threads), Has.All.GreaterThan(0));
        slot.Close();
        await UntilAsync(() => loader.Made.All(probe => probe.Ends == 1));
    }

    private sealed class ProbeLoader : ModelLoader<Probe>
    {
        internal List<Probe> Made { get; } = [];

        internal override string Kind => "probe";

        internal override Probe Load(LocalVersion files)
        {
            Made.Add(new Probe());
            return Made[^1];
        }

        internal override Task CheckAsync(Probe model, LocalVersion files, CancellationToken cancellationToken) => Task.CompletedTask;
    }

    private sealed class Probe : IDisposable
    {
        private int _ends;

        internal int Ends => Volatile.Read(ref _ends);

        internal void Use()
        {
            Assert.That(Ends, Is.Zero);
            Thread.SpinWait(20);
            Assert.That(Ends, Is.Zero);
        }

        internal void End() => Interlocked.Increment(ref _ends);

        public void Dispose() => End();
    }
}
