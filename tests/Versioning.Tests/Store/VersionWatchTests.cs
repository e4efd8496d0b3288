using Microsoft.Extensions.Primitives;
using Microsoft.Extensions.Time.Testing;
using NUnit.Framework;
using Versioning.Files;
using Versioning.Storage;
using Versioning.Tests.Faults;

namespace Versioning.Tests.Store;

/// <summary>Who watches a reference learns what it names, whatever happens to the store.</summary>
[TestFixture]
internal sealed class VersionWatchTests
{
    private const string Artifact = "models/churn";
    private static readonly ArtifactReference Production = $"{Artifact}@production";

    private TempFolder _folder = null!;
    private MemoryStore _objects = null!;
    private RecordingStore _requests = null!;
    private SwitchedStore _switch = null!;
    private VersionStore _writer = null!, _store = null!;
    private FakeTimeProvider _time = null!;

    [SetUp]
    public async Task SetUp()
    {
        (_folder, _objects, _time) = (new TempFolder(), new MemoryStore(), new FakeTimeProvider(new DateTimeOffset(2030, 1, 1, 0, 0, 0, TimeSpan.Zero)));
        _writer = await VersionStore.CreateAsync(new PassingStore(_objects), _folder.Options);
        _requests = new RecordingStore(new RemoteStore(_objects));
        _switch = new SwitchedStore(_requests);
        _store = VersionStore.Connect(_switch, new VersionStoreOptions { CacheDirectory = _folder.Of("cache"), Time = _time });
        for (int i = 1; i <= 3; i++)
        {
            _folder.Write("m/weights", $"weights {i}");
            await _writer.CommitAsync(Artifact, _folder.Of("m"));
        }

        await _writer.MoveAliasAsync(Artifact, "production", "1");
    }

    [TearDown]
    public async Task TearDown()
    {
        await _store.DisposeAsync();
        await _writer.DisposeAsync();
        await _switch.DisposeAsync();
        await _requests.DisposeAsync();
        foreach (string file in Directory.EnumerateFiles(_folder.Root, "*", SearchOption.AllDirectories).Where(_ => OperatingSystem.IsWindows()))
        {
            File.SetAttributes(file, FileAttributes.Normal);
        }

        _folder.Dispose();
        await _objects.DisposeAsync();
    }

    [Test]
    public async Task Watch_TellsTheVersionOfNow_ThenEachOther()
    {
        await using IAsyncEnumerator<ArtifactVersion> versions = _store.Watch(Production).GetAsyncEnumerator();
        Assert.That(await NextAsync(versions), Is.EqualTo(1));
        await _writer.MoveAliasAsync(Artifact, "production", "2");
        Assert.That(await NextAsync(versions), Is.EqualTo(2));
        await _writer.MoveAliasAsync(Artifact, "production", "1");
        Assert.That(await NextAsync(versions), Is.EqualTo(1));
    }

    [Test]
    public async Task Look_ThatFindsNothingNew_CostsOneRequest_AndTellsNothing()
    {
        await using IAsyncEnumerator<ArtifactVersion> versions = _store.Watch(Production).GetAsyncEnumerator();
        await NextAsync(versions);

        // What is decided about others is folded, and not told.
        await _writer.TagAsync($"{Artifact}@3", "v3");
        _requests.Clear();
        Task<int> next = NextAsync(versions, mayEnd: false);
        await UntilAsync(() => _requests.Requests.Count >= 6);
        Assert.That(next.IsCompleted, Is.False);
        Assert.That(_requests.Requests, Has.All.Matches<StoreRequest?>(r => r!.Operation == StoreOperation.Read && r.Key.StartsWith("journal/", StringComparison.Ordinal)));
        Assert.That(_requests.Requests.Skip(2).Select(r => r.Key).Distinct().ToArray(), Has.Length.EqualTo(1));
        await _writer.MoveAliasAsync(Artifact, "production", "3");
        await UntilAsync(() => next.IsCompleted);
        Assert.That(await next, Is.EqualTo(3));
    }

    [Test]
    public async Task Watch_OfANameThatComesLater_WaitsForIt()
    {
        await using VersionWatch watch = _store.Watch($"{Artifact}@staging");
        await using IAsyncEnumerator<ArtifactVersion> versions = watch.GetAsyncEnumerator();
        Task<int> next = NextAsync(versions, mayEnd: false);
        await UntilAsync(() => watch.Failure is NotFoundException);
        await _writer.MoveAliasAsync(Artifact, "staging", "2");
        await UntilAsync(() => next.IsCompleted);
        Assert.That(await next, Is.EqualTo(2));
        Assert.That(watch.Failure, Is.Null);
    }

    [Test]
    public async Task Store_ThatCanNotBeReached_LeavesTheVersion_AndIsAskedMoreRarely()
    {
        await using VersionWatch watch = _store.Watch(Production);
        await using IAsyncEnumerator<ArtifactVersion> versions = watch.GetAsyncEnumerator();
        await NextAsync(versions);
        _switch.Failure = new StoreUnavailableException("store_unavailable", "gone", transient: false);
        Task<int> next = NextAsync(versions, mayEnd: false);
        var looks = new List<DateTimeOffset>();
        _switch.Asked = () => looks.Add(_time.GetUtcNow());
        await UntilAsync(() => looks.Count >= 5);
        Assert.That((watch.Current!.Number, watch.Failure), Is.EqualTo((1, _switch.Failure)));
        Assert.That(looks[4] - looks[3], Is.GreaterThan(TimeSpan.FromMinutes(4)));
        _switch.Failure = null;
        await _writer.MoveAliasAsync(Artifact, "production", "3");
        await UntilAsync(() => next.IsCompleted);
        Assert.That((await next, watch.Failure), Is.EqualTo((3, default(Exception))));
    }

    [Test]
    public void WhatNeverPasses_EndsAWatch_ThatHasToldNothing()
    {
        _switch.Failure = new StoreUnavailableException("access_denied", "no", transient: false);
        Assert.That(async () => await _store.Watch(Production).FirstAsync(), Throws.TypeOf<StoreUnavailableException>());
        Assert.That(() => _store.Watch("not a reference@"), Throws.TypeOf<VersioningException>());
        Assert.That(() => _store.Watch(Production, new WatchOptions { Interval = TimeSpan.Zero }), Throws.TypeOf<ArgumentOutOfRangeException>());
    }

    [Test]
    public async Task Cancellation_EndsAWatch_AndSoDoesTheEndOfTheStore()
    {
        using var cancelled = new CancellationTokenSource();
        await using IAsyncEnumerator<ArtifactVersion> versions = _store.Watch(Production).GetAsyncEnumerator(cancelled.Token), others = _store.Watch(Production).GetAsyncEnumerator();
        await NextAsync(versions);
        await NextAsync(others);
        Assert.That(_store.Watches, Has.Count.EqualTo(2));
        Task<int> next = NextAsync(versions), other = NextAsync(others);
        await cancelled.CancelAsync();
        Assert.That(async () => await next, Throws.InstanceOf<OperationCanceledException>());
        await _store.DisposeAsync();
        Assert.That(await other, Is.Zero);
        Assert.That(_store.Watches, Is.Empty);
    }

    [Test]
    public async Task WatchThatFetches_TellsOnlyWhatIsWhole_AndKeepsTheOldUntilThen()
    {
        await using VersionWatch watch = _store.Watch(Production, new WatchOptions { Fetch = true });
        await using IAsyncEnumerator<ArtifactVersion> versions = watch.GetAsyncEnumerator();
        await NextAsync(versions);
        string old;
        using (LocalVersion local = await _store.FetchAsync(watch.Current!))
        {
            old = local.Path;
        }

        await _writer.MoveAliasAsync(Artifact, "production", "2");
        _switch.FailsOn = key => key.StartsWith("packs/", StringComparison.Ordinal);
        Task<int> next = NextAsync(versions, mayEnd: false);
        await UntilAsync(() => watch.Failure is not null);
        Assert.That((watch.Current!.Number, next.IsCompleted, IsHeld(old)), Is.EqualTo((1, false, true)));
        _switch.FailsOn = null;
        await UntilAsync(() => next.IsCompleted);
        Assert.That(await next, Is.EqualTo(2));
        Assert.That(IsHeld(old), "until whoever was told comes back");

        // What was told is here: the store need not be.
        _switch.Failure = new StoreUnavailableException("store_unavailable", "gone", transient: true);
        using (LocalVersion local = await _store.FetchAsync(watch.Current!))
        {
            Assert.That(await File.ReadAllTextAsync(local.PathOf("weights")), Is.EqualTo("weights 2"));
        }

        next = NextAsync(versions, mayEnd: false);
        Assert.That(IsHeld(old), Is.False);
        await _store.DisposeAsync();
        Assert.That(await next, Is.Zero);
    }

    [Test]
    public async Task ChangeToken_TellsEachTimeThatTheVersionChanges()
    {
        await using VersionWatch watch = _store.Watch(Production);
        var told = new List<long>();
        using (ChangeToken.OnChange(watch.GetChangeToken, () =>
        {
            told.Add(watch.Current!.Number);
            if (told.Count == 1)
            {
                throw new InvalidOperationException("of a listener, which must not end the watch");
            }
        }))
        {
            await UntilAsync(() => told.Count == 1);
            await _writer.MoveAliasAsync(Artifact, "production", "2");
            await UntilAsync(() => told.Count == 2);
        }

        Assert.That(told, Is.EqualTo([1, 2]));
        Assert.That(_store.Watches.Single().Reference, Is.EqualTo(Production));
        await watch.DisposeAsync();
        Assert.That(watch.GetChangeToken, Throws.TypeOf<ObjectDisposedException>());
        Assert.That(_store.Watches, Is.Empty);
    }

    [Test]
    public async Task Live_IsWhatWasReported_AndOpensWithoutTheStore()
    {
        await using VersionWatch watch = _store.Watch(Production, new WatchOptions { Fetch = true });
        await using IAsyncEnumerator<ArtifactVersion> versions = watch.GetAsyncEnumerator();
        await NextAsync(versions);
        Assert.That((watch.Live, watch.Refusal), Is.EqualTo((watch.Current!.Pin, default(Exception))), "nobody reported");
        Assert.That(await _store.FetchLastLiveAsync(Production), Is.Null);
        var refusal = new InvalidDataException("no model");
        using LocalVersion first = await _store.FetchAsync(watch.Current);
        watch.ReportLive(first);
        await _writer.MoveAliasAsync(Artifact, "production", "2");
        await NextAsync(versions);
        watch.ReportRefusal(refusal);
        Assert.That((watch.Current.Number, watch.Live, watch.Refusal), Is.EqualTo((2, first.Pin, refusal)));

        // Another process, which never reached the store.
        await using VersionStore offline = VersionStore.Connect(_switch, new VersionStoreOptions { CacheDirectory = _folder.Of("cache") });
        _switch.Failure = new StoreUnavailableException("store_unavailable", "gone", transient: true);
        using (LocalVersion? last = await offline.FetchLastLiveAsync(Production))
        {
            Assert.That((last!.Pin, await File.ReadAllTextAsync(last.PathOf("weights"))), Is.EqualTo((first.Pin, "weights 1")));
        }

        Assert.That(await offline.FetchLastLiveAsync($"{Artifact}@staging"), Is.Null);
        Assert.That(() => offline.FetchLastLiveAsync("not a reference@"), Throws.TypeOf<VersioningException>());
        watch.ReportLive(first);
        Assert.That(watch.Refusal, Is.Null);
    }

    [Test]
    public async Task LastLive_OfADamagedNote_OrWithoutItsFiles_IsNone_AndIsWrittenAnew()
    {
        await using VersionWatch watch = _store.Watch(Production);
        string note;
        using (LocalVersion first = await _store.FetchAsync(Production))
        {
            watch.ReportLive(first);
            note = Directory.GetFiles(_folder.Of("cache/live")).Single();
            await File.WriteAllTextAsync(note, "what is this");
            Assert.That(await _store.FetchLastLiveAsync(Production), Is.Null);
            watch.ReportLive(first);
        }

        using (LocalVersion? last = await _store.FetchLastLiveAsync(Production))
        {
            Assert.That(last!.Pin.Number, Is.EqualTo(1));
        }

        _switch.Failure = new StoreUnavailableException("store_unavailable", "gone", transient: true);
        await using VersionStore offline = VersionStore.Connect(_switch, new VersionStoreOptions { CacheDirectory = _folder.Of("other") });
        Directory.CreateDirectory(_folder.Of("other/live"));
        File.Copy(note, _folder.Of($"other/live/{Path.GetFileName(note)}"));
        Assert.That(await offline.FetchLastLiveAsync(Production), Is.Null);
    }

    private bool IsHeld(string tree)
    {
        using Microsoft.Win32.SafeHandles.SafeFileHandle? taken = new TreeFolder(_folder.Of("cache")).TryTake(Path.GetFileName(tree));
        return taken is null;
    }

    /// <summary>The number of the next version that is told of; 0: the watch ended.</summary>
    private async Task<int> NextAsync(IAsyncEnumerator<ArtifactVersion> versions, bool mayEnd = true)
    {
        Task<bool> moved = versions.MoveNextAsync().AsTask();
        if (mayEnd)
        {
            while (!moved.IsCompleted)
            {
                await StepAsync();
            }
        }

        return await moved ? (int)versions.Current.Number : 0;
    }

    private async Task UntilAsync(Func<bool> holds)
    {
        for (int i = 0; i < 2000; i++)
        {
            if (holds())
            {
                return;
            }

            await StepAsync();
        }

        Assert.Fail("It did not happen.");
    }

    private async Task StepAsync()
    {
        _time.Advance(TimeSpan.FromSeconds(10));
        await Task.Delay(1);
    }

    private sealed class SwitchedStore(ObjectStore inner) : PassingStore(inner)
    {
        internal Exception? Failure { get; set; }

        internal Action? Asked { get; set; }

        internal Func<string, bool>? FailsOn { get; set; }

        protected override ValueTask<ObjectRead?> ReadCoreAsync(ObjectKey key, long offset, Memory<byte> destination, CancellationToken cancellationToken)
        {
            Asked?.Invoke();
            return Failure is not null ? throw Failure
                : FailsOn?.Invoke(key.Value) == true ? throw new StoreUnavailableException("store_unavailable", "not now", transient: true)
                : base.ReadCoreAsync(key, offset, destination, cancellationToken);
        }

        protected override IAsyncEnumerable<ObjectInfo> ListCoreAsync(string prefix, CancellationToken cancellationToken) =>
            Failure is not null ? throw Failure : base.ListCoreAsync(prefix, cancellationToken);
    }
}
