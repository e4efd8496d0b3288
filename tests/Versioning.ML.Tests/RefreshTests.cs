namespace Versioning.ML.Tests;

/// <summary>Looking at once, for whoever knows that there is news.</summary>
[TestFixture]
internal sealed class RefreshTests : ModelFixture
{
    [Test]
    public async Task Refresh_BringsNewsBeforeTheInterval()
    {
        await CommitAsync(1);
        await CommitAsync(2);
        await PublishAsync(1);
        VersionedModel<Row, Answer> model = await StartAsync(options => options.Interval = TimeSpan.FromHours(1));
        await PublishAsync(2);
        Assert.That((await model.RefreshAsync())!.Number, Is.EqualTo(2));
        Assert.That(Answering(model), Is.EqualTo(2));
    }

    [Test]
    public async Task Reference_ThatGoesBackAfterARefresh_IsFollowed()
    {
        await CommitAsync(1);
        await CommitAsync(2);
        await PublishAsync(1);
        VersionedModel<Row, Answer> model = await StartAsync(options => options.Interval = TimeSpan.FromMilliseconds(200));
        await PublishAsync(2);
        await model.RefreshAsync();

        // The watch may never have seen that the reference was elsewhere meanwhile.
        await PublishAsync(1);
        await UntilAsync(() => Answering(model) == 1);
    }

    [Test]
    public async Task Refresh_TriesAgainWhatWasRefused_AndThrowsWhileItIs()
    {
        await CommitAsync(1);
        await CommitAsync(2);
        await PublishAsync(1);
        bool refuses = true;
        VersionedModel<Row, Answer> model = await StartAsync(options => options.Check = (_, files, _) =>
            refuses && files.Pin.Number == 2 ? throw new InvalidDataException("not now") : Task.CompletedTask);
        await PublishAsync(2);
        await UntilAsync(() => model.Failure is not null);
        Assert.That(() => model.RefreshAsync(), Throws.TypeOf<VersioningException>().With.Message.Contains("not now"));
        refuses = false;
        await model.RefreshAsync();
        Assert.That((Answering(model), model.Failure), Is.EqualTo((2, default(Exception))));
    }

    [Test]
    public async Task Refresh_WithoutTheStore_Throws_AndLeavesTheVersion()
    {
        await CommitAsync(1);
        await PublishAsync(1);
        VersionedModel<Row, Answer> model = await StartAsync();
        Failure = new StoreUnavailableException("store_unavailable", "gone", transient: true);
        Assert.That(() => model.RefreshAsync(), Throws.TypeOf<StoreUnavailableException>());
        Assert.That(Answering(model), Is.EqualTo(1));
    }
}
