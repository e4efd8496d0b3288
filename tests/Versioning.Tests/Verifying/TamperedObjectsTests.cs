using System.Buffers;
using NUnit.Framework;
using Versioning.Canonical;
using Versioning.Journal;
using Versioning.Packs;
using Versioning.Storage;
using Versioning.Tests.Store;

namespace Versioning.Tests.Verifying;

/// <summary>What the journal names: checkpoints, records, packs. A verification of the journal finds what is not there, and reads no file for it.</summary>
[TestFixture]
[Parallelizable(ParallelScope.All)]
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed class TamperedObjectsTests : StoreFixture
{
    private const string Data = "datasets/x";

    private ArtifactPin _one = null!, _two = null!;
    private List<ObjectKey> _packs = null!;

    [SetUp]
    public async Task SetUp()
    {
        await using VersionStore store = await OpenAsync();
        _one = (await CommitAsync(store, 1)).Pin;
        _packs = await _objects.KeysAsync(StoreKeys.Packs);
        _two = (await CommitAsync(store, 2)).Pin;
        _packs = [.. _packs, .. (await _objects.KeysAsync(StoreKeys.Packs)).Except(_packs)];
        await store.MoveAliasAsync(Data, "production", "1");
        Assert.That(_packs, Has.Count.EqualTo(2));
    }

    /// <summary>Readers take a checkpoint for what it says, so what it says of names is what they say; what it says of versions is checked.</summary>
    [Test]
    public async Task CheckpointThatLies_WithARightDigest_IsNamed()
    {
        await CheckpointAsync(state => state with { Artifacts = state.Artifacts.SetItem(Data, state.Find(Data)! with { Aliases = state.Find(Data)!.Aliases.SetItem("production", 2) }) });
        await using VersionStore store = await OpenAsync();
        Assert.That((await store.ResolveAsync($"{Data}@production")).Number, Is.EqualTo(2), "a reader");
        await NamesOnlyAsync(store, StoreKeys.Checkpoint(3), "does not say what the journal's entries do");
    }

    [Test]
    public async Task CheckpointWithAnotherDigestOfAVersion_IsRefusedByReaders_AndNamed()
    {
        await CheckpointAsync(state => state with { Artifacts = state.Artifacts.SetItem(Data, state.Find(Data)! with { Versions = state.Find(Data)!.Versions.SetItem(0, state.Find(Data)!.Versions[0] with { Digest = default }) }) });
        await using VersionStore store = await OpenAsync();
        Assert.That(async () => await store.ResolveAsync($"{Data}@1"), Throws.TypeOf<IntegrityException>().With.Property("Code").EqualTo("journal_broken"));
        await NamesOnlyAsync(store, StoreKeys.Checkpoint(3), "does not say what the journal's entries do");
    }

    /// <summary>A checkpoint hides from readers that entries before it were changed; not from who reads them.</summary>
    [Test]
    public async Task EntryBeforeACheckpoint_Edited_IsFoundByListingAndVerification()
    {
        await CheckpointAsync(state => state);
        await new JournalForger(_objects).EditAsync(2, entry => entry with { Author = "somebody else" });
        await using VersionStore store = await OpenAsync();
        Assert.That((await store.ResolveAsync(_two)).Number, Is.EqualTo(2), "its record is what the pin says");
        Assert.That(async () => await store.AuditAsync().ToListAsync(), Throws.TypeOf<IntegrityException>().With.Message.Contains("Journal entry 3 names"));
        Assert.That(async () => await store.AuditAsync(new AuditOptions { NewestFirst = true, Limit = 2 }).ToListAsync(), Throws.TypeOf<IntegrityException>().With.Message.Contains("Journal entry 2 is"));
        Assert.That((await store.VerifyJournalAsync()).Damages.Select(d => d.Object), Is.EqualTo([StoreKeys.Entry(3).Value]));
    }

    [Test]
    public async Task LastEntry_EditedBehindACheckpoint_IsFoundByEach()
    {
        await CheckpointAsync(state => state);
        await new JournalForger(_objects).EditAsync(3, entry => entry with { Author = "somebody else" });
        await using VersionStore store = await OpenAsync();
        Assert.That(async () => await store.AuditAsync().ToListAsync(), Throws.TypeOf<IntegrityException>().With.Message.Contains("readers were told"));
        Assert.That(async () => await store.ReadHeadAsync(), Throws.TypeOf<IntegrityException>());
        await NamesOnlyAsync(store, StoreKeys.Checkpoint(3), "does not say what the journal's entries do");
    }

    [Test]
    public async Task CheckpointOfEntriesThatWereRemoved_IsNamed()
    {
        await CheckpointAsync(state => state);
        await new JournalForger(_objects).RemoveAsync(3);
        await using VersionStore store = await OpenAsync();
        await NamesOnlyAsync(store, StoreKeys.Checkpoint(3), "does not say what the journal's entries do");
    }

    [Test]
    public async Task KeyThatIsNoEntrys_IsNamed()
    {
        ObjectKey stray = new(StoreKeys.Entry(3).Value + "0");
        await _objects.CreateAsync(stray, new byte[] { 1 });
        await using VersionStore store = await OpenAsync();
        await NamesOnlyAsync(store, stray, "is not the key of a journal entry");
    }

    /// <summary>Where nothing can be listed, it is asked for what a listing would show.</summary>
    [Test]
    public async Task EntryRemoved_WhereNothingCanBeListed_IsNamed()
    {
        await new JournalForger(_objects).RemoveAsync(2);
        await using VersionStore store = await VersionStore.OpenAsync(new UnlistedStore(_objects), _folder.Options);
        Assert.That((await store.VerifyJournalAsync()).Damages.Select(damage => damage.Object), Is.EqualTo([StoreKeys.Entry(2).Value]));
    }

    [Test]
    public async Task EntryOfALaterVersion_BehindAGap_IsNamedToo()
    {
        byte[] later = Sealed.Open(await _objects.BytesAsync(StoreKeys.Entry(3)), "entry 3").ToArray();
        later[1]++;
        var content = new ArrayBufferWriter<byte>();
        content.Write(later);
        await _objects.ReplaceAsync(StoreKeys.Entry(3), Sealed.Close(content).ToArray());
        await new JournalForger(_objects).RemoveAsync(2);
        await using VersionStore store = await OpenAsync();
        Assert.That((await store.VerifyJournalAsync()).Damages.Select(damage => damage.Object), Is.EqualTo([StoreKeys.Entry(2).Value, StoreKeys.Entry(3).Value]));
    }

    [Test]
    public async Task PackRemoved_IsNamed_WithWhatItHits()
    {
        await _objects.DeleteAsync(_packs[0]);
        await using VersionStore store = await OpenAsync();
        Damage damage = (await store.VerifyJournalAsync()).Damages.Single();
        Assert.That((damage.Object, damage.Problem), Is.EqualTo((_packs[0].Value, "is missing")));
        Assert.That(damage.Versions, Does.Contain(_one.ToString()));
        Assert.That(async () => await store.FetchAsync(_one, _folder.Of("out")), Throws.TypeOf<IntegrityException>(), "a reader");
    }

    /// <summary>A reader needs no footer to read a chunk, and what it reads is hashed.</summary>
    [TestCase("other", "does not lie where a manifest says")]
    [TestCase("cut", "")]
    [TestCase("longer", "")]
    public async Task PackWithOtherBytes_IsNamed(string how, string problem)
    {
        byte[] bytes = how == "other" ? await _objects.BytesAsync(_packs[0]) : await _objects.BytesAsync(_packs[1]);
        await _objects.ReplaceAsync(_packs[1], how switch { "cut" => bytes[..^1], "longer" => [.. bytes, 0], _ => bytes });
        await using VersionStore store = await OpenAsync();
        Damage damage = (await store.VerifyJournalAsync()).Damages.Single();
        Assert.That((damage.Object, damage.Problem), Is.EqualTo((_packs[1].Value, damage.Problem)));
        Assert.That(damage.Problem, Does.Contain(problem));
        Assert.That(damage.Versions, Is.EqualTo([_two.ToString()]));
        Assert.That(async () => await store.FetchAsync(_two, _folder.Of("out")), how == "other" ? Throws.TypeOf<IntegrityException>() : Throws.Nothing);
    }

    /// <summary>A manifest that the record does not mean, in a chain that is right.</summary>
    [Test]
    public async Task RecordWithAnotherContent_IsNamed()
    {
        await new JournalForger(_objects).EditAndChainAsync(2, entry => JournalForger.WithRecord(entry, record => record with { Content = Digest.Of([1]) }));
        await using VersionStore store = await OpenAsync();
        Damage damage = (await store.VerifyJournalAsync()).Damages.Single();
        Assert.That(damage.Object, Is.EqualTo(_packs[1].Value), "the node there is not the one that is named");
        Assert.That(damage.Versions.Single(), Does.StartWith($"{Data}@2#").And.Not.EqualTo(_two.ToString()));
        Assert.That(async () => await store.FetchAsync($"{Data}@2", _folder.Of("out")), Throws.TypeOf<IntegrityException>(), "a reader");
        Assert.That(async () => await store.ResolveAsync(_two), Throws.TypeOf<IntegrityException>().With.Property("Code").EqualTo("pin_mismatch"), "who has the pin");
    }

    [Test]
    public async Task InputsOfAnotherStore_AreSaid_AndNoDamage()
    {
        var foreign = new ArtifactPin(Data, 1, Digest.Of([7]));
        await new JournalForger(_objects).EditAndChainAsync(2, entry => JournalForger.WithRecord(entry, record => record with { Inputs = [_one, foreign, _one with { Number = 9 }] }));
        await using VersionStore store = await OpenAsync();
        VerifyReport report = await store.VerifyJournalAsync();
        Assert.That(report.Damages, Is.Empty);
        Assert.That(report.ForeignInputs, Is.EqualTo([foreign.ToString()]), "a version that was copied has another number");
        Assert.That((await store.AuditAsync().ToListAsync())[1].Description, Is.EqualTo($"published {Data}@2 from {Data}@1, {Data}@1 (of another store), {Data}@1 with code 0123: version 2"));
    }

    /// <summary>Chunks of files are not read: that is what the verification of the store is for.</summary>
    [Test]
    public async Task BytesOfAFile_AreNotLookedAt()
    {
        byte[] bytes = await _objects.BytesAsync(_packs[0]);
        bytes[10] ^= 1;
        await _objects.ReplaceAsync(_packs[0], bytes);
        await using VersionStore store = await OpenAsync();
        Assert.That((await store.VerifyJournalAsync()).Damages, Is.Empty);
        Assert.That((await store.VerifyAsync()).Damages.Select(d => d.Object), Is.EqualTo([_packs[0].Value]));
    }

    private Task<VersionStore> OpenAsync() => VersionStore.CreateAsync(new PassingStore(_objects), _folder.Options);

    private async Task<CommitResult> CommitAsync(VersionStore store, int number)
    {
        // Long enough that the first bytes of a pack are those of a file.
        byte[] bytes = new byte[20_000];
        new Random(number).NextBytes(bytes);
        _folder.Write("s/file", bytes);
        return await store.CommitAsync(Data, _folder.Of("s"), new CommitOptions { Message = $"version {number}", Code = new CodeCommit(null, "0123", null, false) });
    }

    private async Task CheckpointAsync(Func<StoreState, StoreState> lie)
    {
        using var journal = new JournalLog(_objects, TimeProvider.System);
        StoreState state = await journal.FoldAsync(default);
        await _objects.CreateAsync(StoreKeys.Checkpoint(state.Sequence), Checkpoint.Encode(lie(state)));
    }

    private static async Task NamesOnlyAsync(VersionStore store, ObjectKey key, string problem)
    {
        VerifyReport report = await store.VerifyJournalAsync();
        Assert.That(report.Damages.Select(d => (d.Object, d.Problem)), Is.EqualTo([(key.Value, problem)]));
    }
}
