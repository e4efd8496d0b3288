using NUnit.Framework;
using Versioning.Tests.Store;
using Versioning.Workspaces;

namespace Versioning.Tests.Workspaces;

[TestFixture]
internal sealed class RestoredLockTests
{
    private TempFolder _folder = null!;

    [SetUp]
    public void SetUp() => _folder = new TempFolder();

    [TearDown]
    public void TearDown() => _folder.Dispose();

    [Test]
    public void WhatWasSet_IsFoundByOthers()
    {
        Of("w").Set(Pin("data", 1));
        Of("w").Set(Pin("model", 7));
        Of("w").Set(Pin("data", 2));
        Assert.That((Of("w").Find("data"), Of("w").Find("model"), Of("w").Find("other")), Is.EqualTo((Pin("data", 2), Pin("model", 7), (PinnedVersion?)null)));
    }

    [Test]
    public void Workspaces_KnowNothingOfEachOther()
    {
        Of("w").Set(Pin("data", 1));
        Assert.That(Of("v").Find("data"), Is.Null);
    }

    [Test]
    public void OneFolder_ByTwoSpellings_IsTheSame()
    {
        Of("w").Set(Pin("data", 1));
        Assert.That(Of("v/../w").Find("data"), Is.EqualTo(Pin("data", 1)));
        Assert.That(Of("w/").Find("data"), Is.EqualTo(Pin("data", 1)));
    }

    [Test]
    public void ADamagedOne_SaysNothing_AndIsWrittenAnew()
    {
        Of("w").Set(Pin("data", 1));
        string file = Directory.GetFiles(_folder.Of("cache/workspaces")).Single();
        File.WriteAllText(file, "nonsense");
        Assert.That(Of("w").Find("data"), Is.Null);
        Of("w").Set(Pin("data", 2));
        Assert.That(Of("w").Find("data"), Is.EqualTo(Pin("data", 2)));
    }

    [Test]
    public void ADiskThatRefuses_StopsNothing()
    {
        _folder.Write("cache", "a file in the place of the folder");
        Of("w").Set(Pin("data", 1));
        Assert.That(Of("w").Find("data"), Is.Null);
    }

    private RestoredLock Of(string workspace) => new(_folder.Of("cache"), _folder.Of(workspace));

    private static PinnedVersion Pin(string name, long number) =>
        new(name, $"datasets/{name}@{number}", new ArtifactPin($"datasets/{name}", number, Digest.Of([(byte)number])), Digest.Of([1, (byte)number]), number, 10 * number);
}
