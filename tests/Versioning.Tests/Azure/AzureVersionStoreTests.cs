using NUnit.Framework;
using Versioning.Azure;
using Versioning.Tests.Store;

namespace Versioning.Tests.Azure;

/// <summary>A whole store in a container, as a program uses it.</summary>
[TestFixture]
[NonParallelizable]
public sealed class AzureVersionStoreTests
{
    private const int Writers = 16;
    private static readonly CommitOptions Plain = new() { Code = new CodeCommit(null, "0123", null, false) };

    [Test]
    public async Task Store_NamedByItsLocation_IsCommittedToFetchedAndVerified()
    {
        using var folder = new TempFolder();
        var container = AzureContainer.Create();
        using var environment = new AzureEnvironment(("AZURE_STORAGE_CONNECTION_STRING", container.ConnectionString));
        folder.Write("data/a.txt", "a");
        folder.Write("data/sub/b.bin", new byte[300_000]);

        await using (VersionStore store = await VersionStore.CreateAsync($"{container.Location}/team/v1", folder.Options))
        {
            Assert.That(store.Location, Is.EqualTo($"{container.Location}/team/v1"));
            await store.CommitAsync("datasets/x", folder.Of("data"), Plain);
        }

        await using VersionStore elsewhere = await VersionStore.OpenAsync($"{container.Location}/team/v1", new VersionStoreOptions { CacheDirectory = folder.Of("cache2") });
        await elsewhere.FetchAsync("datasets/x@1", folder.Of("fetched"));
        Assert.That(await File.ReadAllTextAsync(folder.Of("fetched/a.txt")), Is.EqualTo("a"));
        Assert.That(new FileInfo(folder.Of("fetched/sub/b.bin")).Length, Is.EqualTo(300_000));
        Assert.That((await elsewhere.VerifyAsync()).Damages, Is.Empty);
        Assert.That(
            async () => await VersionStore.OpenAsync($"{container.Location}/team/v2"),
            Throws.TypeOf<NotFoundException>().With.Property("Code").EqualTo("store_not_found"));
    }

    [Test]
    public async Task Commit_SixteenWriters_LosesNothing()
    {
        using var folder = new TempFolder();
        var container = AzureContainer.Create();
        await (await VersionStore.CreateAsync(container.Open(), folder.Options)).DisposeAsync();

        long[] numbers = await Task.WhenAll(Enumerable.Range(0, Writers).Select(writer => Task.Run(async () =>
        {
            folder.Write($"w{writer}/file", $"{writer}");
            await using VersionStore own = await VersionStore.OpenAsync(container.Open(), new VersionStoreOptions { Author = $"w{writer}", CacheDirectory = folder.Of($"cache{writer}") });
            return (await own.CommitAsync("datasets/shared", folder.Of($"w{writer}"), Plain)).Version.Number;
        })));

        await using VersionStore store = await VersionStore.OpenAsync(container.Open(), folder.Options);
        Assert.That(numbers, Is.EquivalentTo(Enumerable.Range(1, Writers)));
        Assert.That((await store.VerifyAsync()).Damages, Is.Empty);
        List<ArtifactVersion> log = await store.LogAsync("datasets/shared").ToListAsync();
        Assert.That(log.Select(v => v.Number).Reverse(), Is.EqualTo(Enumerable.Range(1, Writers)));
        for (int writer = 0; writer < Writers; writer++)
        {
            Assert.That(log[(int)(Writers - numbers[writer])].Author, Is.EqualTo($"w{writer}"));
        }

        Assert.That((await store.AuditAsync().ToListAsync()).Select(r => r.Sequence), Is.EqualTo(Enumerable.Range(1, Writers)));
    }
}
