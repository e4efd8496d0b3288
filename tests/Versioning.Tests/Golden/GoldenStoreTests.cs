using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Time.Testing;
using NUnit.Framework;
using Versioning.Tests.Store;

namespace Versioning.Tests.Golden;

/// <summary>A store that was written once and is checked in: whatever comes later must read it.</summary>
[TestFixture]
internal sealed class GoldenStoreTests
{
    private const string Artifact = "datasets/golden";

    [Test]
    public async Task Store1_VerifiesFetchesAndHasItsDigests()
    {
        using var folder = new TempFolder();
        string[] pins = await GoldenStore.CopyAsync("store-1", folder);
        await using VersionStore store = await VersionStore.OpenAsync(folder.Of("store"), folder.Options);
        Assert.That((await store.VerifyAsync()).Damages, Is.Empty);
        List<ArtifactVersion> log = await store.LogAsync(Artifact).ToListAsync();
        Assert.That(log.Select(v => $"{v.Pin} {v.Content}"), Is.EqualTo(pins));
        Assert.That((await store.ResolveAsync($"{Artifact}@v1.0")).Number, Is.EqualTo(1));
        Assert.That((await store.ResolveAsync($"{Artifact}@prod")).Number, Is.EqualTo(2));
        for (int number = 1; number <= 2; number++)
        {
            string target = folder.Of($"t{number}");
            await store.FetchAsync($"{Artifact}@{number}", target);
            Assert.That(
                Directory.EnumerateFiles(target, "*", SearchOption.AllDirectories).Select(f => Path.GetRelativePath(target, f).Replace('\\', '/')),
                Is.EquivalentTo(Files(number).Keys));
            foreach ((string path, byte[] content) in Files(number))
            {
                Assert.That(await File.ReadAllBytesAsync(Path.Combine(target, path)), Is.EqualTo(content), path);
            }
        }

        // The same content committed now has the content digest of then.
        for (int number = 1; number <= 2; number++)
        {
            WriteFiles(folder, number);
            CommitResult again = await store.CommitAsync("datasets/again", folder.Of($"s{number}"));
            Assert.That(again.Version.Content, Is.EqualTo(log[^number].Content));
        }
    }

    [Test]
    [Explicit("Writes the golden store anew; only for a new format, as store-2.")]
    public async Task Write()
    {
        string golden = Path.Combine(SourceFolder(), "store-1");
        using var folder = new TempFolder();
        var options = new VersionStoreOptions { Author = "golden", CacheDirectory = folder.Of("cache"), Time = new FakeTimeProvider(DateTimeOffset.UnixEpoch.AddDays(20_000)) };
        await using VersionStore store = await VersionStore.CreateAsync(golden, options);
        for (int number = 1; number <= 2; number++)
        {
            WriteFiles(folder, number);
            await store.CommitAsync(Artifact, folder.Of($"s{number}"), new CommitOptions
            {
                Message = $"Version {number}",
                Tag = $"v{number}.0",
                Alias = "prod",
                Code = new CodeCommit("https://example.org/repo", "0123456789abcdef0123456789abcdef01234567", "main", false),
                Parameters = { ["epochs"] = "3" },
                Metrics = { ["accuracy"] = 0.25 },
                Metadata = { ["licence"] = "CC0" },
            });
        }

        List<ArtifactVersion> log = await store.LogAsync(Artifact).ToListAsync();
        await File.WriteAllLinesAsync(golden + ".pins", log.Select(v => $"{v.Pin} {v.Content}"));
    }

    private static Dictionary<string, byte[]> Files(int number)
    {
        // No Random: its sequence is a promise of the runtime, not ours.
        var files = new Dictionary<string, byte[]>
        {
            ["a.txt"] = Encoding.UTF8.GetBytes($"version {number}\n"),
            ["empty"] = [],
            ["sub/é.csv"] = Encoding.UTF8.GetBytes(string.Concat(Enumerable.Range(0, 2000).Select(i => $"{i},{i * i % 97}\n"))),
            ["large"] = [.. Enumerable.Range(0, 1200).SelectMany(i => SHA256.HashData(Encoding.UTF8.GetBytes($"{i}")))],
        };
        for (int i = 0; i < 600 && number == 2; i++)
        {
            files[$"many/{i}"] = Encoding.UTF8.GetBytes($"{i}");
        }

        return files;
    }

    private static void WriteFiles(TempFolder folder, int number)
    {
        foreach ((string path, byte[] content) in Files(number))
        {
            folder.Write($"s{number}/{path}", content);
        }
    }

    private static string SourceFolder([CallerFilePath] string file = "") => Path.GetDirectoryName(file)!;
}
