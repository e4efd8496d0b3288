using System.Runtime.Versioning;
using System.Text;
using NUnit.Framework;
using Versioning.Files;

namespace Versioning.Tests.Files;

[Platform("Linux"), SupportedOSPlatform("linux")]
internal sealed class PosixStampReaderTests
{
    private static readonly string[] Paths = ["a", "a/b", "a/b/1", "a/b/2", "a/c/1", "link", "z"];

    private TemporaryFolder _folder = null!;

    [SetUp]
    public void SetUp()
    {
        _folder = new TemporaryFolder();
        _folder.Add("a/b/1", "1");
        _folder.Add("a/b/2", "22");
        _folder.Add("a/c/1", "333");
        _folder.Add("z", "4444");
        File.CreateSymbolicLink(Path.Join(_folder.Path, "link"), "a");
    }

    [TearDown]
    public void TearDown() => _folder.Dispose();

    [Test]
    public void TryRead_WhateverStandsThere_HasTheStampOfAProbe()
    {
        using TargetFolder target = TargetFolder.Open(_folder.Path);
        using PosixStampReader stamps = target.Stamps()!;
        foreach (string path in Paths.Concat(Paths.Reverse()))
        {
            byte[] bytes = Encoding.UTF8.GetBytes(path);
            target.Probe(bytes, out FileStamp expected, out _);
            Assert.That(stamps.TryRead(bytes, out FileStamp stamp), Is.True, path);
            Assert.That(stamp, Is.EqualTo(expected), path);
        }
    }

    [TestCase("absent")]
    [TestCase("a/absent/1")]
    [TestCase("a/b/absent")]
    [TestCase("z/1")]
    [TestCase("link/b/1", Description = "A link is not gone through.")]
    public void TryRead_WhatIsNotThere_IsFalse(string path)
    {
        using TargetFolder target = TargetFolder.Open(_folder.Path);
        using PosixStampReader stamps = target.Stamps()!;
        Assert.That(stamps.TryRead(Encoding.UTF8.GetBytes(path), out _), Is.False);
        Assert.That(stamps.TryRead("a/b/1"u8, out _), Is.True, "What comes after it is found.");
    }
}
