using System.Security.Cryptography;
using System.Text;
using NUnit.Framework;
using Versioning.Storage;
using Versioning.Tests.Compression;
using Versioning.Tests.Store;
using Tree = System.Collections.Generic.Dictionary<string, byte[]>;

namespace Versioning.Tests.Properties;

/// <summary>Random sequences of operations against a model in memory.</summary>
[TestFixture]
[Parallelizable(ParallelScope.All)]
internal sealed class ModelTests
{
    private const string Artifact = "datasets/model";
    private static readonly int[] Sizes = [0, 1, 100, 16383, 16384, 16385, 65536, 262143, 262144, 262145, 3_000_000];
    private static readonly string[] Names = ["a", "a-b", "a.txt", "b/a", "b/c/d", "b-c", "B", "é/ü", "z/z/z/z", "日本", "m.safetensors", "n.csv"];

    [Test]
    public async Task RandomOperations_AgreeWithTheModel([Range(1, 8)] int seed)
    {
        using var folder = new TempFolder();
        await using var objects = new MemoryStore();

        // Every other one behind a network, in processes that go on with what the last one kept.
        ObjectStore place = seed % 2 == 0 ? new RemoteStore(objects) : new PassingStore(objects);
        VersionStore store = await VersionStore.CreateAsync(place, folder.Options);
        var random = new Random(seed);
        var versions = new List<Tree>();
        var tags = new Dictionary<string, int>();
        var aliases = new Dictionary<string, int>();
        var contents = new Dictionary<string, Digest>();
        var now = new Tree();
        for (int step = 0; step < 40; step++)
        {
            if (random.Next(4) == 0)
            {
                await store.DisposeAsync();
                Damage(folder.Of("cache/metadata"), random);
                store = await VersionStore.OpenAsync(place, folder.Options);
            }

            switch (versions.Count == 0 ? 0 : random.Next(7))
            {
                case 0:
                    Mutate(now, random);
                    await CommitAsync(WriteTree(folder, now, step), new CommitOptions());
                    break;
                case 1:
                    // A patch: some files put over the latest version, some paths removed.
                    var put = new Tree();
                    Mutate(put, random);
                    string removed = Names[random.Next(Names.Length)];
                    now = new Tree(versions[^1]);
                    now.Remove(removed);
                    foreach ((string path, byte[] content) in put)
                    {
                        RemoveInTheWay(now, path);
                        now[path] = content;
                    }

                    await CommitAsync(WriteTree(folder, put, step), new CommitOptions { Patch = true, Remove = [removed] });
                    break;
                case 2:
                    CommitResult again = await store.CommitAsync(Artifact, WriteTree(folder, versions[^1], step));
                    Assert.That(again.Unchanged, Is.True, "The same content again is unchanged.");
                    Assert.That(again.Version.Number, Is.EqualTo(versions.Count));
                    now = new Tree(versions[^1]);
                    break;
                case 3:
                    string tag = $"t{random.Next(6)}";
                    int tagged = random.Next(versions.Count) + 1;
                    if (tags.TryGetValue(tag, out int had) && had != tagged)
                    {
                        Assert.That(async () => await store.TagAsync($"{Artifact}@{tagged}", tag), Throws.InstanceOf<ConflictException>());
                    }
                    else
                    {
                        Assert.That(await store.TagAsync($"{Artifact}@{tagged}", tag), Is.EqualTo(tags.TryAdd(tag, tagged)));
                    }

                    break;
                case 4:
                    string alias = $"a{random.Next(3)}";
                    int to = random.Next(versions.Count) + 1, expected = random.Next(versions.Count) + 1;
                    bool moves = aliases.TryGetValue(alias, out int at) ? at == expected : false;
                    Assert.That(await store.MoveAliasAsync(Artifact, alias, $"{to}", $"{expected}"), Is.EqualTo(moves));
                    if (!moves)
                    {
                        Assert.That(await store.MoveAliasAsync(Artifact, alias, $"{to}"), Is.True);
                    }

                    aliases[alias] = to;
                    break;
                case 5:
                    int fetched = random.Next(versions.Count) + 1;
                    await AssertFetchedAsync(store, folder, fetched, versions[fetched - 1], step);
                    break;
                default:
                    int before = random.Next(versions.Count) + 1, after = random.Next(versions.Count) + 1;
                    await AssertDiffAsync(store, before, versions[before - 1], after, versions[after - 1]);
                    break;
            }
        }

        await store.DisposeAsync();
        await using VersionStore fresh = await VersionStore.OpenAsync(place, folder.Options);
        for (int number = 1; number <= versions.Count; number++)
        {
            await AssertFetchedAsync(fresh, folder, number, versions[number - 1], 1000 + number);
        }

        foreach ((string name, int number) in tags.Concat(aliases))
        {
            Assert.That((await fresh.ResolveAsync($"{Artifact}@{name}")).Number, Is.EqualTo(number), name);
        }

        Assert.That((await fresh.VerifyAsync()).Damages, Is.Empty);

        async Task CommitAsync(string source, CommitOptions options)
        {
            CommitResult made = await store.CommitAsync(Artifact, source, options);
            bool same = versions.Count > 0 && Key(versions[^1]) == Key(now);
            Assert.That(made.Unchanged, Is.EqualTo(same));
            if (!same)
            {
                versions.Add(new Tree(now));
            }

            Assert.That(made.Version.Number, Is.EqualTo(versions.Count));
            Assert.That((made.Version.FileCount, made.Version.ByteCount), Is.EqualTo(((long)now.Count, now.Values.Sum(c => (long)c.Length))));
            if (!contents.TryAdd(Key(now), made.Version.Content))
            {
                Assert.That(made.Version.Content, Is.EqualTo(contents[Key(now)]), "Equal content by another history has an equal digest.");
            }
        }
    }

    [Test]
    public async Task EqualContent_OfDifferentStoresAndHistories_HasEqualDigest()
    {
        using var folder = new TempFolder();
        await using var one = new MemoryStore();
        await using var two = new MemoryStore();
        await using VersionStore left = await VersionStore.CreateAsync(one, folder.Options);
        await using VersionStore right = await VersionStore.CreateAsync(two, folder.Options);
        var random = new Random(7);
        var tree = new Tree();
        for (int i = 0; i < 1000; i++)
        {
            tree[$"d{i % 13}/f{i}"] = Encoding.UTF8.GetBytes($"{random.Next(2000)}");
        }

        tree["large"] = SampleData.Make(3_000_000, 3, 1);
        CommitResult at = await left.CommitAsync(Artifact, WriteTree(folder, tree, 0));

        // There, in five patches of a scattered order, over a version with other files that are removed at the end.
        var other = new Tree { ["d0/other"] = [1], ["zz/other"] = [2], ["large"] = SampleData.Make(2_999_000, 3, 2) };
        await right.CommitAsync(Artifact, WriteTree(folder, other, 1));
        CommitResult? last = null;
        for (int part = 0; part < 5; part++)
        {
            var some = tree.Where((_, i) => i % 5 == part).ToDictionary();
            last = await right.CommitAsync(Artifact, WriteTree(folder, some, 2 + part), new CommitOptions { Patch = true, Remove = part == 4 ? ["d0/other", "zz/other"] : [] });
        }

        Assert.That(last!.Version.Content, Is.EqualTo(at.Version.Content));
    }

    private static async Task AssertFetchedAsync(VersionStore store, TempFolder folder, int number, Tree expected, int step)
    {
        string reference = $"{Artifact}@{number}";
        List<FileEntry> files = await store.ListFilesAsync(reference).ToListAsync();
        List<string> sorted = [.. expected.Keys.OrderBy(k => Convert.ToHexString(Encoding.UTF8.GetBytes(k)), StringComparer.Ordinal)];
        Assert.That(files.Select(f => f.Path), Is.EqualTo(sorted));
        foreach (FileEntry file in files)
        {
            Assert.That(file.Size, Is.EqualTo(expected[file.Path].Length));
            Assert.That(file.Sha256.ToHex(), Is.EqualTo(Convert.ToHexStringLower(SHA256.HashData(expected[file.Path]))));
        }

        string target = folder.Of($"fetch-{step}-{number}");
        FetchResult result = await store.FetchAsync(reference, target);
        Assert.That((result.Files, result.Written), Is.EqualTo(((long)expected.Count, (long)expected.Count)));
        IEnumerable<string> written = Directory.EnumerateFiles(target, "*", SearchOption.AllDirectories).Select(f => Path.GetRelativePath(target, f).Replace('\\', '/'));
        Assert.That(written, Is.EquivalentTo(expected.Keys));
        foreach ((string path, byte[] content) in expected)
        {
            Assert.That((await File.ReadAllBytesAsync(Path.Combine(target, path))).AsSpan().SequenceEqual(content), Is.True, path);
        }

        Directory.Delete(target, recursive: true);
    }

    private static async Task AssertDiffAsync(VersionStore store, int before, Tree old, int after, Tree now)
    {
        List<FileChange> changes = await store.DiffAsync($"{Artifact}@{before}", $"{Artifact}@{after}").ToListAsync();
        IEnumerable<string> expected = old.Keys.Union(now.Keys)
            .OrderBy(k => Convert.ToHexString(Encoding.UTF8.GetBytes(k)), StringComparer.Ordinal)
            .Select(path => (old.GetValueOrDefault(path), now.GetValueOrDefault(path)) switch
            {
                (_, null) => $"D {path}",
                (null, _) => $"A {path}",
                var (had, has) => had.AsSpan().SequenceEqual(has) ? "" : $"M {path}",
            })
            .Where(line => line.Length > 0);
        Assert.That(changes.Select(c => c.ToString()), Is.EqualTo(expected));
    }

    private static void Damage(string kept, Random random)
    {
        foreach (string file in Directory.Exists(kept) ? Directory.EnumerateFiles(kept, "*", SearchOption.AllDirectories) : [])
        {
            if (random.Next(8) == 0)
            {
                File.WriteAllBytes(file, [.. File.ReadAllBytes(file).Select(b => (byte)(b ^ random.Next(2)))]);
            }
        }
    }

    private static void Mutate(Tree tree, Random random)
    {
        for (int i = random.Next(1, 5); i > 0; i--)
        {
            string path = Names[random.Next(Names.Length)];
            if (tree.TryGetValue(path, out byte[]? had) && random.Next(3) > 0)
            {
                if (random.Next(3) == 0 && tree.Count > 1)
                {
                    tree.Remove(path);
                }
                else if (had.Length > 0)
                {
                    // One changed byte, an insertion or a cut, as files change.
                    int at = random.Next(had.Length);
                    tree[path] = random.Next(3) switch
                    {
                        0 => [.. had[..at], (byte)random.Next(256), .. had[(at + 1)..]],
                        1 => [.. had[..at], 1, 2, 3, .. had[at..]],
                        _ => had[..at],
                    };
                }
            }
            else
            {
                RemoveInTheWay(tree, path);
                tree[path] = SampleData.Make(Sizes[random.Next(Sizes.Length)], random.Next(4), random.Next(4));
            }
        }
    }

    private static void RemoveInTheWay(Tree tree, string path)
    {
        foreach (string other in tree.Keys.Where(k => k.StartsWith(path + "/", StringComparison.Ordinal) || path.StartsWith(k + "/", StringComparison.Ordinal)).ToList())
        {
            tree.Remove(other);
        }
    }

    private static string WriteTree(TempFolder folder, Tree tree, int step)
    {
        string source = Directory.CreateDirectory(folder.Of($"source-{step}")).FullName;
        foreach ((string path, byte[] content) in tree)
        {
            folder.Write($"source-{step}/{path}", content);
        }

        return source;
    }

    private static string Key(Tree tree) => string.Join('|', tree.OrderBy(f => f.Key, StringComparer.Ordinal).Select(f => $"{f.Key}:{Convert.ToHexString(SHA256.HashData(f.Value))}"));
}
