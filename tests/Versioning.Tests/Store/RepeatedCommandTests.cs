using NUnit.Framework;
using Versioning.Storage;

namespace Versioning.Tests.Store;

/// <summary>A command whose answer was lost is given again: what it wanted is so already, and that is success.</summary>
[TestFixture]
internal sealed class RepeatedCommandTests
{
    private const string Name = "datasets/x";

    private TempFolder _folder = null!;
    private VersionStore _store = null!;

    [SetUp]
    public async Task SetUp()
    {
        _folder = new TempFolder();
        _store = await VersionStore.CreateAsync(new MemoryStore(), _folder.Options);
        _folder.Write("s/file", "1");
        await _store.CommitAsync(Name, _folder.Of("s"));
        _folder.Write("s/file", "2");
    }

    [TearDown]
    public async Task TearDown()
    {
        await _store.DisposeAsync();
        _folder.Dispose();
    }

    [Test]
    public async Task Commit_ExpectedLatestIsTheOneBeforeIt_IsUnchanged()
    {
        CommitResult made = await _store.CommitAsync(Name, _folder.Of("s"), new() { ExpectLatest = 1 });
        CommitResult again = await _store.CommitAsync(Name, _folder.Of("s"), new() { ExpectLatest = 1 });
        Assert.That((again.Unchanged, again.Version.Digest), Is.EqualTo((true, made.Version.Digest)));
        _folder.Write("s/file", "3");
        foreach (long other in (long[])[0, 1, 3])
        {
            Assert.That(async () => await _store.CommitAsync(Name, _folder.Of("s"), new() { ExpectLatest = other }),
                Throws.TypeOf<ConflictException>().With.Property("Code").EqualTo("latest_moved"));
        }
    }
}
