using Versioning.Compression;
using Versioning.Journal;
using Versioning.Packs;
using Versioning.Storage;
using Versioning.Trees;

namespace Versioning.Tests.Store;

/// <summary>A store whose manifests say what no commit would.</summary>
internal sealed class HostileStore : IAsyncDisposable
{
    internal const string Artifact = "datasets/x";

    private readonly TempFolder _folder = new();
    private readonly MemoryStore _objects = new();
    private readonly PackBuilder _pack = new(1 << 20);

    internal VersionStoreOptions Options => _folder.Options;

    internal ObjectStore Objects => new PassingStore(_objects);

    internal ManifestEntry File(string path, string content)
    {
        byte[] bytes = System.Text.Encoding.UTF8.GetBytes(content);
        return new(System.Text.Encoding.UTF8.GetBytes(path), FileKind.File, bytes.Length, Digest.Of(bytes), null, null, Store(bytes));
    }

    internal static ManifestEntry Link(string path, string target)
    {
        byte[] bytes = System.Text.Encoding.UTF8.GetBytes(target);
        return new(System.Text.Encoding.UTF8.GetBytes(path), FileKind.Link, bytes.Length, Digest.Of(bytes), null, bytes, null);
    }

    internal ChunkRef Store(ReadOnlyMemory<byte> bytes) =>
        _pack.Add(Digest.Of(bytes.Span), bytes.Length, ChunkEncoding.Raw, bytes.Span);

    /// <summary>Publishes a manifest of these entries, by the protocol and with all hashes right.</summary>
    internal async Task<VersionStore> PublishAsync(params ManifestEntry[] entries)
    {
        var builder = new ManifestBuilder((bytes, _) => ValueTask.FromResult(Store(bytes)));
        foreach (ManifestEntry entry in entries)
        {
            await builder.AddAsync(entry, CancellationToken.None);
        }

        return await PublishAsync(await builder.FinishAsync(CancellationToken.None));
    }

    /// <summary>Publishes a manifest that was stored before.</summary>
    internal async Task<VersionStore> PublishAsync(ManifestRoot root)
    {
        await (await VersionStore.CreateAsync(Objects, Options)).DisposeAsync();
        await _objects.CreateAsync(StoreKeys.Pack(_pack.Id), _pack.Seal());
        var record = new VersionRecord(Artifact, ArtifactKind.Dataset, root.Digest, root.Files, root.Bytes, DateTimeOffset.UnixEpoch, "mallory", "", "tool", null, [], [], [], []);
        using var journal = new JournalLog(_objects, TimeProvider.System);
        await journal.AppendAsync("mallory", _ => Task.FromResult<IReadOnlyList<JournalOperation>?>([new PublishOperation(Artifact, 1, record.Encode(), root.Place, null)]), CancellationToken.None);
        return await VersionStore.OpenAsync(Objects, Options);
    }

    public async ValueTask DisposeAsync()
    {
        _folder.Dispose();
        await _objects.DisposeAsync();
    }
}
