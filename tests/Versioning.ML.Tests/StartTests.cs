namespace Versioning.ML.Tests;

/// <summary>How an application begins, whatever the store and the version that is named are like.</summary>
[TestFixture]
internal sealed class StartTests : ModelFixture
{
    [Test]
    public async Task Process_ThatStartsWithoutTheStore_ServesWhatWasLiveLastOnItsMachine_AndGoesOnWhenTheStoreComesBack([Values] bool mayPass)
    {
        await CommitAsync(1);
        await CommitAsync(2);
        await PublishAsync(1);
        await (await StartAsync()).DisposeAsync();
        await PublishAsync(2);
        Failure = new StoreUnavailableException("store_unavailable", "gone", transient: mayPass);
        VersionedModel<Row, Answer> model = await StartAsync();
        Assert.That(Answering(model), Is.EqualTo(1));
        await UntilAsync(() => model.Failure is StoreUnavailableException || !mayPass);
        Assert.That(Logged.Texts, Has.Some.Contains("models/churn@1, which was live last on this machine, answers"));
        Failure = null;
        await UntilAsync(() => Answering(model) == 2);
    }

    [Test]
    public async Task Process_ThatStartsWithoutTheStore_AndNeverHadAVersion_WaitsForIt()
    {
        await CommitAsync(1);
        await PublishAsync(1);
        Failure = new StoreUnavailableException("store_unavailable", "gone", transient: true);
        VersionedModel<Row, Answer> model = Model();
        using var impatient = new CancellationTokenSource();
        Task start = model.StartAsync(impatient.Token), other = model.StartAsync();
        await UntilAsync(() => model.Failure is StoreUnavailableException);
        await impatient.CancelAsync();
        Assert.That(async () => await start, Throws.InstanceOf<OperationCanceledException>());
        Assert.That(other.IsCompleted, Is.False);
        Assert.That(() => model.Predict(new Row()), Throws.TypeOf<VersioningException>().With.Property("Code").EqualTo("model_not_live"));
        Failure = null;
        await other;
        Assert.That(Answering(model), Is.EqualTo(1));
    }

    [Test]
    public async Task Store_ThatRefuses_FailsTheStart_NamingEverything()
    {
        Failure = new StoreUnavailableException("access_denied", "The store says no.", "Ask for the right to read.", transient: false);
        VersioningException failed = (await Assert.ThrowsAsync<VersioningException>(() => StartAsync()))!;
        Assert.That((failed.Code, failed.Message, failed.Hint), Is.EqualTo(("access_denied", "'models/churn@production' of the store at memory has no version that can be used: The store says no.", "Ask for the right to read.")));
    }

    [Test]
    public async Task Start_ThatFailed_MayBeTriedAgain()
    {
        await CommitAsync(1);
        await PublishAsync(1);
        Failure = new StoreUnavailableException("access_denied", "The store says no.", transient: false);
        VersionedModel<Row, Answer> model = Model();
        await Assert.ThrowsAsync<VersioningException>(() => model.StartAsync());
        await Assert.ThrowsAsync<VersioningException>(() => model.StartAsync());
        Failure = null;
        await model.StartAsync();
        Assert.That(Answering(model), Is.EqualTo(1));
    }

    [Test]
    public async Task Store_ThatIsClosed_EndsTheWaiting()
    {
        VersionStore store = VersionStore.Connect(new PassingStore(Objects), Folder.Options);
        var model = new VersionedModel<Row, Answer>(store, Production, new());
        Task start = model.StartAsync();
        await UntilAsync(() => model.Failure is NotFoundException);
        await store.DisposeAsync();
        Assert.That(async () => await start, Throws.TypeOf<VersioningException>());
        await model.DisposeAsync();
    }

    [Test]
    public async Task FirstVersion_ThatDoesNotLoad_FailsTheStart()
    {
        await CommitBrokenAsync();
        await PublishAsync(1);
        VersioningException failed = (await Assert.ThrowsAsync<VersioningException>(() => StartAsync()))!;
        Assert.That((failed.Code, failed.Message), Is.EqualTo(("model_refused", failed.Message)));
        Assert.That(failed.Message, Does.Contain(Production).And.Contain("models/churn@1").And.Contain("memory"));
        Assert.That(failed.Hint, Is.Not.Null);
    }

    [Test]
    public async Task FirstVersion_ThatDoesNotLoad_WhereAnotherWasLiveLastOnThisMachine_LeavesThatOne()
    {
        await CommitAsync(1);
        await CommitBrokenAsync();
        await PublishAsync(1);
        await (await StartAsync()).DisposeAsync();
        await PublishAsync(2);
        VersionedModel<Row, Answer> model = await StartAsync();
        Assert.That((Answering(model), (model.Failure as VersioningException)?.Code), Is.EqualTo((1, "model_refused")));
    }

    [Test]
    public async Task StartWithoutModel_DoesNotWait_AndRequestsDo()
    {
        await CommitBrokenAsync();
        await CommitAsync(2);
        await PublishAsync(1);
        VersionedModel<Row, Answer> model = await StartAsync(options => options.StartsWithoutModel = true);
        await UntilAsync(() => model.Failure is not null);
        Task live = model.WaitUntilLiveAsync();
        Assert.That((live.IsCompleted, model.Live), Is.EqualTo((false, default(ArtifactPin))));
        Assert.That(() => model.Predict(new Row()), Throws.TypeOf<VersioningException>().With.Property("Hint").Contains("WaitUntilLiveAsync"));
        await PublishAsync(2);
        await live;
        Assert.That(Answering(model), Is.EqualTo(2));
    }

    [Test]
    public async Task Name_ThatComesLater_IsWaitedFor()
    {
        await CommitAsync(1);
        VersionedModel<Row, Answer> model = Model();
        Task start = model.StartAsync();
        await UntilAsync(() => model.Failure is NotFoundException);
        Assert.That(start.IsCompleted, Is.False);
        await PublishAsync(1);
        await start;
    }

    [Test]
    public async Task Disposal_EndsFollowing_Requests_AndWaiting()
    {
        await CommitAsync(1);
        VersionedModel<Row, Answer> waiting = Model(), never = Model();
        Task live = waiting.WaitUntilLiveAsync();
        Task start = waiting.StartAsync();
        await waiting.DisposeAsync();
        Assert.That(async () => await live, Throws.InstanceOf<OperationCanceledException>());
        Assert.That(async () => await start, Throws.InstanceOf<OperationCanceledException>());
        await PublishAsync(1);
        VersionedModel<Row, Answer> model = await StartAsync();
        await model.DisposeAsync();
        await model.DisposeAsync();
        await never.DisposeAsync();
        Assert.That(() => model.Predict(new Row()), Throws.TypeOf<ObjectDisposedException>());
        Assert.That(() => model.StartAsync(), Throws.TypeOf<ObjectDisposedException>());
        Assert.That(() => model.RollBackAsync(), Throws.TypeOf<ObjectDisposedException>());
        Assert.That(() => model.ResumeAsync(), Throws.TypeOf<ObjectDisposedException>());
    }

    [Test]
    public async Task Files_AreHeld_OfTheLiveVersionAndTheOneBefore_AndLetGoAtTheEnd()
    {
        for (int factor = 1; factor <= 3; factor++)
        {
            await CommitAsync(factor);
        }

        await PublishAsync(1);
        VersionedModel<Row, Answer> model = await StartAsync();
        string first = Trees().Single();
        await PublishAsync(2);
        await UntilAsync(() => model.Before is not null);
        Assert.That((Trees().Length, IsHeld(first)), Is.EqualTo((2, true)));
        await PublishAsync(3);
        await UntilAsync(() => !IsHeld(first));
        Assert.That(Trees().Count(IsHeld), Is.EqualTo(2));
        await model.DisposeAsync();
        await UntilAsync(() => !Trees().Any(IsHeld));
    }

    private string[] Trees() => [.. Directory.GetDirectories(Folder.Of("cache/versions")).Select(tree => Path.GetFileName(tree)!)];

    private bool IsHeld(string tree)
    {
        using Microsoft.Win32.SafeHandles.SafeFileHandle? taken = new Files.TreeFolder(Folder.Of("cache")).TryTake(tree);
        return taken is null;
    }
}
