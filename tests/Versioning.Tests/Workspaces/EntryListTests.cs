using System.Text;
using CsCheck;
using NUnit.Framework;
using Versioning.Tests.Store;
using Versioning.Trees;
using Versioning.Workspaces;

namespace Versioning.Tests.Workspaces;

[TestFixture]
internal sealed class EntryListTests
{
    private static readonly Digest Manifest = Digest.Of([7]);

    private static readonly Gen<ManifestEntry> Entries = Gen.Select(
        Gen.String[Gen.Char["abcü/.🙂"], 1, 40].Select(path => Encoding.UTF8.GetBytes(path)),
        Gen.Int[0, 2].Select(kind => (FileKind)kind),
        Gen.OneOf(Gen.Const(0L), Gen.Long[1, long.MaxValue]),
        Gen.Byte.Array[0, 300]).Select((path, kind, size, target) =>
            new ManifestEntry(path, kind, size, Digest.Of(path), null, kind == FileKind.Link ? target : null, kind == FileKind.Link || size == 0 ? null : default(Packs.ChunkRef)));

    private TempFolder _folder = null!;

    [SetUp]
    public void SetUp() => _folder = new TempFolder();

    [TearDown]
    public void TearDown() => _folder.Dispose();

    [Test]
    public void Entries_KeptAndRead_AreTheSame()
    {
        int round = 0;
        Entries.Array[0, 50].Sample(
            entries =>
            {
                var manifest = Digest.Of(BitConverter.GetBytes(Interlocked.Increment(ref round)));
                Keep(manifest, entries);
                IReadOnlyList<ManifestEntry>? read = EntryList.Read(_folder.Root, Pin(manifest));
                return read is not null && read.Select(Text).SequenceEqual(entries.Select(Text));
            },
            iter: 200);
    }

    [Test]
    public void UnknownManifest_IsNull() => Assert.That(EntryList.Read(_folder.Root, Pin(Manifest)), Is.Null);

    [Test]
    public void AnyByteOfIt_Changed_IsAsGoodAsNoneAndReplaced()
    {
        Keep(Manifest, Some);
        string path = Path.Join(_folder.Root, "lists", EntryList.NameOf(Pin(Manifest)));
        byte[] whole = File.ReadAllBytes(path);
        for (int i = 0; i < whole.Length; i++)
        {
            byte[] damaged = [.. whole];
            damaged[i] ^= 0x40;
            File.WriteAllBytes(path, damaged);
            Assert.That(EntryList.Read(_folder.Root, Pin(Manifest)), Is.Null, $"byte {i}");
            Assert.That(File.Exists(path), Is.False);
        }

        Keep(Manifest, Some);
        Assert.That(EntryList.Read(_folder.Root, Pin(Manifest)), Has.Count.EqualTo(Some.Length));
    }

    [Test]
    public void AnyEndOfIt_CutOff_IsAsGoodAsNone()
    {
        Keep(Manifest, Some);
        string path = Path.Join(_folder.Root, "lists", EntryList.NameOf(Pin(Manifest)));
        byte[] whole = File.ReadAllBytes(path);
        for (int length = 0; length < whole.Length; length++)
        {
            File.WriteAllBytes(path, whole[..length]);
            Assert.That(EntryList.Read(_folder.Root, Pin(Manifest)), Is.Null, $"{length} bytes");
        }
    }

    [Test]
    public void AListUnderAnothersName_IsAsGoodAsNone()
    {
        Keep(Manifest, Some);
        File.Move(Path.Join(_folder.Root, "lists", EntryList.NameOf(Pin(Manifest))), Path.Join(_folder.Root, "lists", EntryList.NameOf(Pin(Digest.Of([8])))));
        Assert.That(EntryList.Read(_folder.Root, Pin(Digest.Of([8]))), Is.Null);
    }

    /// <summary>A list whose reading was broken off would say that files are not part of the version.</summary>
    [Test]
    public void EntriesThatEndInAFailure_AreNotKept()
    {
        Assert.That(() => EntryList.KeepAsync(_folder.Root, Pin(Manifest), Broken(), CancellationToken.None), Throws.TypeOf<IOException>());
        Assert.That(EntryList.Read(_folder.Root, Pin(Manifest)), Is.Null);

        static async IAsyncEnumerable<ManifestEntry> Broken()
        {
            yield return Some[0];
            await Task.Yield();
            throw new IOException("broken off");
        }
    }

    [Test]
    public void AmountsThatTheLockHasWrong_AreNotKnown()
    {
        Keep(Manifest, Some);
        Assert.That(EntryList.Read(_folder.Root, Pin(Manifest) with { Files = 2, Bytes = 3 }), Has.Count.EqualTo(2));
        Assert.That(EntryList.Read(_folder.Root, Pin(Manifest) with { Files = 2, Bytes = 4 }), Is.Null);
        Assert.That(EntryList.Read(_folder.Root, Pin(Manifest) with { Files = 1, Bytes = 3 }), Is.Null);
    }

    private static ManifestEntry[] Some =>
    [
        new("a"u8.ToArray(), FileKind.File, 3, Digest.Of([1]), null, null, default(Packs.ChunkRef)),
        new("l"u8.ToArray(), FileKind.Link, 0, Digest.Of([2]), null, "a"u8.ToArray(), null),
    ];

    private void Keep(Digest manifest, IReadOnlyList<ManifestEntry> entries) =>
        EntryList.KeepAsync(_folder.Root, Pin(manifest), entries.ToAsyncEnumerable(), CancellationToken.None).GetAwaiter().GetResult();

    private static string Text(ManifestEntry entry) =>
        $"{Convert.ToHexString(entry.Path)} {entry.Kind} {entry.Size} {entry.Sha256} {(entry.LinkTarget is { } target ? Convert.ToHexString(target) : "-")} {entry.Place}";

    private static PinnedVersion Pin(Digest manifest) => new("x", "x@1", new ArtifactPin("x", 1, Digest.Of([1])), manifest, 0, 0);
}
