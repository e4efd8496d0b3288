using System.Text;
using CsCheck;
using NUnit.Framework;
using Versioning.Files;
using Versioning.Storage;
using Versioning.Tests.Files;
using Versioning.Tests.Store;

namespace Versioning.Tests.Properties;

/// <summary>Names exactly as given, folders of any depth and width.</summary>
[TestFixture]
[Platform("Linux")]
internal sealed class NameTests
{
    private const string Artifact = "datasets/names";

    [Test]
    public void AnyNames_CommittedAndFetched_AreTheSameBytes()
    {
        // Any rune but the two that no name can hold; often ones that something on the way may take for special.
        Gen<string> rune = Gen.Frequency(
            (3, Mutation.OneOf(".", "-", " ", "\n", "\t", "\\", ":", "*", "?", "\"", "'", "%", "~", "#", "@", "\u0301", "é", "e\u0301", "\u200b", "\ufeff", "\ufffd", "\U0001F600", "\u0001", "\u007f")),
            (2, Gen.Int[1, 0x10FFFF].Where(r => Rune.IsValid(r) && r != '/').Select(r => new Rune(r).ToString())));
        Gen<string> name = rune.Array[1, 60].Select(string.Concat)
            .Where(n => n is not ("." or "..") && Encoding.UTF8.GetByteCount(n) <= 255);
        name.Array[1, 3].Select(n => string.Join('/', n)).Array[1, 20].SampleSeeded(paths => RoundTripAsync(paths).GetAwaiter().GetResult(), iterations: 25);
    }

    [Test]
    public async Task ThousandLevels_CommittedAndFetched_AreTheSame()
    {
        using var source = new TemporaryFolder();
        using var target = new TemporaryFolder();
        string folders = string.Join('/', Enumerable.Range(1, 1000).Select(i => $"folder-{i}"));
        byte[] file = Encoding.UTF8.GetBytes($"{folders}/file"), link = Encoding.UTF8.GetBytes($"{folders}/link");
        using (TargetFolder deep = TargetFolder.Open(source.Path))
        {
            using PendingFile made = deep.Create(file, 4, FileKind.File);
            RandomAccess.Write(made.Handle, "deep"u8, 0);
            made.Commit(replace: false);
            deep.CreateLink(link, "file"u8.ToArray(), replace: false);
        }

        using var folder = new TempFolder();
        await using VersionStore store = await VersionStore.CreateAsync(new MemoryStore(), folder.Options);
        CommitResult version = await store.CommitAsync(Artifact, source.Path);
        Assert.That((await store.ListFilesAsync(version).FirstAsync()).Path, Is.EqualTo($"{folders}/file"));
        await store.FetchAsync(version, target.Path);
        using TargetFolder fetched = TargetFolder.Open(target.Path);
        await using (var stream = new FileStream(fetched.OpenRead(file), FileAccess.Read))
        {
            Assert.That(await new StreamReader(stream).ReadToEndAsync(), Is.EqualTo("deep"));
        }

        Assert.That(fetched.Probe(link, out _, out _), Is.EqualTo(TargetState.Link));
        Assert.That((await store.FetchAsync(version, target.Path, new FetchOptions { Include = ["**/file"] })).Written, Is.Zero);
    }

    [Test]
    public async Task FolderOfManyFiles_CommittedAndFetched_IsTheSame()
    {
        const int Count = 3_000;
        using var folder = new TempFolder();
        Directory.CreateDirectory(folder.Of("s"));
        for (int i = 0; i < Count; i++)
        {
            await File.WriteAllBytesAsync(folder.Of($"s/{i * 7919L % 1_000_003}"), [(byte)i, (byte)(i >> 8)]);
        }

        await using VersionStore store = await VersionStore.CreateAsync(new MemoryStore(), folder.Options);
        CommitResult made = await store.CommitAsync(Artifact, folder.Of("s"));
        await store.FetchAsync(made, folder.Of("t"));
        int wrong = 0;
        for (int i = 0; i < Count; i++)
        {
            byte[] fetched = await File.ReadAllBytesAsync(folder.Of($"t/{i * 7919L % 1_000_003}"));
            wrong += fetched.AsSpan().SequenceEqual([(byte)i, (byte)(i >> 8)]) ? 0 : 1;
        }

        Assert.That((wrong, Directory.EnumerateFileSystemEntries(folder.Of("t")).Count()), Is.EqualTo((0, Count)));
    }

    private static async Task RoundTripAsync(string[] paths)
    {
        using var source = new TemporaryFolder();
        using var target = new TemporaryFolder();
        using var folder = new TempFolder();
        var made = new HashSet<string>(StringComparer.Ordinal);
        foreach (string path in paths.Where(p => !p.Contains(".vers", StringComparison.OrdinalIgnoreCase) && !p.Contains(".git", StringComparison.OrdinalIgnoreCase)))
        {
            try
            {
                source.Add(path, path);
                made.Add(path);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // One path is the folder of another.
            }
        }

        await using VersionStore store = await VersionStore.CreateAsync(new MemoryStore(), folder.Options);
        CommitResult version = await store.CommitAsync(Artifact, source.Path);
        Assert.That((await store.ListFilesAsync(version).ToListAsync()).Select(f => f.Path), Is.EquivalentTo(made));
        await store.FetchAsync(version, target.Path);
        Assert.That(
            Directory.EnumerateFiles(target.Path, "*", SearchOption.AllDirectories).Select(f => f[(target.Path.Length + 1)..]),
            Is.EquivalentTo(made));
        foreach (string path in made)
        {
            Assert.That(await File.ReadAllBytesAsync($"{target.Path}/{path}"), Is.EqualTo(Encoding.UTF8.GetBytes(path)));
        }
    }
}
