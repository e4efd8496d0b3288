using NUnit.Framework;
using Versioning.Storage;
using Versioning.Tests.Servers;
using Versioning.Tests.Servers.Proxy;
using Versioning.Tests.Store;

namespace Versioning.Tests.Faults;

/// <summary>
/// A commit and a fetch on a real server, each of their requests in turn meeting each fault on the wire: done, or failed
/// in the words for it. Afterwards the server itself says what is there: no version lost or doubled, no wrong byte taken.
/// </summary>
[TestFixture(RealServer.S3)]
[TestFixture(RealServer.Azure)]
[Parallelizable(ParallelScope.All)]
internal sealed class WireFaultTests(RealServer server)
{
    // Silent ones only wait.
    private const int AtOnce = 8, SilentAtOnce = 32;

    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(3);
    private static readonly FaultScenario Scenario = FaultScenario.All().Single(s => s.ToString() == "second commit that deduplicates");

    private readonly TempFolder _folder = new();
    private RealPlace _place = null!;
    private MemoryStore _prepared = null!;
    private FetchScenario _fetch = null!;
    private string _before = null!, _after = null!;
    private IReadOnlyList<ProxiedRequest> _commitRequests = null!, _fetchRequests = null!;

    /// <summary>Without another try every fault reaches the store above; with two, those that pass must not.</summary>
    private static IEnumerable<object[]> Faults() =>
    [
        .. Enum.GetValues<WireFault>().Where(fault => fault != WireFault.None).Select(fault => new object[] { fault, 0 }),
        .. new[] { WireFault.BusyButDone, WireFault.ResetButDone, WireFault.SilentButDone, WireFault.Truncated, WireFault.Stalled }.Select(fault => new object[] { fault, 2 }),
    ];

    /// <summary>A fetch sends no bodies.</summary>
    private static IEnumerable<object[]> FetchFaults() => Faults().Where(row => row[0] is not WireFault.WrongByteSent);

    [OneTimeSetUp]
    public async Task Prepare()
    {
        _place = RealPlace.Create(server);
        FaultScenario.WriteSources(_folder);
        VersionStoreOptions options = FaultScenario.Options(_folder.Of("cache"));
        _prepared = new MemoryStore();
        await Scenario.Before(new ScenarioRun(_prepared, _folder, options));
        _before = await StoreSnapshot.OfAsync(_prepared, options);
        await using (var proxy = new FaultProxy(_place.Server))
        {
            await using ObjectStore through = await PreparedAsync("undisturbed", proxy, 0, WireFault.None);
            await Scenario.Command(new ScenarioRun(new PassingStore(through), _folder, FaultScenario.Options(_folder.Of("undisturbed"))));
            _commitRequests = proxy.Requests;
        }

        _after = await SnapshotAsync("undisturbed", options);
        _fetch = await FetchScenario.CreateAsync(over: true);
        await using (ObjectStore direct = _place.Open("fetch"))
        {
            await _fetch.Objects.CopyAsync(direct);
        }

        await using (var proxy = new FaultProxy(_place.Server))
        {
            await using ObjectStore through = _place.Open("fetch", proxy.Endpoint);
            await _fetch.FetchAsync(new PassingStore(through), await _fetch.TargetAsync("undisturbed"));
            _fetchRequests = proxy.Requests;
        }
    }

    [OneTimeTearDown]
    public async Task Clear()
    {
        _folder.Dispose();
        if (_fetch is not null)
        {
            await _fetch.DisposeAsync();
            await _prepared.DisposeAsync();
        }
    }

    [TestCaseSource(nameof(Faults))]
    public async Task Commit_FaultAtAnyRequest_IsThereOnceOrNotAtAll_AndCanBeRepeated(WireFault fault, int retries)
    {
        int runs = 0, failures = 0;
        await EachAsync(_commitRequests, fault, async (target, when) =>
        {
            string prefix = $"{fault}-{retries}/{Interlocked.Increment(ref runs)}";
            VersionStoreOptions own = FaultScenario.Options(_folder.Of($"cache/{prefix}"));
            await using FaultProxy proxy = Disturbing(target, fault);
            bool succeeded;
            await using (ObjectStore through = await PreparedAsync(prefix, proxy, retries, fault))
            {
                succeeded = await TryAsync(() => Scenario.Command(new ScenarioRun(new PassingStore(through), _folder, own)), fault, retries, when);
            }

            // A commit that failed may have happened: where its entry came to be.
            await proxy.SettleAsync();
            bool happened = proxy.Requests.Any(request => request is { Kind: "PUT journal", Status: 200 or 201 });
            Assert.That(!succeeded || happened, Is.True, $"{when}: done means that the server has it");
            Interlocked.Add(ref failures, succeeded ? 0 : 1);

            await using ObjectStore direct = _place.Open(prefix);
            await using MemoryStore there = await direct.CopyAsync();
            Assert.That(await StoreSnapshot.OfAsync(new PassingStore(there), own), Is.EqualTo(happened ? _after : _before), when);
            await Scenario.Command(new ScenarioRun(new PassingStore(there), _folder, own));
            Assert.That(await StoreSnapshot.OfAsync(new PassingStore(there), own), Is.EqualTo(_after), $"{when}, and then repeated");
        });
        Assert.That(failures, retries > 0 ? Is.Zero : Is.Positive);
    }

    [TestCaseSource(nameof(FetchFaults))]
    public Task Fetch_FaultAtAnyRequest_LeavesNothingWrong_AndCanBeRepeated(WireFault fault, int retries) =>
        EachAsync(_fetchRequests, fault, async (request, when) =>
        {
            string target = await _fetch.TargetAsync($"{fault}-{retries}-{request.Kind}-{request.Ordinal}");
            await using FaultProxy proxy = Disturbing(request, fault);
            await using ObjectStore through = Open("fetch", proxy, retries, fault);
            if (!await TryAsync(() => _fetch.FetchAsync(new PassingStore(through), target), fault, retries, when))
            {
                _fetch.AssertNothingHalf(target, when);
                Assert.That(FetchScenario.HasLeftover(target), Is.False, when);
                await _fetch.FetchAsync(_fetch.Objects, target);
            }

            _fetch.AssertFetched(target, when);
        });

    /// <summary>Each request in turn, of those that the fault can do anything to.</summary>
    private async Task EachAsync(IReadOnlyList<ProxiedRequest> requests, WireFault fault, Func<ProxiedRequest, string, Task> run)
    {
        var targets = requests.Where(request => fault switch
        {
            WireFault.Truncated or WireFault.Stalled or WireFault.WrongByte => request.Received > 0,
            WireFault.WrongByteSent => request.Sent > 0,
            _ => true,
        }).ToList();
        Assert.That(targets, Is.Not.Empty, "There are requests to disturb.");
        await Parallel.ForEachAsync(targets, new ParallelOptions { MaxDegreeOfParallelism = IsSilent(fault) ? SilentAtOnce : AtOnce }, async (target, cancellationToken) =>
            await run(target, $"{fault} at {target.Kind} {target.Ordinal}").WaitAsync(Limit, cancellationToken));
    }

    /// <returns>Whether it succeeded; false where it failed as it may.</returns>
    private static async Task<bool> TryAsync(Func<Task> command, WireFault fault, int retries, string when)
    {
        try
        {
            await command();
            return true;
        }
        catch (Exception e) when (e is StoreUnavailableException || IsOfOtherBytes(e, fault))
        {
            Assert.That(retries, Is.Zero, $"{when} passes, but: {e}");
            return false;
        }
    }

    /// <summary>All that is read is hashed, but for a listing: a key that differs there may hide the newest entry.</summary>
    private static bool IsOfOtherBytes(Exception e, WireFault fault) =>
        e is IntegrityException ? fault is WireFault.WrongByte or WireFault.Foreign : e is NotFoundException && fault == WireFault.WrongByte;

    private FaultProxy Disturbing(ProxiedRequest target, WireFault fault) =>
        new(_place.Server, request => (request.Kind, request.Ordinal) == (target.Kind, target.Ordinal) ? fault : WireFault.None);

    private ObjectStore Open(string prefix, FaultProxy proxy, int retries, WireFault fault) =>
        _place.Open(prefix, proxy.Endpoint, retries, !IsSilent(fault) ? null : retries > 0 ? Silence.BeforeAnotherTry : Silence.BeforeAnError);

    private static bool IsSilent(WireFault fault) => fault is WireFault.Silent or WireFault.SilentButDone or WireFault.Stalled;

    private async Task<ObjectStore> PreparedAsync(string prefix, FaultProxy proxy, int retries, WireFault fault)
    {
        await using ObjectStore direct = _place.Open(prefix);
        await _prepared.CopyAsync(direct);
        return Open(prefix, proxy, retries, fault);
    }

    private async Task<string> SnapshotAsync(string prefix, VersionStoreOptions options)
    {
        await using ObjectStore direct = _place.Open(prefix);
        return await StoreSnapshot.OfAsync(new PassingStore(direct), options);
    }
}
