using NUnit.Framework;
using Versioning.Cards;
using Versioning.Storage;
using Versioning.Tests.Store;

namespace Versioning.Tests.Cards;

/// <summary>A card is a file of the version that it was given with, and of no other.</summary>
[TestFixture]
[Parallelizable(ParallelScope.All)]
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed class CardTests : StoreFixture
{
    private const string Name = "datasets/d", Text = "# What it is\n\nA table.\n";

    private VersionStore _store = null!;

    [SetUp]
    public async Task OpenStore()
    {
        _store = await VersionStore.CreateAsync(new PassingStore(_objects), _folder.Options);
        _folder.Write("data/a.txt", "a");
        _folder.Write("data/zoo/b.txt", "b");
    }

    [TearDown]
    public async Task CloseStore() => await _store.DisposeAsync();

    [Test]
    public async Task Commit_WithACard_ItIsAFileOfTheVersion()
    {
        CommitResult first = await CommitAsync(new CommitOptions { Card = Text });
        CommitResult again = await CommitAsync(new CommitOptions { CardFile = _folder.Write("card.md", Text) });
        CommitResult other = await CommitAsync(new CommitOptions { Card = Text + "More.\n" });
        using (Assert.EnterMultipleScope())
        {
            Assert.That(await PathsAsync(first), Is.EqualTo(new[] { "README.md", "a.txt", "zoo/b.txt" }));
            Assert.That(first.Version.Metadata, Is.EquivalentTo(new Dictionary<string, string> { ["card"] = "README.md" }));
            Assert.That(await _store.ReadCardAsync(first), Is.EqualTo(Text));
            Assert.That((again.Unchanged, again.Pin), Is.EqualTo((true, first.Pin)));
            Assert.That((await _store.DiffAsync(first, other).ToListAsync()).Select(change => change.ToString()), Is.EqualTo(new[] { "M README.md" }));
            Assert.That(await _store.ReadCardAsync(first), Is.EqualTo(Text), "the old one stays");
            Assert.That(File.Exists(_folder.Of("data/README.md")), Is.False, "the folder is not written to");
        }

        await _store.FetchAsync(first, _folder.Of("out"));
        Assert.That(await File.ReadAllTextAsync(_folder.Of("out/README.md")), Is.EqualTo(Text));
        Assert.That((await _store.VerifyAsync()).Damages, Is.Empty);
    }

    [Test]
    public async Task Commit_WithoutACard_HasNone()
    {
        CommitResult with = await CommitAsync(new CommitOptions { Card = Text });
        CommitResult without = await CommitAsync(new CommitOptions());
        _folder.Write("more/c.txt", "c");
        await CommitAsync(new CommitOptions { Card = Text });
        CommitResult patch = await _store.CommitAsync(Name, _folder.Of("more"), new CommitOptions { Patch = true });
        using (Assert.EnterMultipleScope())
        {
            Assert.That(without.Unchanged, Is.False);
            Assert.That(await PathsAsync(without), Does.Not.Contain("README.md"));
            Assert.That(await _store.ReadCardAsync(without), Is.Null);
            Assert.That(await _store.ReadCardAsync(with), Is.EqualTo(Text));
            Assert.That(await PathsAsync(patch), Does.Contain("README.md").And.Contain("c.txt"), "a patch keeps the file");
            Assert.That(await _store.ReadCardAsync(patch), Is.Null, "and says nothing of the new state by it");
        }
    }

    [Test]
    public async Task Commit_PatchWithACard_ReplacesItAlone()
    {
        await CommitAsync(new CommitOptions { Card = Text });
        Directory.CreateDirectory(_folder.Of("none"));
        CommitResult patch = await _store.CommitAsync(Name, _folder.Of("none"), new CommitOptions { Patch = true, Card = "new" });
        Assert.That(await PathsAsync(patch), Is.EqualTo(new[] { "README.md", "a.txt", "zoo/b.txt" }));
        Assert.That(await _store.ReadCardAsync(patch), Is.EqualTo("new"));
    }

    [Test]
    public async Task Commit_FolderHasAReadMe_MustBeTheCard()
    {
        string file = _folder.Write("data/README.md", Text);
        CommitResult same = await CommitAsync(new CommitOptions { CardFile = file });
        _folder.Write("card.md", "other");
        var other = new CommitOptions { CardFile = _folder.Of("card.md") };
        using (Assert.EnterMultipleScope())
        {
            Assert.That((await PathsAsync(same)).Count(path => path == "README.md"), Is.EqualTo(1));
            Assert.That(() => CommitAsync(other), Throws.TypeOf<ConflictException>().With.Property("Code").EqualTo("card_taken").And.Property("Hint").Contains("--exclude"));
            Assert.That(await _store.ReadCardAsync(await CommitAsync(new CommitOptions { CardFile = _folder.Of("card.md"), Exclude = ["/README.md"] })), Is.EqualTo("other"));
        }

        File.Delete(file);
        _folder.Write("data/README.md/x.txt", "x");
        Assert.That(() => CommitAsync(other), Throws.TypeOf<ConflictException>().With.Message.Contains("'README.md'"));
        Directory.Delete(_folder.Of("data/README.md"), recursive: true);
        _folder.Write("data/readme.md", "other");
        Assert.That(() => CommitAsync(other), Throws.TypeOf<ConflictException>().With.Message.Contains("'readme.md'"));
        Assert.That((await _store.LogAsync(Name).ToListAsync()).Count, Is.EqualTo(2), "nothing else was published");
    }

    [Test]
    public async Task Commit_FolderChangesToTheCard_TheCardIsNotTakenForAFileThere()
    {
        await CommitAsync(new CommitOptions { Card = Text });
        _folder.Write("data/README.md", new string('x', Text.Length));
        CommitResult commit = await CommitAsync(new CommitOptions());
        await using Stream stream = await _store.OpenReadAsync(commit, "README.md");
        using var reader = new StreamReader(stream);
        Assert.That(await reader.ReadToEndAsync(), Is.EqualTo(new string('x', Text.Length)));
    }

    [Test]
    public async Task Commit_CardThatIsNone_IsRefused()
    {
        const string Key = "AKIAIOSFODNN7REALKEY";
        using (Assert.EnterMultipleScope())
        {
            await RefusedAsync("invalid_card", "1,048,577 bytes", new CommitOptions { Card = new string('x', Card.MaxLength + 1) });
            await RefusedAsync("invalid_card", "at most 1,048,576", new CommitOptions { CardFile = _folder.Write("long.md", new byte[Card.MaxLength + 10]) });
            await RefusedAsync("invalid_card", "UTF-8", new CommitOptions { CardFile = _folder.Write("latin.md", [0x66, 0xFC, 0x72]) });
            await RefusedAsync("invalid_card", "UTF-8", new CommitOptions { Card = "a\0b" });
            await RefusedAsync("invalid_card", "surrogate", new CommitOptions { Card = "a\uD800b" });
            await RefusedAsync("invalid_card", "empty", new CommitOptions { Card = " \n" });
            await RefusedAsync("secret_card", "line 3", new CommitOptions { Card = $"# A\n\nkey: {Key}\n" }, Key);
            await RefusedAsync("secret_card", "line 2", new CommitOptions { Card = "---\nclient_secret: hunter2hunter2\n---\nA\n" }, "hunter2");
            await RefusedAsync("secret_card", "credentials by its name", new CommitOptions { CardFile = _folder.Write(".env", "A=1") });
            await RefusedAsync("card_not_found", "nowhere.md", new CommitOptions { CardFile = _folder.Of("nowhere.md") });
            await RefusedAsync("card_not_found", "data", new CommitOptions { CardFile = _folder.Of("data") });
            await RefusedAsync("invalid_option", "twice", new CommitOptions { Card = Text, CardFile = _folder.Of("long.md") });
            await RefusedAsync("invalid_option", "a.txt", new CommitOptions { Card = Text, Metadata = { ["card"] = "a.txt" } });
        }
    }

    [Test]
    public async Task Commit_CardThatSpeaksOfCredentials_IsTaken() =>
        Assert.That(await _store.ReadCardAsync(await CommitAsync(new CommitOptions { Card = "---\npad_token: \"[PAD]\"\n---\nSet `HF_TOKEN` first: `export HF_TOKEN=<your token>`. Uses max_tokens=512 and a tokenizer.\n" })), Does.Contain("HF_TOKEN"));

    [Test]
    public async Task ReadCard_FileThatMetadataNames_IsIt()
    {
        _folder.Write("data/docs/card.md", "\uFEFFnamed");
        _folder.Write("data/big.bin", new byte[Card.MaxLength + 1]);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(await _store.ReadCardAsync(await CommitAsync(new CommitOptions { Metadata = { ["card"] = "docs/card.md" } })), Is.EqualTo("named"));
            Assert.That(await _store.ReadCardAsync(await CommitAsync(new CommitOptions { Metadata = { ["card"] = "https://example.org/card" } })), Is.Null);
            CommitResult big = await CommitAsync(new CommitOptions { Metadata = { ["card"] = "big.bin" } });
            Assert.That(() => _store.ReadCardAsync(big), Throws.TypeOf<VersioningException>().With.Property("Code").EqualTo("invalid_card").And.Message.Contains($"{Name}@3"));
            Assert.That(() => _store.ReadCardAsync("datasets/none"), Throws.TypeOf<NotFoundException>());
        }
    }

    [Test]
    public async Task Produce_WithACard_TheOutputHasIt()
    {
        string card = _folder.Write("card.md", Text);
        await using (Run run = await _store.StartRunAsync("train", new StartRunOptions { RecordCode = false }))
        {
            Assert.That(() => run.ProduceAsync("models/bad", _folder.Of("data"), new CommitOptions { Card = "a", Metadata = { ["card"] = "b" } }), Throws.TypeOf<VersioningException>());
            await run.ProduceAsync("models/m", _folder.Of("data"), new CommitOptions { CardFile = card });
            File.Delete(card);
            await run.CompleteAsync();
        }

        Assert.That(await _store.ReadCardAsync("models/m"), Is.EqualTo(Text));
        Assert.That((await _store.ResolveAsync("models/m")).Metadata["card"], Is.EqualTo("README.md"));
    }

    [Test]
    public async Task Promote_PolicyAsksForACard_ThoseWithoutAreRefused()
    {
        await CommitAsync(new CommitOptions { Card = Text });
        await CommitAsync(new CommitOptions());
        await _store.SetPolicyAsync(Name, "production", ["meta.card == 'README.md'"]);
        Assert.That(() => _store.MoveAliasAsync(Name, "production", "2"), Throws.TypeOf<ConflictException>().With.Property("Code").EqualTo("gate_refused"));
        Assert.That(await _store.MoveAliasAsync(Name, "production", "1"), Is.True);
    }

    [Test]
    public async Task Copy_OfAVersionWithACard_HasItToo()
    {
        CommitResult commit = await CommitAsync(new CommitOptions { Card = Text });
        await using VersionStore other = await VersionStore.CreateAsync(new MemoryStore(), _folder.Options);
        CopiedVersion copied = (await _store.CopyAsync([commit], other)).Single();
        Assert.That(await other.ReadCardAsync(copied.Pin), Is.EqualTo(Text));
    }

    private Task<CommitResult> CommitAsync(CommitOptions options) => _store.CommitAsync(Name, _folder.Of("data"), options);

    private async Task<List<string>> PathsAsync(CommitResult commit) => [.. (await _store.ListFilesAsync(commit).ToListAsync()).Select(file => file.Path)];

    private async Task RefusedAsync(string code, string message, CommitOptions options, string secret = "\n")
    {
        VersioningException? refused = await Assert.CatchAsync<VersioningException>(() => CommitAsync(options));
        Assert.That(refused?.Code, Is.EqualTo(code), refused?.Message);
        Assert.That(refused?.Message, Does.Contain(message).And.Not.Contain(secret));
    }
}
