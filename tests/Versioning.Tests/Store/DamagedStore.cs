using NUnit.Framework;
using Versioning.Storage;

namespace Versioning.Tests.Store;

/// <summary>A store of known versions, of which one object at a time is damaged and put right again.</summary>
internal sealed class DamagedStore : IAsyncDisposable
{
    private const string Artifact = "datasets/x";

    private readonly List<Dictionary<string, byte[]>> _versions = [];

    internal TempFolder Folder { get; } = new();

    internal MemoryStore Objects { get; } = new();

    internal int Versions => _versions.Count;

    internal async Task CommitAsync(params (string Path, byte[] Content)[] files)
    {
        var version = new Dictionary<string, byte[]>();
        foreach ((string path, byte[] content) in files)
        {
            version[path] = content;
            Folder.Write($"s{Versions}/{path}", content);
        }

        await using VersionStore store = await VersionStore.CreateAsync(new PassingStore(Objects), Folder.Options);
        await store.CommitAsync(Artifact, Folder.Of($"s{Versions}"), new CommitOptions { Code = new CodeCommit(null, "0123", null, false) });
        _versions.Add(version);
    }

    /// <summary>Puts other bytes (null: none) in an object's place for a while.</summary>
    internal async Task WithAsync(ObjectKey key, byte[]? bytes, Func<VersionStore, Task> look)
    {
        byte[] good = await Objects.BytesAsync(key);
        await Objects.DeleteAsync(key);
        if (bytes is not null)
        {
            await Objects.CreateAsync(key, bytes);
        }

        await using (VersionStore store = await VersionStore.OpenAsync(new PassingStore(Objects), Folder.Options))
        {
            await look(store);
        }

        await Objects.ReplaceAsync(key, good);
    }

    /// <summary>Verify finds a damaged pack and says what can't be read; all else can, and no byte is ever wrong.</summary>
    internal async Task CheckPackAsync(VersionStore store, ObjectKey key, string how)
    {
        VerifyReport report = await store.VerifyAsync();
        Assert.That(report.Versions, Is.EqualTo(Versions), how);
        Assert.That(report.Damages.Select(d => d.Object), Is.EqualTo([key.Value]), how);
        Damage damage = report.Damages[0];
        Assert.That(damage.Problem, Is.Not.Empty, how);
        Assert.That(damage.Versions, Is.Not.Empty, how);
        for (int number = 1; number <= Versions; number++)
        {
            bool named = damage.Versions.Any(v => v.StartsWith($"{Artifact}@{number}#", StringComparison.Ordinal));
            bool someFile = damage.Files.Any(f => f.StartsWith($"{Artifact}@{number} ", StringComparison.Ordinal));
            int failed = 0;
            foreach ((string path, byte[] content) in _versions[number - 1])
            {
                bool readable = await IsReadableAsync(store, number, path, content, how);
                failed += readable ? 0 : 1;
                // A file may be named and still read right: not every bit of a zstd frame matters to its content.
                bool fileNamed = damage.Files.Contains($"{Artifact}@{number} {path}");
                Assert.That(readable || (named && (fileNamed || !someFile)), Is.True, $"{path} of {number} can't be read and is not named; {how}");
            }

            // Where the manifest itself is hit no file can be named, and none can be read.
            Assert.That(failed == 0 || someFile || failed == _versions[number - 1].Count, Is.True, $"version {number}; {how}");
        }
    }

    /// <summary>Whether a version can be fetched; what is fetched is right.</summary>
    internal async Task<bool> IsFetchableAsync(VersionStore store, int number)
    {
        string target = Folder.Of("target");
        try
        {
            await store.FetchAsync($"{Artifact}@{number}", target);
            return true;
        }
        catch (IntegrityException)
        {
            return false;
        }
        finally
        {
            foreach (string file in Directory.Exists(target) ? Directory.GetFiles(target, "*", SearchOption.AllDirectories) : [])
            {
                Assert.That(await File.ReadAllBytesAsync(file), Is.EqualTo(_versions[number - 1][Path.GetRelativePath(target, file).Replace('\\', '/')]), file);
            }

            Directory.Delete(target, recursive: true);
        }
    }

    public async ValueTask DisposeAsync()
    {
        Folder.Dispose();
        await Objects.DisposeAsync();
    }

    private static async Task<bool> IsReadableAsync(VersionStore store, int number, string path, byte[] content, string how)
    {
        try
        {
            byte[] read = new byte[content.Length + 1];
            int count = await store.ReadRangeAsync($"{Artifact}@{number}", path, 0, read);
            Assert.That(read.AsSpan(0, count).SequenceEqual(content), Is.True, $"Wrong bytes of {path}; {how}");
            return true;
        }
        catch (IntegrityException)
        {
            return false;
        }
    }
}
