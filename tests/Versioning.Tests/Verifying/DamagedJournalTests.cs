using NUnit.Framework;
using Versioning.Storage;
using Versioning.Tests.Store;

namespace Versioning.Tests.Verifying;

/// <summary>A damaged entry ends the journal for readers; verify still says what it can.</summary>
[TestFixture]
internal sealed class DamagedJournalTests : StoreFixture
{
    private const string Artifact = "datasets/x";

    private List<ArtifactVersion> _versions = null!;

    [SetUp]
    public async Task SetUp()
    {
        await using VersionStore store = await VersionStore.CreateAsync(new PassingStore(_objects), _folder.Options);
        for (int number = 1; number <= 4; number++)
        {
            _folder.Write("s/file", $"version {number}");
            await store.CommitAsync(Artifact, _folder.Of("s"));
        }

        _versions = await store.LogAsync(Artifact).Reverse().ToListAsync();
    }

    [Test]
    public async Task Verify_StoreOpenedOnADamagedEntry_NamesItAndWhatLiesBehind([Values] bool missing)
    {
        await DamageAsync(2, missing);
        await using VersionStore store = await OpenAsync();
        VerifyReport report = await store.VerifyAsync();
        Assert.That(report.Damages.Select(d => d.Object), Is.EqualTo([StoreKeys.Entry(2).Value]));
        Assert.That(report.Damages[0].Versions, Is.EqualTo([_versions[2].Pin.ToString(), _versions[3].Pin.ToString()]));
        Assert.That(report.Versions, Is.EqualTo(1));
    }

    [Test]
    public async Task Verify_SeveralDamages_FindsEach()
    {
        await DamageAsync(2, missing: false);
        await DamageAsync(4, missing: false);
        ObjectKey pack = (await _objects.KeysAsync(StoreKeys.Packs))[0];
        byte[] bytes = await _objects.BytesAsync(pack);
        bytes[3] ^= 1;
        await _objects.ReplaceAsync(pack, bytes);
        await using VersionStore store = await OpenAsync();
        Assert.That((await store.VerifyAsync()).Damages.Select(d => d.Object), Is.EquivalentTo([StoreKeys.Entry(2).Value, StoreKeys.Entry(4).Value, pack.Value]));
    }

    [Test]
    public async Task Verify_OneVersion_BeforeTheDamageIsChecked_BehindItIsDamage()
    {
        await DamageAsync(3, missing: false);
        await using VersionStore store = await OpenAsync();
        VerifyReport report = await store.VerifyAsync(new VerifyOptions { Reference = $"{Artifact}@2" });
        Assert.That((report.Versions, report.Damages.Single().Object), Is.EqualTo((1, StoreKeys.Entry(3).Value)));
        Assert.That(async () => await store.VerifyAsync(new VerifyOptions { Reference = $"{Artifact}@4" }), Throws.TypeOf<IntegrityException>());
    }

    private async Task DamageAsync(long sequence, bool missing)
    {
        byte[] bytes = await _objects.BytesAsync(StoreKeys.Entry(sequence));
        bytes[^40] ^= 1;
        await _objects.DeleteAsync(StoreKeys.Entry(sequence));
        if (!missing)
        {
            await _objects.CreateAsync(StoreKeys.Entry(sequence), bytes);
        }
    }

    private Task<VersionStore> OpenAsync() => VersionStore.OpenAsync(new PassingStore(_objects), _folder.Options);
}
