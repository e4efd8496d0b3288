using NUnit.Framework;
using Versioning.Tests.Store;

namespace Versioning.Tests.Runs;

/// <summary>What a run keeps of what it logged; values of the environment are no part of that.</summary>
[TestFixture]
[NonParallelizable]
internal sealed class RunLogTests : StoreFixture
{
    [Test]
    public async Task Log_WithCredentials_IsKeptWithoutThem()
    {
        const string Variable = "VERSIONING_TEST_LOG_API_KEY";
        Environment.SetEnvironmentVariable(Variable, "correct-horse-battery");
        try
        {
            await using VersionStore store = await OpenAsync(), other = await OpenAsync();
            await using Run run = await store.StartRunAsync("train", new StartRunOptions { RecordCode = false });
            await run.Log.WriteAsync("key correct-ho");
            await run.Log.WriteLineAsync("rse-battery used");
            await run.Log.WriteAsync("no end");
            ArtifactVersion ended = await run.FailAsync("refused: correct-horse-battery");
            Assert.That(await ReadAsync(store, ended.Pin, "log.txt"), Is.EqualTo("key *** used\nno endrefused: ***\n"));

            await using Run vanished = await store.StartRunAsync("train", new StartRunOptions { RecordCode = false });
            string left = Path.Join(_folder.Of("cache"), "runs", store.Id, vanished.Id, "left");
            await vanished.Log.WriteLineAsync("sound");
            await File.WriteAllTextAsync(Path.Join(left, "log.txt"), "by an older version: correct-horse-battery");
            ArtifactVersion lost = await other.DeclareRunLostAsync(vanished.Id);
            Assert.That(await ReadAsync(store, lost.Pin, "log.txt"), Is.EqualTo("by an older version: ***"));
        }
        finally
        {
            Environment.SetEnvironmentVariable(Variable, null);
        }
    }

    private Task<VersionStore> OpenAsync() => VersionStore.CreateAsync(
        new PassingStore(_objects), new VersionStoreOptions { Author = "tester", CacheDirectory = _folder.Of("cache") });
}
