using System.Globalization;
using NUnit.Framework;
using Versioning.Journal;
using Versioning.Packs;
using Versioning.Storage;
using Versioning.Tests.Faults;

namespace Versioning.Tests.Store;

/// <summary>The journal as sentences, and what of it is asked for.</summary>
[TestFixture]
[Parallelizable(ParallelScope.All)]
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed class AuditTests : StoreFixture
{
    private const string Data = "datasets/x", Model = "models/m";

    private static readonly DateTimeOffset Start = new(2026, 5, 1, 8, 0, 0, TimeSpan.Zero);

    /// <summary>One entry for each kind of operation, an hour apart, by Anna and Ben in turn.</summary>
    [SetUp]
    public async Task WriteAsync()
    {
        await using VersionStore store = await VersionStore.CreateAsync(new PassingStore(_objects), _folder.Options);
        await AppendAsync(Publish(Data, 1, "first"));
        await AppendAsync(Publish(Data, 2, "", inputs: [await PinAsync(Data, 1)]));
        await AppendAsync(new RunOperation("runs/train", 7, null, new RunPlan(["train"], "gpu-1", Code, [await PinAsync(Data, 2)], []).Encode()));
        PublishOperation model = Publish(Model, 1, "from a run", inputs: [await PinAsync(Data, 2)], author: "Ben");
        var made = new ArtifactPin(Model, 1, VersionRecord.DigestOf(model.Record.Span));
        var run = new RunRecord(7, null, null, ["train"], [], Start, Start, RunOutcome.Succeeded, 0, [made]);
        await AppendAsync(model, Publish("runs/train", 1, "", inputs: [await PinAsync(Data, 2)], run: run));
        await AppendAsync(new TagOperation(Model, "1.0.0", 1), new AliasOperation(Model, "production", null, 1));
        await AppendAsync(Publish(Model, 2, "copied\nhere", author: "Cleo"));
        await AppendAsync(new AliasOperation(Model, "production", 1, 2));
        await AppendAsync(new PolicyOperation(Model, "production", ["metric.f1 >= 0.9", "files == 1"]));
        await AppendAsync(new PolicyOperation(Model, "production", []));
        await AppendAsync(new RetireOperation(Data, 1));
        await AppendAsync(new RelocateOperation([new(new PackId(9), new PackLocation(new PackId(8), 0, [new OrdinalRange(0, 1)]))], [new PackId(9)]), new CondemnOperation([new PackId(8), new PackId(9)]));
    }

    private static CodeCommit Code => new("https://example.org/r", "0123456789abcdef0123", "main", true);

    [Test]
    public async Task Audit_EveryOperation_IsASentence()
    {
        await using VersionStore store = await OpenAsync();
        List<AuditRecord> records = await store.AuditAsync().ToListAsync();
        Assert.That(records.Select(r => $"{r.Sequence} {r.Author} {r.Action}: {r.Description}"), Is.EqualTo(
        [
            "1 Anna publish: published datasets/x@1 with code 0123456789ab (dirty): first",
            "2 Ben publish: published datasets/x@2 from datasets/x@1 with code 0123456789ab (dirty)",
            "3 Anna run: started runs/train as 00000000000000000000000000000007 from datasets/x@2 with code 0123456789ab (dirty) on gpu-1",
            "4 Ben publish: published models/m@1 from datasets/x@2 with code 0123456789ab (dirty): from a run",
            "4 Ben publish: ended runs/train@1, succeeded, made models/m@1 from datasets/x@2 with code 0123456789ab (dirty)",
            "5 Anna tag: tagged models/m@1 as 1.0.0",
            "5 Anna alias: made production of models/m name 1",
            "6 Ben publish: published models/m@2, which Cleo made on 2026-05-01, with code 0123456789ab (dirty): copied\nhere",
            "7 Anna alias: moved production of models/m from 1 to 2",
            "8 Ben policy: demanded of production of models/m: metric.f1 >= 0.9; files == 1",
            "9 Anna policy: let production of models/m name any version",
            "10 Ben retire: retired datasets/x@1",
            "11 Anna relocate: moved what 1 pack held, gave up 1 pack",
            "11 Anna condemn: gave up 2 packs that nothing needs",
        ]));
        Assert.That(records.Select(r => r.Action).Distinct(), Is.EquivalentTo(AuditText.Actions.Except(["key", "sign", "demand"])), "one of each that needs no key");
        Assert.That(records.Select(r => r.Index), Is.EqualTo([0, 0, 0, 0, 1, 0, 1, 0, 0, 0, 0, 0, 0, 1]));
        Assert.That(records.Zip(records.Skip(1)).All(pair => pair.Second.Previous == (pair.First.Sequence == pair.Second.Sequence ? pair.First.Previous : pair.First.Entry)), Is.True, "they are a chain");
        Assert.That(records[0].Previous, Is.EqualTo(default(Digest)));
        Assert.That(records, Has.All.Matches<AuditRecord?>(r => r!.Tool == "a tool 1.2"));
    }

    [Test]
    public async Task Audit_Parts_AreExact()
    {
        await using VersionStore store = await OpenAsync();
        List<AuditRecord> records = await store.AuditAsync().ToListAsync();
        ArtifactPin data = await PinAsync(Data, 2), model = await PinAsync(Model, 1), copied = await PinAsync(Model, 2);
        AuditRecord published = records[3], ended = records[4], started = records[2], moved = records[8], demanded = records[9];
        Assert.That((published.Pin, published.Message, published.Code, published.Number, published.RunId), Is.EqualTo((model, "from a run", Code, 1L, (string?)null)));
        Assert.That(published.Inputs, Is.EqualTo([data]));
        Assert.That((ended.RunId, ended.Outcome, ended.Message), Is.EqualTo((started.RunId, RunOutcome.Succeeded, "")));
        Assert.That(ended.Outputs, Is.EqualTo([model]));
        Assert.That((started.Artifact, started.Number, started.Pin, started.Inputs.Single()), Is.EqualTo(("runs/train", (long?)null, (ArtifactPin?)null, data)));
        Assert.That((moved.Label, moved.From, moved.Number, moved.Pin), Is.EqualTo(("production", 1L, 2L, copied)));
        Assert.That((demanded.Label, demanded.Number), Is.EqualTo(("production", (long?)null)));
        Assert.That(demanded.Conditions, Is.EqualTo(["metric.f1 >= 0.9", "files == 1"]));
        Assert.That((records[^1].Artifact, records[^1].Label, records[^1].Message), Is.EqualTo(((string?)null, (string?)null, (string?)null)));
    }

    [TestCase("models/m", "4 5 5 6 7 8 9")]
    [TestCase("models/", "4 5 5 6 7 8 9")]
    [TestCase("*/x", "1 2 10")]
    [TestCase("runs/*", "3 4")]
    [TestCase("nothing/*", "")]
    public async Task Audit_ByArtifact(string artifact, string expected) => await AsksAsync(new AuditOptions { Artifact = artifact }, expected);

    [TestCase("datasets/x@1", "1 2 10")]
    [TestCase("datasets/x@2", "2 3 4 4")]
    [TestCase("models/m@1", "4 4 5 5 7")]
    [TestCase("models/m@production", "6 7")]
    [TestCase("runs/train@1", "4")]
    public async Task Audit_ByReference_TellsWhateverBecameOfIt(string reference, string expected) => await AsksAsync(new AuditOptions { Reference = reference }, expected);

    [Test]
    public async Task Audit_ByAuthorTimeAndOperation()
    {
        await AsksAsync(new AuditOptions { Author = "ann" }, "1 3 5 5 7 9 11 11");
        await AsksAsync(new AuditOptions { Author = "BEN", Artifact = Model }, "4 6 8");
        await AsksAsync(new AuditOptions { Since = Start.AddHours(9) }, "9 10 11 11");
        await AsksAsync(new AuditOptions { Until = Start.AddHours(2) }, "1");
        await AsksAsync(new AuditOptions { Since = Start.AddHours(2), Until = Start.AddHours(4), Actions = ["publish"] }, "2");
        await AsksAsync(new AuditOptions { Actions = ["alias", "tag"] }, "5 5 7");
    }

    [Test]
    public async Task Audit_NewestFirst_AndAFew()
    {
        await AsksAsync(new AuditOptions { NewestFirst = true, Limit = 3 }, "11 11 10");
        await AsksAsync(new AuditOptions { Limit = 2, Artifact = Model }, "4 5");
        await AsksAsync(new AuditOptions { NewestFirst = true, Artifact = Data }, "10 2 1");
        await using VersionStore store = await OpenAsync();
        Assert.That((await store.AuditAsync(new AuditOptions { NewestFirst = true }).ToListAsync()).AsEnumerable().Reverse(), Is.EqualTo(await store.AuditAsync().ToListAsync()).Using<AuditRecord>((a, b) => a.Description == b.Description && a.Entry == b.Entry));
    }

    [Test]
    public async Task Audit_WhatIsNotThere_IsSaid()
    {
        await using VersionStore store = await OpenAsync();
        Assert.That(async () => await store.AuditAsync(new AuditOptions { Artifact = "models/n" }).ToListAsync(), Throws.TypeOf<NotFoundException>());
        Assert.That(async () => await store.AuditAsync(new AuditOptions { Reference = "models/m@7" }).ToListAsync(), Throws.TypeOf<NotFoundException>());
        Assert.That(async () => await store.AuditAsync(new AuditOptions { Actions = ["publsh"] }).ToListAsync(), Throws.TypeOf<VersioningException>().With.Property("Code").EqualTo("invalid_option"));
        Assert.That(async () => await store.AuditAsync(new AuditOptions { Limit = 0 }).ToListAsync(), Throws.TypeOf<ArgumentOutOfRangeException>());
    }

    /// <summary>Whoever wants the first or the last one does not wait for all of them.</summary>
    [Test]
    public async Task Audit_FirstRecord_ComesAfterAFewReads([Values] bool newestFirst)
    {
        for (int i = 0; i < 100; i++)
        {
            await AppendAsync(new PolicyOperation(Model, "production", [$"files == {i}"]));
        }

        StoreState state;
        using (var journal = new JournalLog(_objects, TimeProvider.System))
        {
            state = await journal.FoldAsync(default);
            await _objects.CreateAsync(StoreKeys.Checkpoint(state.Sequence), Checkpoint.Encode(state));
        }

        var recording = new RecordingStore(new PassingStore(_objects));
        await using VersionStore store = await VersionStore.OpenAsync(recording, _folder.Options);
        AuditRecord first = await store.AuditAsync(new AuditOptions { NewestFirst = newestFirst }).FirstAsync();
        Assert.That(first.Sequence, Is.EqualTo(newestFirst ? state.Sequence : 1));
        Assert.That(recording.Requests.Count(r => r.Operation == StoreOperation.Read && r.Key.StartsWith("journal/", StringComparison.Ordinal)), Is.LessThanOrEqualTo(5));
    }

    [TestCase("41:sha256:{0}", true)]
    [TestCase("41:{0}", true)]
    [TestCase("-1:{0}", false)]
    [TestCase("41", false)]
    [TestCase("{0}", false)]
    [TestCase(":{0}", false)]
    [TestCase("41:{0}0", false)]
    public void Head_OfText_IsReadOrNot(string format, bool valid)
    {
        Digest digest = Digest.Of([1]);
        Assert.That(JournalHead.TryParse(string.Format(CultureInfo.InvariantCulture, format, digest.ToHex()), out JournalHead head), Is.EqualTo(valid));
        Assert.That(head, Is.EqualTo(valid ? new JournalHead(41, digest) : default));
        Assert.That(!valid || (JournalHead.TryParse(head.ToString(), out JournalHead same) && same == head));
    }

    private async Task AsksAsync(AuditOptions options, string expected)
    {
        await using VersionStore store = await OpenAsync();
        Assert.That(string.Join(' ', (await store.AuditAsync(options).ToListAsync()).Select(r => r.Sequence)), Is.EqualTo(expected));
    }

    private Task<VersionStore> OpenAsync() => VersionStore.OpenAsync(new PassingStore(_objects), _folder.Options);

    private async Task<ArtifactPin> PinAsync(string artifact, long number)
    {
        using var journal = new JournalLog(_objects, TimeProvider.System);
        return new ArtifactPin(artifact, number, (await journal.FoldAsync(default)).Find(artifact)!.Find(number)!.Digest);
    }

    private static PublishOperation Publish(string artifact, long number, string message, ArtifactPin[]? inputs = null, RunRecord? run = null, string? author = null)
    {
        var kind = run is not null ? ArtifactKind.Run : ArtifactKind.Dataset;
        var record = new VersionRecord(artifact, kind, default, 0, 0, Start, author ?? "", message, "another tool", Code, inputs ?? [], [], [], [], run);
        return new PublishOperation(artifact, number, record.Encode(), new ChunkRef(new PackId(1), 0), null);
    }

    /// <summary>Appends one entry, which is by whom its records say; where they do not say it, by Anna or Ben.</summary>
    private async Task AppendAsync(params JournalOperation[] operations)
    {
        using var journal = new JournalLog(_objects, TimeProvider.System);
        StoreState state = await journal.FoldAsync(default);
        string author = state.Sequence % 2 == 0 ? "Anna" : "Ben";
        JournalOperation[] mine = [.. operations.Select(o => o is PublishOperation p && VersionRecord.Decode(p.Record, "A record") is { Author: "" } record ? p with { Record = (record with { Author = author }).Encode() } : o)];
        var entry = new JournalEntry(state.Sequence + 1, state.Head, PackId.New().Value, Start.AddHours(state.Sequence + 1), author, "a tool 1.2", mine);
        await _objects.CreateAsync(StoreKeys.Entry(entry.Sequence), entry.Encode());
    }
}
