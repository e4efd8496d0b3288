using NUnit.Framework;
using Versioning.Journal;
using Versioning.Packs;
using Versioning.Storage;
using Versioning.Tests.Compression;
using Versioning.Tests.Faults;
using Versioning.Tests.Store;

namespace Versioning.Tests.Commits;

/// <summary>What an interrupted commit uploaded is used by the next one, as far as the store still has it.</summary>
[TestFixture]
internal sealed class InterruptedCommitTests : StoreFixture
{
    private const string Artifact = "datasets/x";

    // A pack has at most 2,000 chunks: the files are three packs and a bit.
    private const int Files = 6300;
    private const int FileLength = 1000;
    private const long Length = Files * FileLength;
    private const long PackLength = 2000 * FileLength;

    private string[] _contents = null!;
    private TempFolder _source = null!;

    /// <summary>One source for all: they only read it.</summary>
    [OneTimeSetUp]
    public void WriteSource()
    {
        _source = new TempFolder();
        var contents = new List<string>();
        for (int i = 0; i < Files; i++)
        {
            byte[] content = SampleData.Make(FileLength, 3, i);
            _source.Write($"s/{i % 10}/{i}", content);
            contents.Add($"{i % 10}/{i} {Digest.Of(content)}");
        }

        _contents = [.. contents.Order(StringComparer.Ordinal)];
    }

    [OneTimeTearDown]
    public void RemoveSource() => _source.Dispose();

    [SetUp]
    public async Task SetUp()
    {
        await (await VersionStore.CreateAsync(new PassingStore(_objects), _folder.Options)).DisposeAsync();
    }

    [Test]
    public async Task NextTry_UploadsOnlyWhatIsMissing_AndLeavesNoLog()
    {
        await FailAsync();
        await using var counting = new CountingStore(_objects);
        CommitResult made = await CommitAsync(counting);
        Assert.That(counting.BytesWritten, Is.LessThan(Length - (PackLength / 2)));
        await AssertWholeAsync(made);
        Assert.That(Logs(), Is.Empty);

        // And the commit after that knows the packs of both, whatever the files are called now.
        counting.Reset();
        await CommitAsync(counting, folder: _source.Root);
        Assert.That(counting.BytesWritten, Is.LessThan(1_500_000));
    }

    [Test]
    public async Task NextTry_WhenThePacksAreGone_UploadsAllAgain()
    {
        await FailAsync();
        foreach (ObjectKey key in await _objects.KeysAsync(StoreKeys.Packs))
        {
            await _objects.DeleteAsync(key);
        }

        await AssertWholeAsync(await CommitAsync(_objects));
    }

    [Test]
    public async Task NextTry_WhenThePacksWereCondemned_UsesNoneOfThem()
    {
        await FailAsync();
        List<PackId> left = [.. (await _objects.KeysAsync(StoreKeys.Packs)).Select(key => StoreKeys.TryParsePack(key, out PackId id) ? id : default)];
        using (var journal = new JournalLog(_objects, TimeProvider.System))
        {
            await journal.AppendAsync("collector", _ => Task.FromResult<IReadOnlyList<JournalOperation>?>([new CondemnOperation(left)]), CancellationToken.None);
        }

        CommitResult made = await CommitAsync(_objects);
        foreach (PackId id in left)
        {
            await _objects.DeleteAsync(StoreKeys.Pack(id));
        }

        await AssertWholeAsync(made);
    }

    [TestCase(0)]
    [TestCase(7)]
    [TestCase(1000)]
    public async Task NextTry_WithADamagedLog_IsACommitLikeAnyOther(int length)
    {
        await FailAsync();
        await File.WriteAllBytesAsync(Logs().Single(), SampleData.Make(length, 3, 2));
        await AssertWholeAsync(await CommitAsync(_objects));
    }

    [Test]
    public async Task NextTry_OfAnotherArtifact_IsNotConcerned()
    {
        await FailAsync();
        await using var counting = new CountingStore(_objects);
        await CommitAsync(counting, "datasets/other");
        Assert.That(counting.BytesWritten, Is.GreaterThan(Length));
        Assert.That(Logs(), Has.Length.EqualTo(1));
    }

    private async Task FailAsync()
    {
        int packs = 0;
        await using var failing = new FaultyStore(_objects, (operation, key, phase) =>
            operation == StoreOperation.Create && phase == FaultPhase.Before && key.StartsWith(StoreKeys.Packs, StringComparison.Ordinal) && Interlocked.Increment(ref packs) > 2 ? FaultAction.Throw : FaultAction.None);
        Assert.That(async () => await CommitAsync(failing), Throws.InstanceOf<StoreUnavailableException>());
        Assert.That(await _objects.KeysAsync(StoreKeys.Packs), Is.Not.Empty);
        Assert.That(Logs(), Has.Length.EqualTo(1));
    }

    private string[] Logs() => Directory.Exists(_folder.Of("cache/uploads")) ? Directory.GetFiles(_folder.Of("cache/uploads")) : [];

    private async Task<CommitResult> CommitAsync(ObjectStore objects, string artifact = Artifact, string? folder = null)
    {
        await using VersionStore store = await VersionStore.OpenAsync(new PassingStore(objects), _folder.Options);
        return await store.CommitAsync(artifact, folder ?? _source.Of("s"));
    }

    private async Task AssertWholeAsync(CommitResult made)
    {
        await using VersionStore store = await VersionStore.OpenAsync(new PassingStore(_objects), _folder.Options);
        Assert.That((await store.VerifyAsync(new VerifyOptions { HashFiles = true })).Damages, Is.Empty);
        Assert.That(await store.ListFilesAsync(made).Select(file => $"{file.Path} {file.Sha256}").ToListAsync(), Is.EqualTo(_contents));
    }
}
