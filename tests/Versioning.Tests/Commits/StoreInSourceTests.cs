using NUnit.Framework;
using Versioning.Tests.Store;

namespace Versioning.Tests.Commits;

/// <summary>A folder with the store in it that it is committed to: the store must not swallow itself.</summary>
[TestFixture]
internal sealed class StoreInSourceTests
{
    [Test]
    public async Task Commit_FolderWithTheStoreAndTheCacheInIt_LeavesThemOut()
    {
        using var folder = new TempFolder();
        folder.Write("data/a.txt", "a");
        folder.Write("store-2/format", "not the store");
        await using VersionStore store = await VersionStore.CreateAsync(folder.Of("store"), folder.Options);
        for (int round = 0; round < 2; round++)
        {
            CommitResult made = await store.CommitAsync("datasets/x", folder.Root);
            Assert.That(made.Unchanged, Is.EqualTo(round > 0));
        }

        Assert.That(await store.ListFilesAsync("datasets/x").Select(file => file.Path).ToListAsync(), Is.EqualTo(["data/a.txt", "store-2/format"]));
        Assert.That(Directory.Exists(folder.Of("cache")), Is.True);
    }
}
