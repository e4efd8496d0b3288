using NUnit.Framework;
using Versioning.Journal;
using Versioning.Packs;
using Versioning.Storage;

namespace Versioning.Tests.Store;

/// <summary>A collector may take what a commit uploaded, up to the entry that publishes it.</summary>
[TestFixture]
internal sealed class CollectedCommitTests
{
    [Test]
    public async Task Commit_WhoseOwnPacksAreCollectedBeforeItsEntry_UploadsAgain([Values] bool delete, [Values] bool second)
    {
        using var folder = new TempFolder();
        await using var objects = new MemoryStore();
        await (await VersionStore.CreateAsync(objects, folder.Options)).DisposeAsync();
        if (second)
        {
            await using VersionStore first = await VersionStore.OpenAsync(objects, folder.Options);
            await first.CommitAsync("d", Path.GetDirectoryName(folder.Write("f/a", "zero"))!);
        }

        await using var collecting = new CollectingStore(objects, delete);
        await using VersionStore store = await VersionStore.OpenAsync(collecting, folder.Options);
        folder.Write("s/b", new string('x', 100_000));
        string path = Path.GetDirectoryName(folder.Write("s/a", "one"))!;
        CommitResult made = await store.CommitAsync("d", path);
        Assert.That((await store.VerifyAsync()).Damages, Is.Empty);
        byte[] read = new byte[3];
        await store.ReadRangeAsync(made.Version, "a", 0, read);
        Assert.That(System.Text.Encoding.UTF8.GetString(read), Is.EqualTo("one"));
    }

    [Test]
    public async Task Run_WhosePacksAreCollectedBeforeItsEnd_UploadsAgainWhatItMade([Values] bool changed)
    {
        using var folder = new TempFolder();
        await using var objects = new MemoryStore();
        var racing = new RacingStore(objects);
        await using VersionStore store = await VersionStore.CreateAsync(racing, folder.Options);
        string path = Path.GetDirectoryName(folder.Write("s/a", "one"))!;
        await using Run run = await store.StartRunAsync("make", new StartRunOptions { RecordCode = false });
        await run.Log.WriteLineAsync("made");
        await run.ProduceAsync("d", path);
        racing.Faster = () => Collector.TakeAllAsync(objects);
        if (changed)
        {
            folder.Write("s/a", "two, which nobody said that it made");
            Assert.That(() => run.CompleteAsync(), Throws.TypeOf<ConflictException>().With.Property("Code").EqualTo("output_changed"));
            Assert.That(await store.ListArtifactsAsync().AnyAsync(), Is.False);
            return;
        }

        ArtifactVersion ended = await run.CompleteAsync();
        Assert.That((await store.VerifyAsync()).Damages, Is.Empty);
        Assert.That(await ReadAsync("d", "a"), Is.EqualTo("one"));
        Assert.That(await ReadAsync(ended, "log.txt"), Is.EqualTo("made\n"));

        async Task<string> ReadAsync(ArtifactReference reference, string file)
        {
            using var reader = new StreamReader(await store.OpenReadAsync(reference, file));
            return await reader.ReadToEndAsync();
        }
    }
}

/// <summary>Before the first entry is created, a collector condemns all packs that were uploaded for it.</summary>
internal sealed class CollectingStore(ObjectStore inner, bool delete) : PassingStore(inner)
{
    private readonly HashSet<PackId> _mine = [];
    private bool _done;

    protected override async ValueTask<bool> CreateCoreAsync(ObjectKey key, ReadOnlyMemory<byte> content, CancellationToken cancellationToken)
    {
        if (StoreKeys.TryParsePack(key, out PackId id))
        {
            _mine.Add(id);
        }

        if (!_done && key.Value.StartsWith(StoreKeys.Journal, StringComparison.Ordinal))
        {
            _done = true;
            using var log = new JournalLog(this, TimeProvider.System);
            await log.AppendAsync("c", _ => Task.FromResult<IReadOnlyList<JournalOperation>?>([new CondemnOperation([.. _mine])]), cancellationToken);
            if (delete)
            {
                foreach (PackId pack in _mine)
                {
                    await DeleteAsync(StoreKeys.Pack(pack), cancellationToken);
                }
            }
        }

        return await base.CreateCoreAsync(key, content, cancellationToken);
    }
}
