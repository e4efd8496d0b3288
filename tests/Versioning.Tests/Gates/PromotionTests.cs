using NUnit.Framework;
using Versioning.Tests.Store;

namespace Versioning.Tests.Gates;

/// <summary>Aliases that only some versions may have.</summary>
[TestFixture]
[Parallelizable(ParallelScope.Self)]
internal sealed class PromotionTests : StoreFixture
{
    private const string Model = "models/churn";
    private static readonly string[] NotWorse = ["metric.f1 >= production.metric.f1 - 0.01"];
    private VersionStore _store = null!;

    [SetUp]
    public async Task MakeVersions()
    {
        _store = await VersionStore.CreateAsync(new PassingStore(_objects), _folder.Options);
        foreach ((string content, double f1) in new[] { ("a", 0.90), ("b", 0.895), ("c", 0.5) })
        {
            _folder.Write("m/w", content);
            await _store.CommitAsync(Model, _folder.Of("m"), new CommitOptions { Metrics = { ["f1"] = f1 } });
        }
    }

    [TearDown]
    public async Task Close() => await _store.DisposeAsync();

    [Test]
    public async Task Promote_ThreeVersions_LetsThroughWhatIsNotWorse()
    {
        PromotionResult first = await _store.PromoteAsync($"{Model}@1", "production", [.. NotWorse, "metric.f1 > production.metric.f1"]);
        Assert.That((first.Moved, first.Before, first.After.Number), Is.EqualTo((true, (ArtifactPin?)null, 1L)), "nothing to be worse than");
        PromotionResult second = await _store.PromoteAsync($"{Model}@2", "production", NotWorse);
        Assert.That((second.Before, second.After.Number), Is.EqualTo((first.After, 2L)));
        Assert.That(
            () => _store.PromoteAsync($"{Model}@3", "production", NotWorse),
            Throws.TypeOf<ConflictException>().With.Property("Code").EqualTo("gate_refused").And.Message.Contains("metric.f1 (0.5) >= production.metric.f1 - 0.01 (0.885) does not hold"));
        Assert.That((await _store.PromoteAsync($"{Model}@2", "production", NotWorse)).Moved, Is.False);
        Assert.That((await _store.ResolveAsync($"{Model}@production")).Number, Is.EqualTo(2));
    }

    [Test]
    public async Task Policy_EveryWayToMoveTheAlias_IsHeld()
    {
        await _store.SetPolicyAsync(Model, "production", ["metric.f1 >= 0.895"]);
        Assert.That((await _store.ListArtifactsAsync().SingleAsync()).Policies["production"], Is.EqualTo(["metric.f1 >= 0.895"]));
        await using VersionStore other = await VersionStore.OpenAsync(new PassingStore(_objects), _folder.Options);
        Assert.That(await other.MoveAliasAsync(Model, "production", "1"), Is.True);
        AssertRefused(() => other.MoveAliasAsync(Model, "production", "3"));
        AssertRefused(() => other.PromoteAsync($"{Model}@3", "production"));
        AssertRefused(() => other.PromoteAsync($"{Model}@3", "production", ["metric.f1 >= 0.1"]));
        _folder.Write("m/w", "d");
        AssertRefused(() => other.CommitAsync(Model, _folder.Of("m"), new CommitOptions { Alias = "production", Metrics = { ["f1"] = 0.1 } }));
        await using (Run run = await other.StartRunAsync("train", new StartRunOptions { RecordCode = false }))
        {
            run.LogMetric("f1", 0.2);
            await run.ProduceAsync(Model, _folder.Of("m"), new CommitOptions { Alias = "production" });
            AssertRefused(() => run.CompleteAsync());
        }

        Assert.That((await other.LogAsync(Model).ToListAsync()).Select(v => v.Number), Is.EqualTo([3, 2, 1]), "what was refused was not published either");
        Assert.That(await other.MoveAliasAsync(Model, "staging", "3"), Is.True, "another alias");
        CommitResult good = await other.CommitAsync(Model, _folder.Of("m"), new CommitOptions { Alias = "production", Metrics = { ["f1"] = 0.99 } });
        Assert.That((await other.ResolveAsync($"{Model}@production")).Number, Is.EqualTo(good.Version.Number));
        await other.SetPolicyAsync(Model, "production", []);
        Assert.That(await other.MoveAliasAsync(Model, "production", "3"), Is.True);
        Assert.That((await other.ListArtifactsAsync().SingleAsync()).Policies, Is.Empty);
        Assert.That((await other.VerifyAsync()).Damages, Is.Empty);
    }

    [Test]
    public async Task Policy_OfAnAliasThatNamesNothingYet_KeepsItsNameFromTags()
    {
        await _store.SetPolicyAsync(Model, "production", ["metric.f1 >= 0.95"]);
        AssertIsAlias(() => _store.TagAsync($"{Model}@3", "production"));
        _folder.Write("m/w", "d");
        AssertIsAlias(() => _store.CommitAsync(Model, _folder.Of("m"), new CommitOptions { Tag = "production" }));
        await using VersionStore source = await VersionStore.CreateAsync(_folder.Of("source"), _folder.Options);
        CommitResult tagged = await source.CommitAsync(Model, _folder.Of("m"), new CommitOptions { Tag = "production" });
        CopiedVersion copy = (await source.CopyAsync([tagged.Pin], _store, new CopyOptions { WithTags = true })).Single();
        Assert.That((copy.Tags, copy.TagsTaken), Is.EqualTo((Array.Empty<string>(), new[] { "production" })));
        Assert.That(() => _store.ResolveAsync($"{Model}@production"), Throws.TypeOf<NotFoundException>());
    }

    [Test]
    public async Task Policy_CommitOfWhatIsThereAlready_IsHeldByWhatThatSaysOfItself()
    {
        await _store.SetPolicyAsync(Model, "production", ["author == 'ci'"]);
        await using VersionStore ci = await VersionStore.OpenAsync(new PassingStore(_objects), new VersionStoreOptions { Author = "ci", CacheDirectory = _folder.Of("cache") });
        AssertRefused(() => ci.CommitAsync(Model, _folder.Of("m"), new CommitOptions { Alias = "production", Metrics = { ["f1"] = 0.5 } }));
        await ci.CommitAsync(Model, _folder.Of("m"), new CommitOptions { Alias = "production", Metrics = { ["f1"] = 0.6 } });
        Assert.That((await ci.ResolveAsync($"{Model}@production")).Number, Is.EqualTo(4));
    }

    [Test]
    public async Task Promote_AliasMovedMeanwhile_ComparesWithWhatItNamesThen()
    {
        await using VersionStore slow = await VersionStore.OpenAsync(new RacingStore(_objects) { Faster = () => _store.MoveAliasAsync(Model, "production", "1") }, _folder.Options);
        Assert.That(() => slow.PromoteAsync($"{Model}@3", "production", NotWorse), Throws.TypeOf<ConflictException>().With.Message.Contains("(0.89)"));
    }

    [Test]
    public async Task Promote_BesideAnAliasThatNamesNothingYet_IsKnownByItsPolicy()
    {
        string[] notWorse = ["metric.f1 >= staging.metric.f1"];
        Assert.That(() => _store.PromoteAsync($"{Model}@3", "production", notWorse), Throws.TypeOf<VersioningException>().With.Property("Code").EqualTo("invalid_condition"), "It may be misspelt.");
        await _store.SetPolicyAsync(Model, "staging", ["files > 0"]);
        Assert.That((await _store.PromoteAsync($"{Model}@3", "production", notWorse)).Moved, Is.True);
    }

    [Test]
    public async Task RollBack_GoesToWhatItNamedBefore()
    {
        Assert.That(() => _store.RollBackAliasAsync(Model, "production"), Throws.TypeOf<NotFoundException>());
        await _store.MoveAliasAsync(Model, "production", "1");
        Assert.That(() => _store.RollBackAliasAsync(Model, "production"), Throws.TypeOf<NotFoundException>().With.Message.Contains("no other version"));
        await _store.MoveAliasAsync(Model, "production", "3");
        for (int i = 0; i < 40; i++)
        {
            await _store.MoveAliasAsync(Model, "other", $"{(i % 2) + 1}");
        }

        PromotionResult back = await _store.RollBackAliasAsync(Model, "production");
        Assert.That((back.Before!.Number, back.After.Number), Is.EqualTo((3L, 1L)));
        Assert.That((await _store.ResolveAsync($"{Model}@production")).Number, Is.EqualTo(1));
    }

    [TestCase("metric.f1 >= 0.99", "metric.f1 (0.9) >= 0.99 does not hold")]
    [TestCase("signed", "signed is false")]
    [TestCase("metric.f1 >= staging.metric.f1 + 0.5", "metric.f1 (0.9) >= staging.metric.f1 + 0.5 (1) does not hold")]
    [TestCase("metric.f1 > production.metric.f1 and files > 1", "files (1) > 1 does not hold")]
    public async Task RollBack_ToWhatThePolicyDoesNotAllow_IsRefused(string condition, string says)
    {
        await _store.MoveAliasAsync(Model, "staging", "3");
        await MoveOnAsync(condition);
        Assert.That(
            () => _store.RollBackAliasAsync(Model, "production"),
            Throws.TypeOf<ConflictException>().With.Property("Code").EqualTo("gate_refused").And.Message.Contains(says).And.Property("Hint").Contains("vers audit models/churn --action alias").And.Property("Hint").Contains("vers policy models/churn@production"));
        Assert.That((await _store.ResolveAsync($"{Model}@production")).Number, Is.EqualTo(3));
        await _store.SetPolicyAsync(Model, "production", []);
        Assert.That((await _store.RollBackAliasAsync(Model, "production")).After.Number, Is.EqualTo(1));
    }

    [TestCase("metric.f1 >= 0.9")]
    [TestCase("metric.f1 < production.metric.f1 - 0.01")]
    [TestCase("production.signed and production.reproducible")]
    public async Task RollBack_WhateverTheVersionIsThatItLeaves(string condition)
    {
        await MoveOnAsync(condition);
        Assert.That((await _store.RollBackAliasAsync(Model, "production")).After.Number, Is.EqualTo(1));
    }

    [Test]
    public async Task RollBack_BySeveralAtOnce_GoesBackOnce()
    {
        await MoveOnAsync();
        await using VersionStore slow = await VersionStore.OpenAsync(new RacingStore(_objects) { Faster = () => _store.RollBackAliasAsync(Model, "production") }, _folder.Options);
        PromotionResult back = await slow.RollBackAliasAsync(Model, "production");
        Assert.That((back.Moved, back.After.Number), Is.EqualTo((false, 1L)));
        Assert.That((await _store.ResolveAsync($"{Model}@production")).Number, Is.EqualTo(1));
    }

    [Test]
    public async Task RollBack_AliasMovedOnMeanwhile_IsAConflict()
    {
        await MoveOnAsync();
        await using VersionStore slow = await VersionStore.OpenAsync(new RacingStore(_objects) { Faster = () => _store.MoveAliasAsync(Model, "production", "2") }, _folder.Options);
        Assert.That(
            () => slow.RollBackAliasAsync(Model, "production"),
            Throws.TypeOf<ConflictException>().With.Property("Code").EqualTo("alias_moved").And.Message.Contains("from 3 to 2"));
        Assert.That((await _store.ResolveAsync($"{Model}@production")).Number, Is.EqualTo(2));
    }

    [Test]
    public async Task RollBack_ToWhatWasRetired_SaysSo()
    {
        await _store.MoveAliasAsync(Model, "production", "1");
        await _store.MoveAliasAsync(Model, "production", "3");
        await Collector.RetireAsync(_objects, Model, 1);
        Assert.That(() => _store.RollBackAliasAsync(Model, "production"), Throws.TypeOf<NotFoundException>().With.Message.Contains($"{Model}@1"));
        Assert.That((await _store.ResolveAsync($"{Model}@production")).Number, Is.EqualTo(3));
    }

    [Test]
    public async Task SetPolicy_WhatIsNone_IsRefused()
    {
        Assert.That(() => _store.SetPolicyAsync(Model, "production", ["metric.f1 >="]), Throws.TypeOf<VersioningException>().With.Property("Code").EqualTo("invalid_condition"));
        await _store.TagAsync($"{Model}@1", "v1");
        Assert.That(() => _store.SetPolicyAsync(Model, "v1", ["files > 1"]), Throws.TypeOf<ConflictException>().With.Property("Code").EqualTo("alias_is_tag"));
        Assert.That(() => _store.SetPolicyAsync("models/none", "production", ["files > 1"]), Throws.TypeOf<NotFoundException>());
        Assert.That(() => _store.PromoteAsync($"{Model}@1", "production", ["prodction.metric.f1 < 1"]), Throws.TypeOf<VersioningException>().With.Property("Code").EqualTo("invalid_condition"));
    }

    [TestCase("f1 > 0.95", "'f1'")]
    [TestCase("metrics.f1 > 1", "'metrics.f1'")]
    [TestCase("files > 0 or metric.f1.mean > 1", "'metric.f1.mean'")]
    [TestCase("metric.f1 > prodction.metric.f1", "'prodction.metric.f1'")]
    [TestCase("not production.f1 > 1", "'production.f1'")]
    [TestCase("staging.metric.f1 > 0", "'staging.metric.f1'")]
    public void SetPolicy_NameThatCanNotBeKnown_IsRefusedAsAMoveWouldBe(string condition, string says)
    {
        foreach (Func<Task> refused in (Func<Task>[])[() => _store.SetPolicyAsync(Model, "production", ["files > 0", condition]), () => _store.PromoteAsync($"{Model}@1", "production", [condition])])
        {
            Assert.That(refused, Throws.TypeOf<VersioningException>().With.Property("Code").EqualTo("invalid_condition").And.Message.Contains(says).And.Property("Hint").Contains("metric.<name>"));
        }

        Assert.That(async () => (await _store.ListArtifactsAsync().SingleAsync()).Policies, Is.Empty);
    }

    [TestCase("metric.none > 1 and param.none == 'x' and meta['no-ne'] == 'x'")]
    [TestCase("files > 0 and bytes > 0 and kind == 'model' and author == 'x' and signed and reproducible and reproduced")]
    [TestCase("metric.f1 > production.metric.f1 and production.reproduced")]
    [TestCase("metric.f1 > '1.0'.metric.f1 and other.signed and staging.files > 1 and latest.files > 1")]
    public async Task SetPolicy_NameThatNoVersionHasYet_IsTaken(string condition)
    {
        await _store.TagAsync($"{Model}@1", "1.0");
        await _store.MoveAliasAsync(Model, "other", "1");
        await _store.SetPolicyAsync(Model, "staging", ["files > 0"]);
        await _store.SetPolicyAsync(Model, "production", [condition]);
        Assert.That((await _store.ListArtifactsAsync().SingleAsync()).Policies["production"], Is.EqualTo([condition]));
    }

    /// <summary>Production names the first version, then the third, then it gets a policy.</summary>
    private async Task MoveOnAsync(params string[] policy)
    {
        await _store.MoveAliasAsync(Model, "production", "1");
        await _store.MoveAliasAsync(Model, "production", "3");
        await _store.SetPolicyAsync(Model, "production", policy);
    }

    private static void AssertIsAlias(Func<Task> tag) =>
        Assert.That(tag, Throws.TypeOf<ConflictException>().With.Property("Code").EqualTo("tag_is_alias"));

    private static void AssertRefused(Func<Task> move) =>
        Assert.That(move, Throws.TypeOf<ConflictException>().With.Property("Code").EqualTo("gate_refused"));
}
