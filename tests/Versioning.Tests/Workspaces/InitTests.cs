using NUnit.Framework;
using Versioning.Tests.Store;

namespace Versioning.Tests.Workspaces;

[TestFixture]
internal sealed class InitTests
{
    private TempFolder _folder = null!;

    [SetUp]
    public void SetUp() => _folder = new TempFolder();

    [TearDown]
    public void TearDown() => _folder.Dispose();

    [Test]
    public async Task AnEmptyFolder_GetsAStoreAFileAndItsSchema()
    {
        string id = await InitAsync(".versions");
        Assert.That(Text, Is.EqualTo("{\n  \"$schema\": \"./versions.schema.json\",\n  \"store\": \".versions\"\n}\n"));
        Assert.That(Directory.GetFileSystemEntries(_folder.Of("w")).Select(Path.GetFileName), Is.EquivalentTo([".versions", "versions.json", "versions.schema.json"]));
        Assert.That(Workspace.Open(_folder.Of("w")).StoreLocation, Is.EqualTo(_folder.Of("w/.versions")));
        Assert.That(await InitAsync(".versions"), Is.EqualTo(id));
    }

    [Test]
    public async Task AStoreThatExists_IsNamedAndKept()
    {
        string id;
        await using (VersionStore store = await VersionStore.CreateAsync(_folder.Of("s"), _folder.Options))
        {
            id = store.Id;
        }

        Directory.CreateDirectory(_folder.Of("w"));
        Assert.That(await InitAsync("../s"), Is.EqualTo(id));
    }

    [Test]
    public async Task AFileWithoutAStore_GetsOne_AndKeepsWhatItsAuthorWrote()
    {
        _folder.Write("w/versions.json", "{\n    // what we train on\n    \"pins\": {\n        \"datasets/x\": \"3\" // pinned by hand\n    }\n}\n");
        await InitAsync("../s");
        Assert.That(Text, Is.EqualTo("""
            {
                // what we train on
                "$schema": "./versions.schema.json",
                "pins": {
                    "datasets/x": "3" // pinned by hand
                },
                "store": "../s"
            }

            """.ReplaceLineEndings("\n")));
    }

    [TestCase("{ \"store\": \"../s/\" } // ours")]
    [TestCase("{\n  \"$schema\": \"https://example.test/ours.json\", \"store\": \"./../s\", }")]
    public async Task AFileThatNamesTheStore_StaysAsItIs(string text)
    {
        _folder.Write("w/versions.json", text);
        await InitAsync("../s");
        Assert.That(Text, Is.EqualTo(text));
        Assert.That(File.Exists(_folder.Of("w/versions.schema.json")), Is.False);
    }

    [Test]
    public async Task AnOldSchema_IsReplaced()
    {
        await InitAsync("../s");
        byte[] schema = File.ReadAllBytes(_folder.Of("w/versions.schema.json"));
        _folder.Write("w/versions.schema.json", "{}");
        await InitAsync("../s");
        Assert.That(File.ReadAllBytes(_folder.Of("w/versions.schema.json")), Is.EqualTo(schema));
    }

    [Test]
    public void AFileThatNamesAnotherStore_IsAConflict_AndNothingIsMade()
    {
        _folder.Write("w/versions.json", "{ \"store\": \"../other\" }");
        Assert.That(() => InitAsync("../s"), Throws.TypeOf<ConflictException>().With.Property("Code").EqualTo("workspace_exists"));
        Assert.That(Directory.Exists(_folder.Of("s")), Is.False);
    }

    [Test]
    public void AFileThatIsNone_IsAnError_AndNothingIsMade()
    {
        _folder.Write("w/versions.json", "{ \"shop\": 1 }");
        Assert.That(() => InitAsync("../s"), Throws.TypeOf<VersioningException>().With.Property("Code").EqualTo("invalid_workspace"));
        Assert.That(Directory.Exists(_folder.Of("s")), Is.False);
    }

    [Test]
    public void AStoreThatCanNotBeMade_IsNotNamed()
    {
        Directory.CreateDirectory(_folder.Of("w"));
        Assert.That(() => InitAsync("gopher://x"), Throws.TypeOf<VersioningException>().With.Property("Code").EqualTo("unknown_scheme"));
        Assert.That(Directory.GetFileSystemEntries(_folder.Of("w")), Is.Empty);
    }

    private string Text => File.ReadAllText(_folder.Of("w/versions.json"));

    private async Task<string> InitAsync(string location)
    {
        await using VersionStore store = await Workspace.InitAsync(_folder.Of("w"), location, _folder.Options);
        return store.Id;
    }
}
