namespace Versioning.ML.Tests;

/// <summary>The way back to the version before, and what ends it.</summary>
[TestFixture]
internal sealed class RollBackTests : ModelFixture
{
    [SetUp]
    public async Task CommitThree()
    {
        for (int factor = 1; factor <= 3; factor++)
        {
            await CommitAsync(factor);
        }

        await PublishAsync(1);
    }

    [Test]
    public async Task RollBack_GoesToTheVersionBefore_WithoutTheStore_AndStaysWhileTheReferenceNamesTheOther()
    {
        VersionedModel<Row, Answer> model = await SecondAsync();
        ArtifactPin second = model.Live!;
        Failure = Gone();
        Assert.That((await model.RollBackAsync()).Number, Is.EqualTo(1));
        Assert.That((Answering(model), model.RolledBackFrom, model.Before), Is.EqualTo((1, second, default(ArtifactPin))));
        Assert.That(Logged.Texts, Has.Some.Contains("was rolled back from models/churn@2 to models/churn@1"));

        // Twice does not lead back to what was left.
        Assert.That(() => model.RollBackAsync(), Throws.TypeOf<NotFoundException>().With.Property("Code").EqualTo("nothing_to_roll_back_to"));
        Failure = null;
        await LookAsync();
        Assert.That((Answering(model), model.Failure), Is.EqualTo((1, default(Exception))));
        Assert.That((await model.RefreshAsync())!.Number, Is.EqualTo(1), "a refresh does not end it");
    }

    [Test]
    public async Task RollBack_Ends_WhenTheReferenceNamesAnotherVersion()
    {
        VersionedModel<Row, Answer> model = await SecondAsync();
        await model.RollBackAsync();
        await PublishAsync(3);
        await UntilAsync(() => Answering(model) == 3);
        Assert.That((model.RolledBackFrom, model.Before!.Number), Is.EqualTo((default(ArtifactPin), 1)));

        // What was left once may be named again.
        await PublishAsync(2);
        await UntilAsync(() => Answering(model) == 2);
    }

    [Test]
    public async Task RollBack_Ends_WhenTheReferenceFollows_SoThatTheOtherMayComeAgain()
    {
        VersionedModel<Row, Answer> model = await SecondAsync();
        await model.RollBackAsync();
        await PublishAsync(1);
        await UntilAsync(() => model.RolledBackFrom is null);
        Assert.That(Answering(model), Is.EqualTo(1));
        await PublishAsync(2);
        await UntilAsync(() => Answering(model) == 2);
    }

    [Test]
    public async Task Resume_BringsWhatTheReferenceNames()
    {
        VersionedModel<Row, Answer> model = await SecondAsync();
        await model.RollBackAsync();
        Assert.That((await model.ResumeAsync())!.Number, Is.EqualTo(2));
        Assert.That((Answering(model), model.RolledBackFrom, model.Before!.Number), Is.EqualTo((2, default(ArtifactPin), 1)));
        Assert.That((await model.RollBackAsync()).Number, Is.EqualTo(1), "and there is a way back again");
    }

    [Test]
    public async Task RollBack_FromAVersion_AfterWhichAnotherDidNotLoad_StaysForThatOne()
    {
        await CommitBrokenAsync();
        VersionedModel<Row, Answer> model = await SecondAsync();
        await PublishAsync(4);
        await UntilAsync(() => model.Failure is not null);
        Assert.That((await model.RollBackAsync()).Number, Is.EqualTo(1));
        await LookAsync();
        Assert.That((Answering(model), model.RolledBackFrom!.Number), Is.EqualTo((1, 2)));
        Assert.That((model.Failure as VersioningException)?.Message, Does.Contain("models/churn@4"), "which is still what the reference names");
        await PublishAsync(3);
        await UntilAsync(() => Answering(model) == 3);
    }

    [Test]
    public async Task RollBack_WhileAnotherVersionBecomesLive_IsAConflict()
    {
        var loads = new TaskCompletionSource();
        var goOn = new TaskCompletionSource();
        VersionedModel<Row, Answer> model = await SecondAsync(options => options.Check = async (engine, files, _) =>
        {
            if (files.Pin.Number == 3)
            {
                loads.SetResult();
                await goOn.Task;
            }
        });
        await PublishAsync(3);
        await loads.Task;
        Task<ArtifactPin> back = model.RollBackAsync();
        Assert.That((back.IsCompleted, Answering(model)), Is.EqualTo((false, 2)), "requests do not wait");
        goOn.SetResult();
        Assert.That(async () => await back, Throws.TypeOf<ConflictException>().With.Message.Contains("models/churn@3 became live"));
        Assert.That(Answering(model), Is.EqualTo(3));
    }

    [Test]
    public async Task RollBack_WithNothingBefore_OrNothingLive_SaysSo()
    {
        VersionedModel<Row, Answer> model = await StartAsync();
        Assert.That(() => model.RollBackAsync(), Throws.TypeOf<NotFoundException>());
        VersionedModel<Row, Answer> idle = Model();
        Assert.That(() => idle.RollBackAsync(), Throws.TypeOf<NotFoundException>());
    }

    /// <summary>A model of which the second version is live, after the first.</summary>
    private async Task<VersionedModel<Row, Answer>> SecondAsync(Action<VersionedModelOptions<Row, Answer>>? configure = null)
    {
        VersionedModel<Row, Answer> model = await StartAsync(configure);
        await PublishAsync(2);
        await UntilAsync(() => model.Before is not null);
        return model;
    }

    /// <summary>Waits until the watch has looked once more.</summary>
    private async Task LookAsync()
    {
        Failure = Gone();
        await UntilAsync(() => Watch.Failure is not null);
        Failure = null;
        await UntilAsync(() => Watch.Failure is null);
    }

    private static StoreUnavailableException Gone() => new("store_unavailable", "gone", transient: true);
}
