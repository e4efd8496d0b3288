using NUnit.Framework;
using Versioning.Azure;
using Versioning.Storage;
using Versioning.Tests.Servers;

namespace Versioning.Tests.Azure;

/// <summary>Every operation of the store, with every fault: once, so that a try after it succeeds, and for good.</summary>
[TestFixture]
[Parallelizable(ParallelScope.All)]
internal sealed class AzureFaultTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);
    private static readonly ObjectKey Key = new("packs/ab/there");
    private static readonly byte[] Content = [.. Enumerable.Range(0, 100_000).Select(i => (byte)(i * 7))];

    internal enum Operation { Create, Read, ReadEnd, ReadAbsent, Stat, List, Delete }

    private static readonly AnswerFault[] Passing =
        [AnswerFault.Busy, AnswerFault.BusyButDone, AnswerFault.Internal, AnswerFault.ResetBefore, AnswerFault.ResetAfter, AnswerFault.Truncated, AnswerFault.Stalled, AnswerFault.StalledBody];

    [Test]
    public Task Operation_FaultOnce_SucceedsWithTheNextTry([ValueSource(nameof(Passing))] AnswerFault fault) => EachAsync(async operation =>
    {
        using var wire = new AnswerFaults(request => request.Index == 0 ? fault : AnswerFault.None);
        await using AzureObjectStore store = await OpenAsync(wire, operation, Stalls(fault) ? Silence.BeforeAnotherTry : null);

        string result = await RunAsync(store, operation).WaitAsync(Patience);

        // The one thing that a lost answer may change: a delete can't know that it was its own.
        bool uncertain = operation == Operation.Delete && fault is AnswerFault.BusyButDone or AnswerFault.ResetAfter;
        Assert.That(result, uncertain ? Is.EqualTo("True").Or.EqualTo("False") : Is.EqualTo(Expected(operation)), $"{operation}");
    });

    [Test]
    public async Task Operation_FaultForGood_EndsAsUnavailableAndNamesTheKey([Values] Operation operation, [ValueSource(nameof(Passing))] AnswerFault fault)
    {
        using var wire = new AnswerFaults(_ => fault);
        bool hasNoBody = operation is Operation.Stat or Operation.Create or Operation.Delete && fault is AnswerFault.Truncated or AnswerFault.StalledBody;
        await using AzureObjectStore store = await OpenAsync(wire, operation, Stalls(fault) && !hasNoBody ? TimeSpan.FromMilliseconds(300) : null);
        if (hasNoBody)
        {
            Assert.That(await RunAsync(store, operation).WaitAsync(Patience), Is.EqualTo(Expected(operation)));
            return;
        }

        StoreUnavailableException e = (await Assert.ThrowsAsync<StoreUnavailableException>(() => RunAsync(store, operation).WaitAsync(Patience)))!;
        Assert.That(e.IsTransient, Is.True);
        AssertTells(e, operation);
    }

    [Test]
    public async Task Operation_Denied_EndsAtOnceAndIsNotTransient([Values] Operation operation)
    {
        using var wire = new AnswerFaults(_ => AnswerFault.Denied);
        await using AzureObjectStore store = await OpenAsync(wire, operation);

        StoreUnavailableException e = (await Assert.ThrowsAsync<StoreUnavailableException>(() => RunAsync(store, operation)))!;
        Assert.That((e.Code, e.IsTransient), Is.EqualTo(("access_denied", false)));
        Assert.That(wire.Count, Is.EqualTo(1));
        AssertTells(e, operation);
    }

    [Test]
    public async Task Create_WrongByteOnTheWay_IsRefused()
    {
        using var wire = new AnswerFaults(_ => AnswerFault.WrongByte);
        await using AzureObjectStore store = await OpenAsync(wire, Operation.Create);

        StoreUnavailableException e = (await Assert.ThrowsAsync<StoreUnavailableException>(() => RunAsync(store, Operation.Create)))!;
        Assert.That(e.IsTransient, Is.True);
        Assert.That(e.Message, Does.Contain("Md5Mismatch"));
    }

    [Test]
    public async Task Operation_AnswerOfSomethingElse_EndsAsUnavailable([Values] Operation operation)
    {
        using var wire = new AnswerFaults(_ => AnswerFault.Foreign);
        await using AzureObjectStore store = await OpenAsync(wire, operation);

        StoreUnavailableException e = (await Assert.ThrowsAsync<StoreUnavailableException>(() => RunAsync(store, operation)))!;
        Assert.That(e.IsTransient, Is.True);
        AssertTells(e, operation);
    }

    [Test]
    public async Task Create_AnswerLost_IsTrueForTheOneThatMadeIt([Values(AnswerFault.BusyButDone, AnswerFault.ResetAfter)] AnswerFault fault)
    {
        using var wire = new AnswerFaults(request => request.Index == 0 ? fault : AnswerFault.None);
        var container = AzureContainer.Create();
        await using AzureObjectStore store = container.Open(container.Options(wire));

        Assert.That(await store.CreateAsync(Key, Content), Is.True);
        Assert.That(await store.CreateAsync(Key, Content), Is.False, "The same bytes, but made by another call.");
    }

    [Test]
    public async Task Create_AnswerLostOfALostRace_IsFalse([Values(AnswerFault.Busy, AnswerFault.ResetAfter)] AnswerFault fault)
    {
        using var wire = new AnswerFaults(request => request.Index == 1 ? fault : AnswerFault.None);
        var container = AzureContainer.Create();
        await using AzureObjectStore store = container.Open(container.Options(wire));

        Assert.That(await store.CreateAsync(Key, Content), Is.True);
        Assert.That(await store.CreateAsync(Key, Content), Is.False);
    }

    [Test]
    public async Task Cancelled_WhileItWaits_EndsAsCancelled(
        [Values] Operation operation, [Values(AnswerFault.Stalled, AnswerFault.StalledBody, AnswerFault.BusyForAnHour)] AnswerFault fault, [Values] bool isOurs)
    {
        if (fault == AnswerFault.StalledBody && operation is Operation.Create or Operation.Stat or Operation.Delete)
        {
            Assert.Pass("Their answers have no body.");
        }

        using var source = new CancellationTokenSource();
        // The end of an object is read once its length is known, and the answer with that has no body.
        int last = fault == AnswerFault.StalledBody && operation == Operation.ReadEnd ? 1 : 0;
        using var wire = new AnswerFaults(request =>
        {
            if (request.Index == last)
            {
                source.CancelAfter(TimeSpan.FromMilliseconds(50));
            }

            return fault;
        });
        await using AzureObjectStore store = isOurs ? await OpenAsync(wire, operation) : await OpenPatientAsync(wire, operation, TimeSpan.FromMinutes(2));

        Assert.That(() => RunAsync(store, operation, source.Token).WaitAsync(Patience), Throws.InstanceOf<OperationCanceledException>());
        Assert.That(wire.Count, Is.EqualTo(last + 1));
    }

    [Test]
    public Task CallersClient_NothingComesOnce_IsCalledAgain([Values(AnswerFault.Stalled, AnswerFault.StalledBody)] AnswerFault fault) => EachAsync(async operation =>
    {
        using var wire = new AnswerFaults(request => request.Index == 0 ? fault : AnswerFault.None);
        await using AzureObjectStore store = await OpenPatientAsync(wire, operation, Silence.BeforeAnotherTry);

        Assert.That(await RunAsync(store, operation).WaitAsync(Patience), Is.EqualTo(Expected(operation)), $"{operation}");
    });

    [Test]
    public async Task CallersClient_NothingComesForGood_EndsAsUnavailableAndNamesTheKey([Values] Operation operation, [Values(AnswerFault.Stalled, AnswerFault.StalledBody)] AnswerFault fault)
    {
        using var wire = new AnswerFaults(_ => fault);
        await using AzureObjectStore store = await OpenPatientAsync(wire, operation);
        if (fault == AnswerFault.StalledBody && operation is Operation.Stat or Operation.Create or Operation.Delete)
        {
            Assert.That(await RunAsync(store, operation).WaitAsync(Patience), Is.EqualTo(Expected(operation)));
            return;
        }

        StoreUnavailableException e = (await Assert.ThrowsAsync<StoreUnavailableException>(() => RunAsync(store, operation).WaitAsync(Patience)))!;
        Assert.That(e.IsTransient, Is.True);
        AssertTells(e, operation);
    }

    [Test]
    public async Task Read_ServerThatWantsAnHourOfPatience_EndsWithinTheLimit()
    {
        using var wire = new AnswerFaults(_ => AnswerFault.BusyForAnHour);
        var container = AzureContainer.Create();
        await using AzureObjectStore store = container.Open(container.Options(wire, TimeSpan.FromMilliseconds(100), retries: 1));

        StoreUnavailableException e = (await Assert.ThrowsAsync<StoreUnavailableException>(async () => await store.StatAsync(Key).AsTask().WaitAsync(Patience)))!;
        Assert.That(e.IsTransient, Is.True);
    }

    [Test]
    public async Task Absent_Container_IsSaidByEveryOperation([Values] Operation operation)
    {
        var container = AzureContainer.Create();
        await using AzureObjectStore store = AzureObjectStore.Open($"azure://{container.Server.Account}/no-such-container", container.Options());

        StoreUnavailableException e = (await Assert.ThrowsAsync<StoreUnavailableException>(() => RunAsync(store, operation)))!;
        Assert.That((e.Code, e.IsTransient), Is.EqualTo(("container_not_found", false)));
        Assert.That(e.Hint, Does.Contain("--name no-such-container"));
    }

    [Test]
    public async Task Unreachable_Server_IsTransient()
    {
        AzureStoreOptions options = new()
        {
            ConnectionString = $"DefaultEndpointsProtocol=http;AccountName=devstoreaccount1;AccountKey=AAAA;BlobEndpoint=http://127.0.0.1:{Servers.TestServer.FreePorts(0)}/devstoreaccount1;",
            RetryDelay = TimeSpan.FromMilliseconds(1),
        };
        await using AzureObjectStore store = AzureObjectStore.Open("azure://devstoreaccount1/container", options);

        StoreUnavailableException e = (await Assert.ThrowsAsync<StoreUnavailableException>(async () => await store.StatAsync(Key)))!;
        Assert.That(e.IsTransient, Is.True);
        Assert.That(e.Message, Does.Contain("ConnectionRefused"));
    }

    [Test]
    public async Task WrongKey_IsDeniedWithoutRepeatingIt()
    {
        var container = AzureContainer.Create();
        string key = Convert.ToBase64String("not the key of this account"u8);
        await using AzureObjectStore store = container.Open(new AzureStoreOptions { ConnectionString = container.ConnectionString.Replace(container.Server.Key, key, StringComparison.Ordinal) });

        StoreUnavailableException e = (await Assert.ThrowsAsync<StoreUnavailableException>(async () => await store.StatAsync(Key)))!;
        Assert.That((e.Code, e.IsTransient), Is.EqualTo(("access_denied", false)));
        Assert.That(e.ToString(), Does.Not.Contain(key).And.Not.Contain("Authorization:"));
    }

    /// <summary>All operations at once, each with a container of its own: those that wait for silence to end wait together.</summary>
    private static Task EachAsync(Func<Operation, Task> test) => Task.WhenAll(Enum.GetValues<Operation>().Select(test));

    private static bool Stalls(AnswerFault fault) => fault is AnswerFault.Stalled or AnswerFault.StalledBody;

    private static async Task<AzureObjectStore> OpenPatientAsync(AnswerFaults wire, Operation operation, TimeSpan? timeout = null)
    {
        AzureContainer container = await PrepareAsync(operation);
        return new(container.PatientClient(wire), options: new AzureStoreOptions { RequestTimeout = timeout ?? Silence.BeforeAnError, MaxRetries = 1 });
    }

    private static async Task<AzureObjectStore> OpenAsync(AnswerFaults wire, Operation operation, TimeSpan? timeout = null)
    {
        AzureContainer container = await PrepareAsync(operation);
        return container.Open(container.Options(wire, timeout));
    }

    private static async Task<AzureContainer> PrepareAsync(Operation operation)
    {
        var container = AzureContainer.Create();
        if (operation is not (Operation.Create or Operation.ReadAbsent))
        {
            await using AzureObjectStore plain = container.Open();
            await plain.CreateAsync(Key, Content);
        }

        return container;
    }

    private static async Task<string> RunAsync(AzureObjectStore store, Operation operation, CancellationToken cancellationToken = default)
    {
        switch (operation)
        {
            case Operation.Create:
                return $"{await store.CreateAsync(Key, Content, cancellationToken)}";
            case Operation.Read:
            case Operation.ReadEnd:
            case Operation.ReadAbsent:
                byte[] bytes = new byte[Content.Length - 10];
                ObjectRead? read = await store.ReadAsync(Key, operation == Operation.ReadEnd ? -bytes.Length : 10, bytes, cancellationToken);
                return read is null ? "absent" : $"{read} {Digest.Of(bytes)}";
            case Operation.Stat:
                return $"{await store.StatAsync(Key, cancellationToken)}";
            case Operation.List:
                return string.Join(' ', await store.ListAsync("packs/", cancellationToken).ToListAsync(cancellationToken));
            default:
                return $"{await store.DeleteAsync(Key, cancellationToken)}";
        }
    }

    private static string Expected(Operation operation) => operation switch
    {
        Operation.Read or Operation.ReadEnd => $"{new ObjectRead(Content.Length, Content.Length - 10)} {Digest.Of(Content.AsSpan(10))}",
        Operation.ReadAbsent => "absent",
        Operation.Stat => $"{Content.Length}",
        Operation.List => $"{new ObjectInfo(Key, Content.Length)}",
        _ => "True",
    };

    private static void AssertTells(StoreUnavailableException e, Operation operation)
    {
        Assert.That(e.Message, Does.Contain(operation == Operation.List ? "'packs/'" : $"'{Key}'").And.Contain("azure://devstoreaccount1/test-"));
        Assert.That(e.Hint, Is.Not.Empty);
        Assert.That(e.ToString(), Does.Not.Contain("secret detail").And.Not.Contain("sig="));
    }
}
