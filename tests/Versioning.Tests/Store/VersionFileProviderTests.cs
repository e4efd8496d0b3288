using Microsoft.Extensions.FileProviders;
using NUnit.Framework;
using Versioning.Storage;
using Versioning.Tests.Compression;

namespace Versioning.Tests.Store;

/// <summary>The same files, whether they come from the store or from this machine's cache.</summary>
[TestFixture(true)]
[TestFixture(false)]
internal sealed class VersionFileProviderTests(bool isLocal)
{
    private TempFolder _folder = null!;
    private MemoryStore _objects = null!;
    private VersionStore _store = null!;
    private LocalVersion? _local;
    private VersionFileProvider _provider = null!;

    [SetUp]
    public async Task SetUp()
    {
        (_folder, _objects) = (new TempFolder(), new MemoryStore());
        _store = await VersionStore.CreateAsync(new PassingStore(_objects), _folder.Options);
        _folder.Write("s/weights.bin", SampleData.Make(300_000, 3, 1));
        _folder.Write("s/meta/de/labels.txt", "Katze");
        _folder.Write("s/meta/labels.txt", "cat");
        if (!OperatingSystem.IsWindows())
        {
            File.CreateSymbolicLink(_folder.Of("s/meta/de/a-link"), "../z-link");
            File.CreateSymbolicLink(_folder.Of("s/meta/z-link"), "labels.txt");
        }

        await _store.CommitAsync("datasets/x", _folder.Of("s"));
        _local = isLocal ? await _store.FetchAsync("datasets/x") : null;
        _provider = _local is null ? await _store.OpenFilesAsync("datasets/x") : new VersionFileProvider(_local);
    }

    [TearDown]
    public async Task TearDown()
    {
        _local?.Dispose();
        await _store.DisposeAsync();
        foreach (string file in Directory.EnumerateFiles(_folder.Root, "*", SearchOption.AllDirectories).Where(_ => OperatingSystem.IsWindows()))
        {
            File.SetAttributes(file, FileAttributes.Normal);
        }

        _folder.Dispose();
        await _objects.DisposeAsync();
    }

    [TestCase("weights.bin")]
    [TestCase("/weights.bin")]
    [TestCase("/meta/labels.txt")]
    [TestCase("meta\\de/labels.txt")]
    [TestCase("meta/z-link")]
    [TestCase("meta/de/a-link")]
    public async Task File_HasItsLengthAndItsBytes(string path)
    {
        byte[] wanted = await File.ReadAllBytesAsync(_folder.Of("s/" + path.Replace('\\', '/').TrimStart('/')));
        IFileInfo file = _provider.GetFileInfo(path);
        Assert.That((file.Exists, file.IsDirectory, file.Length, file.Name), Is.EqualTo((true, false, wanted.Length, Path.GetFileName(path))));
        Assert.That(file.PhysicalPath, isLocal ? Does.Exist : Is.Null);
        await using Stream stream = file.CreateReadStream();
        var read = new MemoryStream();
        await stream.CopyToAsync(read);
        Assert.That(read.ToArray(), Is.EqualTo(wanted));
        stream.Seek(-2, SeekOrigin.End);
        Assert.That(stream.ReadByte(), Is.EqualTo(wanted[^2]));
    }

    [TestCase("")]
    [TestCase("/")]
    [TestCase("meta")]
    [TestCase("Weights.bin")]
    [TestCase("weights.bin/x")]
    [TestCase("meta/../weights.bin")]
    [TestCase("../gate")]
    [TestCase("./weights.bin")]
    public void Path_OfNoFile_IsNotFound(string path)
    {
        IFileInfo file = _provider.GetFileInfo(path);
        Assert.That(file.Exists, Is.False);
        Assert.That(file.CreateReadStream, Throws.TypeOf<FileNotFoundException>());
    }

    [TestCase("", "meta/ weights.bin")]
    [TestCase("/meta", "de/ labels.txt z-link")]
    [TestCase("/meta/de/", "a-link labels.txt")]
    public void Folder_ListsWhatLiesInIt(string path, string expected)
    {
        IDirectoryContents contents = _provider.GetDirectoryContents(path);
        Assert.That(contents.Exists);
        Assert.That(string.Join(' ', contents.Select(f => f.IsDirectory ? f.Name + "/" : f.Name).Order(StringComparer.Ordinal)), Is.EqualTo(expected));
    }

    [TestCase("weights.bin")]
    [TestCase("nothing")]
    [TestCase("..")]
    public void Path_OfNoFolder_IsNotFound(string path) => Assert.That(_provider.GetDirectoryContents(path).Exists, Is.False);

    [Test]
    public void Version_NeverChanges() => Assert.That(_provider.Watch("**").ActiveChangeCallbacks, Is.False);

    [Test]
    public async Task Stream_OfADamagedStore_ThrowsInsteadOfWrongBytes()
    {
        foreach (ObjectKey key in await _objects.KeysAsync("packs/"))
        {
            byte[] bytes = await _objects.BytesAsync(key);
            bytes[100] ^= 1;
            await _objects.ReplaceAsync(key, bytes);
        }

        await using VersionStore store = await VersionStore.OpenAsync(new PassingStore(_objects), _folder.Options);
        VersionFileProvider provider = await store.OpenFilesAsync("datasets/x");
        using Stream stream = provider.GetFileInfo("weights.bin").CreateReadStream();
        Assert.That(() => stream.CopyTo(Stream.Null), Throws.TypeOf<IntegrityException>());
    }
}
