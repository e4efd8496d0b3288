using NUnit.Framework;

namespace Versioning.Tests.Store;

/// <summary>A folder and a store that lies for each test.</summary>
internal abstract class HostileFixture
{
    private protected TempFolder _folder = null!;
    private protected HostileStore _hostile = null!;

    [SetUp]
    public void MakePlaces() => (_folder, _hostile) = (new TempFolder(), new HostileStore());

    [TearDown]
    public async Task RemovePlaces()
    {
        _folder.Dispose();
        await _hostile.DisposeAsync();
    }
}
