namespace Versioning.ML.Tests;

/// <summary>Which version answers while the reference moves.</summary>
[TestFixture]
internal sealed class SwapTests : ModelFixture
{
    [Test]
    public async Task Start_WaitsForTheFirstVersion_AndEachOtherAnswersAsSoonAsItIsNamed()
    {
        ArtifactPin first = await CommitAsync(1), second = await CommitAsync(2);
        await PublishAsync(1);
        VersionedModel<Row, Answer> model = await StartAsync();
        Assert.That((Answering(model), model.Live, model.Before, model.Failure), Is.EqualTo((1, first, default(ArtifactPin), default(Exception))));
        await PublishAsync(2);
        await UntilAsync(() => Answering(model) == 2);
        await UntilAsync(() => model.Before is not null);
        Assert.That((model.Live, model.Before), Is.EqualTo((second, first)));
        Assert.That(model.ToString(), Is.EqualTo($"{Production}: {second}"));
        Assert.That(Logged.Texts, Has.Some.Contains("models/churn@2 answers for models/churn@production now; before: models/churn@1"));
    }

    [Test]
    public async Task Model_ThatLearnt_Answers()
    {
        await CommitAsync(folder => Rows.Train(Path.Join(folder, "trained.zip")));
        await PublishAsync(1);
        VersionedModel<Row, Answer> model = await StartAsync();
        Assert.That(model.Predict(new Row { X = 5 }).Y, Is.EqualTo(20).Within(1));
    }

    [Test]
    public async Task Version_ThatDoesNotLoad_LeavesTheOneBefore_AndIsNotTriedAgainAndAgain()
    {
        await CommitAsync(1);
        await CommitBrokenAsync();
        await CommitAsync(3);
        await PublishAsync(1);
        VersionedModel<Row, Answer> model = await StartAsync();
        await PublishAsync(2);
        await UntilAsync(() => model.Failure is VersioningException { Code: "model_refused" });
        Assert.That(model.Failure!.Message, Does.Contain("models/churn@2"));
        await LooksAsync(10);
        Assert.That((Answering(model), model.Live!.Number), Is.EqualTo((1, 1)));
        Assert.That(Logged.Texts.Where(line => line.StartsWith("Warning models/churn@2 does not answer for models/churn@production", StringComparison.Ordinal)).ToArray(), Has.Length.EqualTo(1));
        Assert.That(Logged.Texts, Has.None.StartsWith("Error"));
        await PublishAsync(3);
        await UntilAsync(() => Answering(model) == 3);
        await UntilAsync(() => model.Failure is null);

        // Named anew, it is tried anew.
        await PublishAsync(2);
        await UntilAsync(() => model.Failure is not null);
        await PublishAsync(3);
        await UntilAsync(() => model.Failure is null);
        Assert.That(Answering(model), Is.EqualTo(3));
    }

    [Test]
    public async Task Version_ThatCanNotBeFetched_WasNotRefused_AndComesWhenItCan()
    {
        await CommitAsync(1);
        await CommitAsync(2);
        await PublishAsync(1);
        VersionedModel<Row, Answer> model = await StartAsync();
        (FailsOn, Failure) = (key => key.StartsWith("packs/", StringComparison.Ordinal), new StoreUnavailableException("store_unavailable", "gone", transient: true));
        await PublishAsync(2);
        await UntilAsync(() => model.Failure is StoreUnavailableException);
        Assert.That(() => model.RefreshAsync(), Throws.TypeOf<StoreUnavailableException>());
        Assert.That((Answering(model), Watch.Refusal), Is.EqualTo((1, default(Exception))));
        Failure = null;
        await UntilAsync(() => Answering(model) == 2);
    }

    [TestCase("X", "Z", "has no column Y, which Answer has")]
    [TestCase("Z", "Y", "Z")]
    public async Task Version_WithOtherColumns_IsRefused(string input, string output, string says)
    {
        await CommitAsync(1);
        await CommitAsync(folder => Columns.Save(Path.Join(folder, "model.zip"), input, output));
        await PublishAsync(1);
        VersionedModel<Row, Answer> model = await StartAsync();
        await PublishAsync(2);
        await UntilAsync(() => model.Failure is VersioningException { Code: "model_refused" });
        Assert.That((model.Failure!.Message.Contains(says, StringComparison.Ordinal), Answering(model)), Is.EqualTo((true, 1)), model.Failure.Message);
    }

    [Test]
    public async Task Check_GetsModelAndFiles_AndRefusesWithWhatItThrows()
    {
        await CommitAsync(1);
        await CommitAsync(2);
        await PublishAsync(1);
        VersionedModel<Row, Answer> model = await StartAsync(options => options.Check = (engine, files, _) =>
        {
            Assert.That(files.PathOf("model.zip"), Does.Exist);
            return engine.Predict(new Row { X = 1 }).Y == 1 ? Task.CompletedTask : throw new InvalidDataException("no better than before");
        });
        await PublishAsync(2);
        await UntilAsync(() => model.Failure is not null);
        Assert.That(model.Failure!.InnerException, Is.TypeOf<InvalidDataException>());
        Assert.That((model.Failure.Message, Answering(model)), Is.EqualTo(("models/churn@2 is not used: no better than before", 1)));
    }

    [Test]
    public async Task Predictions_WhileVersionsAreSwapped_AllSucceed_AndNameTheVersionThatAnswered()
    {
        const int versions = 5, moves = 20;
        for (int factor = 1; factor <= versions; factor++)
        {
            await CommitAsync(factor);
        }

        await PublishAsync(1);
        VersionedModel<Row, Answer> model = await StartAsync();
        using var ends = new CancellationTokenSource();
        Task<HashSet<long>>[] requests = [.. Enumerable.Range(0, 4).Select(i => Task.Run(() =>
        {
            var seen = new HashSet<long>();
            while (!ends.IsCancellationRequested)
            {
                seen.Add(Answering(model, i + 1));
            }

            return seen;
        }))];
        for (int move = 1; move <= moves; move++)
        {
            int next = (move % versions) + 1;
            await PublishAsync(next);
            await UntilAsync(() => model.Live!.Number == next || requests.Any(r => r.IsCompleted));
        }

        await ends.CancelAsync();
        HashSet<long>[] seen = await Task.WhenAll(requests);
        Assert.That(seen.SelectMany(s => s).Distinct().Count(), Is.EqualTo(versions));
    }

    /// <summary>Lets some looks pass.</summary>
    private async Task LooksAsync(int count)
    {
        for (int i = 0; i < count; i++)
        {
            await Task.Delay(6);
        }
    }
}
