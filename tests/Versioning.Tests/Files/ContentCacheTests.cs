using System.Text;
using NUnit.Framework;
using Versioning.Files;
using Versioning.Tests.Store;

namespace Versioning.Tests.Files;

[TestFixture]
internal sealed class ContentCacheTests
{
    private static readonly byte[] Content = Encoding.UTF8.GetBytes("content");
    private static readonly Digest Sha256 = Digest.Of(Content);

    private TempFolder _folder = null!;
    private ContentCache _cache = null!;

    [SetUp]
    public void SetUp()
    {
        _folder = new TempFolder();
        _cache = new ContentCache(_folder.Of("cache"), 1 << 20);
    }

    [TearDown]
    public void TearDown()
    {
        _cache.Dispose();
        _folder.Dispose();
    }

    [Test]
    public void Has_WhatWasAdded_ReadOnlyUnderItsName()
    {
        string path = Add(Content);
        Assert.That(Has(), Is.True);
        Assert.That(Path.GetRelativePath(_folder.Of("cache"), path).Replace('\\', '/'), Is.EqualTo($"content/{Sha256.ToHex()[..2]}/{Sha256.ToHex()}"));
        Assert.That(new FileInfo(path).IsReadOnly, Is.True);
    }

    [Test]
    public void Has_Nothing_IsFalse() => Assert.That(Has(), Is.False);

    [Test]
    public void Has_AFileAndAnExecutableOne_AreTwo()
    {
        Add(Content, FileKind.Executable);
        Assert.That((Has(), Has(FileKind.Executable)), Is.EqualTo((false, true)));
    }

    [Test]
    public void Has_BytesOfAnotherLength_AreRemoved()
    {
        string path = Add([.. Content, 1]);
        Assert.That(Has(), Is.False);
        Assert.That(File.Exists(path), Is.False);
    }

    [Test]
    [Platform(Exclude = "Win", Reason = "A file there has no such mode.")]
    public void Has_AFileThatWasMadeExecutable_IsRemoved()
    {
        string path = Add(Content), linked = _folder.Of("linked");
        using TargetFolder target = TargetFolder.Open(_folder.Root);
        Assert.That(target.TryPlace("linked"u8.ToArray(), path, Content.Length, FileKind.File, LinkKind.Hard, replace: false, mtimeNs: 0), Is.True);
        using (var chmod = System.Diagnostics.Process.Start("chmod", ["+x", linked]))
        {
            chmod.WaitForExit();
        }

        Assert.That(Has(), Is.False);
        Assert.That((File.Exists(path), File.Exists(linked)), Is.EqualTo((false, true)), "The folder keeps what somebody made of its file.");
    }

    [Test]
    public void Has_OtherBytesOfThatLengthWrittenLater_AreRemoved()
    {
        string path = Add(Content);
        Edit(path, "kontent");
        Assert.That(Has(), Is.False);
        Assert.That(File.Exists(path), Is.False);
    }

    [Test]
    public void Has_TheSameBytesWithoutSeal_AreSealedAgain()
    {
        string path = Add(Content);
        File.SetLastWriteTimeUtc(path, DateTime.UnixEpoch.AddDays(20_000));
        Assert.That(IsSealed(), Is.False);
        Assert.That(Has(), Is.True);
        Assert.That(IsSealed(), Is.True);
    }

    /// <summary>A file that is used stays longer, and what marks it must not break its seal.</summary>
    [Test]
    public void Has_UsedAgain_IsMarkedAndStaysSealed()
    {
        string path = Add(Content);
        File.SetLastAccessTimeUtc(path, DateTime.UnixEpoch.AddDays(20_000));
        Assert.That(Has(), Is.True);
        Assert.That(File.GetLastAccessTimeUtc(path), Is.GreaterThan(DateTime.UnixEpoch.AddDays(20_001)));
        Assert.That(IsSealed(), Is.True);
    }

    [Test]
    public void Verify_BytesThatChangedUnderASeal_AreFoundAndRemoved()
    {
        string path = Add(Content);
        DateTime sealedAt = File.GetLastWriteTimeUtc(path);
        Edit(path, "kontent");
        File.SetLastWriteTimeUtc(path, sealedAt);
        Assert.That(Has(), Is.True, "a seal is trusted where no one asks to hash");
        Assert.That(_cache.Verify(Sha256, FileKind.File, CancellationToken.None), Is.False);
        Assert.That(File.Exists(path), Is.False);
    }

    [Test]
    public void Verify_SoundBytes_KeepTheirTimes()
    {
        string path = Add(Content);
        DateTime before = File.GetLastWriteTimeUtc(path);
        Assert.That(_cache.Verify(Sha256, FileKind.File, CancellationToken.None), Is.True);
        Assert.That(File.GetLastWriteTimeUtc(path), Is.EqualTo(before));
    }

    [Test]
    public void Verify_WhatIsGone_IsNoDamage() => Assert.That(_cache.Verify(Sha256, FileKind.File, CancellationToken.None), Is.True);

    [Test]
    public void Takes_WhatLeavesRoomForOthers() => Assert.That((_cache.Takes(1 << 18), _cache.Takes((1 << 18) + 1)), Is.EqualTo((true, false)));

    [Test]
    public void MostBytes_ByDefault_Is20GiBOrATenthOfTheDisk()
    {
        using var cache = new ContentCache(_folder.Root, new VersionStoreOptions().ContentCacheBytes);
        Assert.That(cache.MostBytes, Is.EqualTo(Math.Min(20L << 30, new DriveInfo(_folder.Root).TotalSize / 10)));
    }

    [Test]
    public void MostBytes_IsATenthOfTheDiskAtMost_BeforeThereIsAFolder()
    {
        using var cache = new ContentCache(_folder.Of("a/b/c"), long.MaxValue);
        Assert.That(cache.MostBytes, Is.EqualTo(new DriveInfo(_folder.Root).TotalSize / 10));
        Assert.That(Directory.Exists(_folder.Of("a")), Is.False);
    }

    /// <summary>What other folders have too stays; of the rest what was not used for longest goes.</summary>
    [Test]
    [Platform("Linux")]
    public void Added_BeyondTheBound_OldestGoButThoseInUse()
    {
        const int size = 100_000, count = 30;
        string[] paths = [.. Enumerable.Range(0, count).Select(i =>
        {
            byte[] content = [.. Enumerable.Repeat((byte)i, size)];
            string path = Put(Digest.Of(content), content, FileKind.File);
            File.SetLastAccessTimeUtc(path, DateTime.UnixEpoch.AddDays(10_000 + i));
            return path;
        })];
        using var target = TargetFolder.Open(_folder.Of("workspace"));
        Assert.That(target.TryPlace("used"u8.ToArray(), paths[0], size, FileKind.File, LinkKind.Hard, replace: false, 0), Is.True);
        for (int i = 0; i < 2; i++)
        {
            // The first look comes after a random part of a sixteenth, the second one surely.
            _cache.Added(Sha256, FileKind.File, 1 << 17);
        }

        string[] left = [.. paths.Where(File.Exists)];
        Assert.That(left, Does.Contain(paths[0]).And.Contain(paths[^1]).And.Not.Contain(paths[1]));
        Assert.That(left.Skip(1), Is.EqualTo(paths[^(left.Length - 1)..]));
        Assert.That((left.Length - 1) * size, Is.LessThanOrEqualTo(1 << 20));
    }

    private bool Has(FileKind kind = FileKind.File) => _cache.Has(Sha256, kind, Content.Length, CancellationToken.None);

    private bool IsSealed() => FileSeal.Holds(Sha256, _cache.Folder.TryStamp(ContentCache.PathOf(Sha256, FileKind.File))!.Value.MtimeNs);

    private string Add(byte[] bytes, FileKind kind = FileKind.File)
    {
        string path = Put(Sha256, bytes, kind);
        _cache.Added(Sha256, kind, bytes.Length);
        return path;
    }

    private string Put(Digest sha256, byte[] bytes, FileKind kind)
    {
        long now = (DateTime.UtcNow - DateTime.UnixEpoch).Ticks * 100;
        _cache.Folder.WriteWhole(ContentCache.PathOf(sha256, kind), bytes, kind, replace: false, FileSeal.TimeOf(sha256, now));
        return _cache.FullPathOf(sha256, kind);
    }

    private static void Edit(string path, string text)
    {
        new FileInfo(path).IsReadOnly = false;
        File.WriteAllText(path, text);
    }
}
