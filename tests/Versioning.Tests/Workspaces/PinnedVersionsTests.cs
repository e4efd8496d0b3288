using NUnit.Framework;
using Versioning.Tests.Store;

namespace Versioning.Tests.Workspaces;

[TestFixture]
internal sealed class PinnedVersionsTests
{
    private TempFolder _folder = null!;
    private VersionStore _store = null!;

    [SetUp]
    public async Task SetUp()
    {
        _folder = new TempFolder();
        _store = await VersionStore.CreateAsync(_folder.Of("store"), _folder.Options);
        _folder.Write("s/a", "text");
        await _store.CommitAsync("datasets/x", _folder.Of("s"));
        _folder.Write("w/versions.json", """{ "store": "../store" }""");
        await Workspace.Open(_folder.Of("w")).PinAsync(_store, "datasets/x@1");
        Directory.CreateDirectory(_folder.Of("w/src/deep"));
    }

    [TearDown]
    public async Task TearDown()
    {
        await _store.DisposeAsync();
        foreach (string file in Directory.EnumerateFiles(_folder.Root, "*", SearchOption.AllDirectories).Where(_ => OperatingSystem.IsWindows()))
        {
            File.SetAttributes(file, FileAttributes.Normal);
        }

        _folder.Dispose();
    }

    [Test]
    public async Task Load_FromAFolderBelow_FindsTheLockAndTheStore()
    {
        var pins = PinnedVersions.Load(_folder.Of("w/src/deep"));
        Assert.That((pins.FullPath, pins.StoreLocation), Is.EqualTo((_folder.Of("w/versions.lock"), _folder.Of("store"))));
        PinnedVersion pin = pins["datasets/x"];
        Assert.That((pin.Pin.Number, pins.Pins.Single()), Is.EqualTo((1, pin)));
        await using VersionStore store = VersionStore.Connect(pins.StoreLocation, _folder.Options);
        using LocalVersion local = await store.FetchAsync(pin);
        Assert.That(await File.ReadAllTextAsync(local.PathOf("a")), Is.EqualTo("text"));
        await using Stream stream = await store.OpenReadAsync(pin, "a");
        Assert.That(stream.Length, Is.EqualTo(4));
    }

    [Test]
    public void Load_OfALockAlone_KnowsNoStore()
    {
        Directory.CreateDirectory(_folder.Of("deployed"));
        File.Copy(_folder.Of("w/versions.lock"), _folder.Of("deployed/versions.lock"));
        var pins = PinnedVersions.Load(_folder.Of("deployed"));
        Assert.That(pins.Pins, Has.Count.EqualTo(1));
        Assert.That(() => pins.StoreLocation, Throws.TypeOf<NotFoundException>());
    }

    [Test]
    public async Task Fetch_OfAPin_BringsWhatIsIncluded_WithTheLockAloneToo()
    {
        _folder.Write("s/train/b", "more");
        await _store.CommitAsync("datasets/x", _folder.Of("s"));
        await Workspace.Open(_folder.Of("w")).PinAsync(_store, "datasets/x@2", new PinOptions { Include = ["train/*"] });
        Directory.CreateDirectory(_folder.Of("deployed"));
        File.Copy(_folder.Of("w/versions.lock"), _folder.Of("deployed/versions.lock"));
        foreach (string place in new[] { "w", "deployed" })
        {
            PinnedVersion pin = PinnedVersions.Load(_folder.Of(place))["datasets/x"];
            using LocalVersion part = await _store.FetchAsync(pin), other = await _store.FetchAsync(pin, ["a"]), all = await _store.FetchAsync(pin, []);
            Assert.That(new[] { part, other, all }.Select(Files), Is.EqualTo(["train/b", "a", "a train/b"]), place);
        }

        // By hand, and not locked yet: what a restore would bring.
        string json = _folder.Of("w/versions.json");
        File.WriteAllText(json, File.ReadAllText(json).Replace("train/*", "a", StringComparison.Ordinal));
        using LocalVersion changed = await _store.FetchAsync(PinnedVersions.Load(_folder.Of("w"))["datasets/x"]);
        Assert.That(Files(changed), Is.EqualTo("a"));
    }

    private static string Files(LocalVersion local) =>
        string.Join(' ', Directory.EnumerateFiles(local.Path, "*", SearchOption.AllDirectories).Select(f => Path.GetRelativePath(local.Path, f).Replace('\\', '/')).Order(StringComparer.Ordinal));

    [Test]
    public void Load_ByDefault_TakesTheLockOfTheApplication()
    {
        string path = Path.Join(AppContext.BaseDirectory, "versions.lock");
        File.Copy(_folder.Of("w/versions.lock"), path);
        try
        {
            Assert.That(PinnedVersions.Load().FullPath, Is.EqualTo(path));
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Test]
    public void WhatIsNotThere_IsNamed()
    {
        Assert.That(() => PinnedVersions.Load(_folder.Of("store")), Throws.TypeOf<NotFoundException>().With.Property("Code").EqualTo("no_lock"));
        Assert.That(() => PinnedVersions.Load(_folder.Of("w"))["models/y"], Throws.TypeOf<NotFoundException>().With.Property("Hint").Contain("datasets/x"));
    }
}
