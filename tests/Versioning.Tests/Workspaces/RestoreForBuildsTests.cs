using NUnit.Framework;
using Versioning.Storage;
using Versioning.Tests.Store;

namespace Versioning.Tests.Workspaces;

/// <summary>What builds need of a restore: a folder of their own, a list, and a lock that is believed only as a store confirmed it.</summary>
[TestFixture]
internal sealed class RestoreForBuildsTests
{
    private const string Name = "models/churn";

    private readonly TempFolder _folder = new();
    private VersionStore _store = null!;

    [SetUp]
    public async Task Pin()
    {
        _store = await VersionStore.CreateAsync(new MemoryStore(), _folder.Options);
        _folder.Write("s/b.bin", "weights");
        _folder.Write("s/a/c.txt", "text");
        await _store.CommitAsync(Name, _folder.Of("s"));
        _folder.Write("w/versions.json", """{ "store": "none" }""");
        await Workspace.PinAsync(_store, Name);
    }

    [TearDown]
    public async Task End()
    {
        await _store.DisposeAsync();
        _folder.Dispose();
    }

    private Workspace Workspace => Workspace.Open(_folder.Of("w"));

    private RestoreOptions IntoFolder => new() { Locked = true, Into = _folder.Of("out"), WithPaths = true };

    [Test]
    public async Task Into_TakesPinsByTheirNames_AndNamesTheirFiles()
    {
        RestoredPin pin = (await Workspace.RestoreAsync(_store, IntoFolder, _folder.Options)).Single();
        Assert.That(pin.Path, Is.EqualTo(_folder.Of("out/models/churn")));
        Assert.That(pin.Paths, Is.EqualTo(["a/c.txt", "b.bin"]));
        Assert.That(pin.Paths.Select(path => File.ReadAllText(Path.Join(pin.Path, path))), Is.EqualTo(["text", "weights"]));
        Assert.That(Directory.Exists(_folder.Of("w/models")), Is.False);
        Assert.That((await Workspace.RestoreAsync(_store, new RestoreOptions { Into = _folder.Of("out") }, _folder.Options)).Single().Paths, Is.Empty);
    }

    [Test]
    public async Task Into_OfPinsThatLieInOneAnother_IsAConflict()
    {
        await Workspace.PinAsync(_store, Name, new PinOptions { Name = "models", Path = "elsewhere" });
        Assert.That(
            async () => await Workspace.RestoreAsync(_store, IntoFolder, _folder.Options),
            Throws.TypeOf<ConflictException>().With.Property(nameof(VersioningException.Code)).EqualTo("path_blocked").And.Message.Contains("'models' and 'models/churn'"));
    }

    [TestCase("digest", '#')]
    [TestCase("manifest", '#')]
    [TestCase("number", '2')]
    [TestCase("files", '9')]
    public async Task EditedLock_IsNotTakenFromTheCache(string key, char with)
    {
        await Workspace.RestoreAsync(_store, IntoFolder, _folder.Options);
        await Workspace.RestoreAsync(null, IntoFolder, _folder.Options);
        string path = _folder.Of("w/versions.lock");
        string value = with == '#' ? $"\"sha256:{new string('0', 64)}\"" : with.ToString();
        File.WriteAllLines(path, File.ReadLines(path).Select(line => line.StartsWith(key + " =", StringComparison.Ordinal) ? $"{key} = {value}" : line).ToArray());
        Assert.That(async () => await Workspace.RestoreAsync(null, IntoFolder, _folder.Options), Throws.TypeOf<StoreUnavailableException>());
        if (with == '#')
        {
            Assert.That(
                async () => await Workspace.RestoreAsync(_store, IntoFolder, _folder.Options),
                Throws.TypeOf<IntegrityException>().With.Property(nameof(VersioningException.Code)).EqualTo("pin_mismatch"));
        }
    }
}
