using NUnit.Framework;
using Versioning.Storage;

namespace Versioning.Tests.Store;

/// <summary>A folder and empty objects in memory for each test.</summary>
internal abstract class StoreFixture
{
    private protected TempFolder _folder = null!;
    private protected MemoryStore _objects = null!;

    [SetUp]
    public void MakePlaces() => (_folder, _objects) = (new TempFolder(), new MemoryStore());

    [TearDown]
    public async Task RemovePlaces()
    {
        _folder.Dispose();
        await _objects.DisposeAsync();
    }

    private protected static async Task<string> ReadAsync(VersionStore store, ArtifactReference reference, string path)
    {
        using var reader = new StreamReader(await store.OpenReadAsync(reference, path));
        return await reader.ReadToEndAsync();
    }
}
