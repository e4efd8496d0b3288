using Microsoft.Extensions.Logging;
using NUnit.Framework;
using Versioning.Journal;
using Versioning.Storage;
using Versioning.Tests.Store;

namespace Versioning.Tests.Verifying;

/// <summary>
/// Whoever may write to a store may forge its journal. What breaks the chain is found by the journal alone, what was
/// forged as a whole by those who saw it before; and it is named.
/// </summary>
[TestFixture]
[Parallelizable(ParallelScope.All)]
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed class TamperedJournalTests : StoreFixture
{
    private const string Data = "datasets/x", Model = "models/m";

    /// <summary>Entries 1 to 6: data@1, data@2, model@1 of data@2, production of data names 1, then 2, data@3.</summary>
    private const int Last = 6;

    private readonly List<ArtifactPin> _pins = [];
    private readonly List<string> _warnings = [];
    private JournalForger _forger = null!;
    private JournalHead _head;

    [SetUp]
    public async Task SetUp()
    {
        _forger = new JournalForger(_objects);
        await using VersionStore store = await VersionStore.CreateAsync(Objects(remote: false), _folder.Options);
        _pins.Add((await CommitAsync(store, Data, "one")).Pin);
        _pins.Add((await CommitAsync(store, Data, "two")).Pin);
        _pins.Add((await CommitAsync(store, Model, "weights", Data)).Pin);
        await store.MoveAliasAsync(Data, "production", "1");
        await store.MoveAliasAsync(Data, "production", "2");
        _pins.Add((await CommitAsync(store, Data, "three")).Pin);
        _head = await store.ReadHeadAsync();
        Assert.That(_head.Sequence, Is.EqualTo(Last));
    }

    [Test]
    public async Task Verify_SoundStore_FindsNothing_AndSaysWhatItComparedWith([Values] bool remote)
    {
        await SeeAsync(remote);
        VerifyReport report = await VerifyAsync(remote, new VerifyJournalOptions { ExpectedHeads = [_head, new JournalHead(2, await _forger.HashAsync(2)), default], ExpectedPins = _pins });
        Assert.That(report.Damages, Is.Empty);
        Assert.That((report.Head, report.Versions, report.ForeignInputs.Count), Is.EqualTo((_head, 4L, 0)));
        Assert.That(report.Witnesses, Is.EqualTo(2 + _pins.Count + 1 + (remote ? Last : 0)), "heads, pins, what was seen when it was verified, entries that are kept");
    }

    [Test]
    public async Task Verify_EntryRemoved_NamesItAndWhatIsLost()
    {
        await _forger.RemoveAsync(3);
        Damage damage = (await VerifyAsync()).Damages.Single();
        Assert.That((damage.Object, damage.Problem), Is.EqualTo((Key(3), $"is missing, although {Key(4)} exists: it was lost, or here is a replica that 'vers mirror' has to go on with")));
        Assert.That(damage.Versions, Is.EqualTo([_pins[3].ToString()]), "what the missing entry published itself nobody can say");
    }

    [Test]
    public async Task Verify_EntriesExchanged_NamesBoth()
    {
        await _forger.ExchangeAsync(4, 5);
        Assert.That(Told(await VerifyAsync()), Is.EqualTo([$"{Key(4)} holds entry 5: entries were exchanged", $"{Key(5)} holds entry 4: entries were exchanged"]));
    }

    [Test]
    public async Task Verify_EntryOfAnotherPlace_IsNamed()
    {
        await _objects.ReplaceAsync(StoreKeys.Entry(4), await _objects.BytesAsync(StoreKeys.Entry(2)));
        Assert.That(Told(await VerifyAsync()), Is.EqualTo([$"{Key(4)} holds entry 2: entries were exchanged"]));
    }

    [TestCase("author")]
    [TestCase("time")]
    [TestCase("nonce")]
    [TestCase("tool")]
    [TestCase("content")]
    public async Task Verify_EntryEdited_NamesItAndTheOneThatTellsSo(string what)
    {
        Digest before = await _forger.HashAsync(3);
        await _forger.EditAsync(3, entry => Edited(entry, what));
        Assert.That(Told(await VerifyAsync()), Is.EqualTo([$"{Key(4)} names {before} as the entry before it, but entry 3 is {await _forger.HashAsync(3)}: entry 3 was changed after this one was written, or this one is of another history"]));
        Assert.That(async () => await ResolveAsync(remote: false), Throws.TypeOf<IntegrityException>().With.Property("Code").EqualTo("journal_broken"), "readers stop there");
    }

    [Test]
    public async Task Verify_BytesOfAnEntryChanged_NamesIt()
    {
        byte[] bytes = await _objects.BytesAsync(StoreKeys.Entry(3));
        bytes[^40] ^= 1;
        await _objects.ReplaceAsync(StoreKeys.Entry(3), bytes);
        Assert.That((await VerifyAsync()).Damages.Single().Object, Is.EqualTo(Key(3)));
    }

    /// <summary>The chain is right again: alone the store can't tell.</summary>
    [Test]
    public async Task Verify_EditedAndChainedAnew_IsFoundByWhoSawIt([Values("author", "content")] string what, [Values("nobody", "verified", "kept", "kept, then read", "head", "pin")] string witness)
    {
        bool remote = witness.StartsWith("kept", StringComparison.Ordinal);
        if (witness is not ("nobody" or "head" or "pin"))
        {
            await SeeAsync(remote, verified: witness == "verified");
        }

        Digest was = await _forger.HashAsync(3);
        await _forger.EditAndChainAsync(3, entry => Edited(entry, what));
        Digest now = await _forger.HashAsync(3), nowLast = await _forger.HashAsync(Last);
        if (witness == "kept, then read")
        {
            Assert.That(await ResolveAsync(remote), Is.EqualTo("two"), "what another history says is said");
            Assert.That(_warnings.Single(), Does.Match($"^The journal of .* is another than on [-0-9]+ [:0-9]+Z, when it ended with {_head}: it was put back or written anew"));
            Assert.That(await ResolveAsync(remote), Is.EqualTo("two"));
            Assert.That(_warnings, Has.Count.EqualTo(1), "once");
        }

        VerifyReport report = await VerifyAsync(remote, new VerifyJournalOptions { ExpectedHeads = witness == "head" ? [_head] : [], ExpectedPins = witness == "pin" ? _pins : [] });
        string[] told = Told(report);
        switch (witness)
        {
            case "pin" when what == "content":
                Assert.That(told, Has.Length.EqualTo(1).And.All.Match($"^{Key(3)} publishes models/m@1 as sha256:[0-9a-f]+, but {_pins[2]} was pinned: the journal was written anew"));
                break;
            case "nobody" or "pin":
                Assert.That(told, Is.Empty, "nobody can tell, and pins do not hold who and when");
                break;
            case "kept":
                Assert.That(told, Has.Length.EqualTo(1).And.All.Match($"^{Key(3)} is {now}, but this machine saw {was} there on [-0-9]+ [:0-9]+Z: the journal was written anew from here on$"));
                break;
            case "head":
                Assert.That(told, Is.EqualTo([$"{Key(Last)} is {nowLast}, but {_head} was expected: the journal was written anew from here or from an earlier entry on"]));
                break;
            default:
                Assert.That(told, Has.Length.EqualTo(1).And.All.Match($"^{Key(Last)} is {nowLast}, but this machine saw {_head} on [-0-9]+ [:0-9]+Z: the journal was written anew"));
                break;
        }
    }

    [Test]
    public async Task Verify_PutBack_IsFoundByWhoSawIt([Values("nobody", "verified", "kept", "kept, then read", "head", "pin")] string witness)
    {
        bool remote = witness.StartsWith("kept", StringComparison.Ordinal);
        if (witness is not ("nobody" or "head" or "pin"))
        {
            await SeeAsync(remote, verified: witness == "verified");
        }

        await _forger.RemoveAsync(Last);
        if (witness == "kept, then read")
        {
            Assert.That(await ResolveAsync(remote), Is.EqualTo("two"));
            Assert.That(_warnings, Has.Count.EqualTo(1));
        }

        string[] told = Told(await VerifyAsync(remote, new VerifyJournalOptions { ExpectedHeads = witness == "head" ? [_head] : [], ExpectedPins = witness == "pin" ? _pins : [] }));
        Assert.That(told, witness switch
        {
            "nobody" => Is.Empty,
            "pin" => Is.EqualTo([$"{Key(Last)} is missing: no entry publishes {_pins[3]}, which was pinned"]),
            "head" => Is.EqualTo([$"{Key(Last)} is missing: the journal ends with entry 5, but {_head} was expected: it was put back, or entries were removed"]),
            _ => Has.Length.EqualTo(1).And.All.Match($"^{Key(Last)} is missing: the journal ends with entry 5, but this machine saw {_head} on [-0-9]+ [:0-9]+Z: it was put back, or entries were removed$"),
        });
    }

    /// <summary>Two histories that go on from one: each is sound.</summary>
    [Test]
    public async Task Verify_Forked_NamesTheFirstEntryThatDiffers()
    {
        await SeeAsync(remote: true);
        Digest was = await _forger.HashAsync(4);
        for (long sequence = 4; sequence <= Last; sequence++)
        {
            await _forger.RemoveAsync(sequence);
        }

        await using (VersionStore other = await VersionStore.OpenAsync(Objects(remote: false), new VersionStoreOptions { Author = "other", CacheDirectory = _folder.Of("another") }))
        {
            for (int i = 0; i < 5; i++)
            {
                await CommitAsync(other, Data, $"other {i}");
            }
        }

        VerifyReport report = await VerifyAsync(remote: true, new VerifyJournalOptions { ExpectedHeads = [_head], ExpectedPins = _pins });
        Assert.That(report.Head.Sequence, Is.EqualTo(8));
        Assert.That(report.Damages.Select(d => d.Object), Is.EqualTo([Key(4), Key(Last)]), "by what was kept and by the pin of data@3, and by the head");
        Assert.That(report.Damages[0].Problem, Does.Contain($"this machine saw {was} there on").And.Contains($"but {_pins[3]} was pinned"));
        Assert.That(report.Damages[0].Versions, Is.EqualTo([_pins[3].ToString()]));
    }

    [Test]
    public async Task Verify_AfterTheHistoryWasAccepted_FindsNothing([Values] bool remote)
    {
        await SeeAsync(remote);
        await _forger.EditAndChainAsync(3, entry => Edited(entry, "author"));
        Assert.That((await VerifyAsync(remote)).IsSound, Is.False);
        Assert.That((await VerifyAsync(remote)).IsSound, Is.False, "what was seen is not forgotten by being told");
        await new MachineCache(_folder.Of("cache")).PruneAsync(0);
        Assert.That((await VerifyAsync(remote)).Damages, Is.Empty);
    }

    [Test]
    public async Task Verify_AnEntryThatDecidesWhatCannotHold_IsNamed_WithARightChain()
    {
        await _forger.EditAndChainAsync(5, entry => entry with { Operations = [new AliasOperation(Data, "production", 2, 1)] });
        Assert.That(Told(await VerifyAsync()), Has.Length.EqualTo(1).And.All.Match($"^{Key(5)} Journal entry 5 moves alias production of {Data} from 2, but it was at 1"));
    }

    private static JournalEntry Edited(JournalEntry entry, string what) => what switch
    {
        "author" => entry with { Author = "somebody else" },
        "time" => entry with { Time = entry.Time.AddDays(-1) },
        "nonce" => entry with { Nonce = entry.Nonce ^ 1 },
        "tool" => entry with { Tool = "vers 0.0" },
        _ => JournalForger.WithRecord(entry, record => record with { Metrics = [new("f1", 0.99)] }),
    };

    private static string Key(long sequence) => StoreKeys.Entry(sequence).Value;

    private static string[] Told(VerifyReport report) => [.. report.Damages.Select(damage => $"{damage.Object} {damage.Problem}")];

    private ObjectStore Objects(bool remote) => remote ? new RemoteStore(_objects) : new PassingStore(_objects);

    private async Task<CommitResult> CommitAsync(VersionStore store, string artifact, string text, string? input = null)
    {
        _folder.Write("s/file", text);
        var options = new CommitOptions { Message = text, Code = new CodeCommit(null, "0123", null, false) };
        if (input is not null)
        {
            options.Inputs.Add(input);
        }

        return await store.CommitAsync(artifact, _folder.Of("s"), options);
    }

    /// <summary>This machine sees the store as it is.</summary>
    private async Task SeeAsync(bool remote, bool verified = true)
    {
        await ResolveAsync(remote);
        if (verified)
        {
            Assert.That((await VerifyAsync(remote)).Damages, Is.Empty);
        }
    }

    private async Task<VerifyReport> VerifyAsync(bool remote = false, VerifyJournalOptions? options = null)
    {
        await using VersionStore store = await VersionStore.OpenAsync(Objects(remote), _folder.Options);
        return await store.VerifyJournalAsync(options);
    }

    /// <summary>What a reader gets of the version that is in production.</summary>
    private async Task<string> ResolveAsync(bool remote)
    {
        var options = new VersionStoreOptions { Author = "tester", CacheDirectory = _folder.Of("cache"), Logger = new Warnings(_warnings) };
        await using VersionStore store = await VersionStore.OpenAsync(Objects(remote), options);
        return (await store.ResolveAsync($"{Data}@production")).Message;
    }

    private sealed class Warnings(List<string> told) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Warning;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) => told.Add(formatter(state, exception));
    }
}
