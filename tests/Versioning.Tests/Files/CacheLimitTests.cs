using NUnit.Framework;
using Versioning.Files;
using Versioning.Tests.Store;

namespace Versioning.Tests.Files;

[TestFixture]
internal sealed class CacheLimitTests
{
    private const int Size = 10_000;

    [Test]
    public void WhatWasNotUsedForLongest_Goes()
    {
        using var folder = new TempFolder();
        for (int i = 0; i < 30; i++)
        {
            string path = folder.Write($"c/{i % 3}/{i}", new byte[Size]);
            File.SetLastWriteTimeUtc(path, DateTime.UnixEpoch.AddDays(20_000 - i));
        }

        new CacheLimit(folder.Of("c"), 16 * Size, first: 0).Note(1);
        IEnumerable<string> left = Directory.EnumerateFiles(folder.Of("c"), "*", SearchOption.AllDirectories).Select(f => Path.GetFileName(f)!);
        Assert.That(left, Is.EquivalentTo(Enumerable.Range(0, 15).Select(i => $"{i}")));
    }

    [Test]
    public void ManyOfAFewBytes_CountAsWhatTheyTakeOfADisk()
    {
        using var folder = new TempFolder();
        for (int i = 0; i < 100; i++)
        {
            folder.Write($"c/{i}", "x");
        }

        new CacheLimit(folder.Of("c"), 32 * 4096, first: 0).Note(1);
        Assert.That(Directory.GetFiles(folder.Of("c")), Has.Length.EqualTo(30));
    }

    [Test]
    public void ALimitThatIsKept_TakesNothingAway()
    {
        using var folder = new TempFolder();
        folder.Write("c/a", new byte[Size]);
        new CacheLimit(folder.Of("c"), 16 * Size, first: 0).Note(1);
        Assert.That(File.Exists(folder.Of("c/a")), Is.True);
    }
}
