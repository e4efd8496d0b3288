using NUnit.Framework;
using Versioning.Tests.Faults;

namespace Versioning.Tests.Workspaces;

/// <summary>A status remembers the stamps of what it found right, and believes nothing that can have changed since.</summary>
[Platform("Linux"), System.Runtime.Versioning.SupportedOSPlatform("linux")]
[TestFixture]
internal sealed class RepeatedStatusTests : WorkspaceFixture
{
    private static readonly Dictionary<string, Action<string>> Edits = new()
    {
        ["content"] = Overwrite,
        ["another file, with the time of the old one"] = path =>
        {
            DateTime time = File.GetLastWriteTimeUtc(path);
            byte[] other = File.ReadAllBytes(path);
            other[^1] ^= 1;
            File.Delete(path);
            File.WriteAllBytes(path, other);
            File.SetLastWriteTimeUtc(path, time);
        },
        ["mode"] = path => File.SetUnixFileMode(path, File.GetUnixFileMode(path) | UnixFileMode.UserExecute),
        ["length"] = path =>
        {
            File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
            File.AppendAllText(path, "!");
        },
        ["link"] = path =>
        {
            File.Delete(path);
            File.CreateSymbolicLink(path, "long");
        },
        ["folder"] = path =>
        {
            File.Delete(path);
            Directory.CreateDirectory(path);
        },
    };

    [Test]
    public async Task WhatWasLookedAt_NeedsStampsOnly([Values(LinkKind.Hard, LinkKind.Copy)] LinkKind links)
    {
        Workspace workspace = await LookedAtAsync(links);
        Assert.That((await LookAsync(workspace, offline: true)).IsClean, Is.True, "Nothing here knows the version's entries any more.");
        File.SetLastWriteTimeUtc(At(workspace, "a"), DateTime.UnixEpoch);
        Assert.That(() => LookAsync(workspace, offline: true), Throws.TypeOf<StoreUnavailableException>(), "A file with another stamp can't be judged by stamps.");
        Assert.That((await LookAsync(workspace)).IsClean, Is.True);
    }

    [Test]
    public async Task WhatChangedSinceTheLastLook_IsFound([Values(LinkKind.Hard, LinkKind.Copy)] LinkKind links)
    {
        Workspace workspace = await LookedAtAsync(links);
        string path = At(workspace, "same/b");
        foreach ((string edit, Action<string> change) in Edits)
        {
            change(path);
            for (int look = 0; look < 2; look++)
            {
                PinStatus status = await LookLaterAsync(workspace);
                Assert.That((status.MissingFiles, status.ModifiedFiles), Is.EqualTo((0L, 1L)), edit);
                Assert.That(status.Changes.Select(c => c.ToString()), Is.EqualTo(["M same/b"]), edit);
            }

            Remove(path);
            await RestoreAsync(workspace, new RestoreOptions { Links = links });
            Assert.That((await LookLaterAsync(workspace)).IsClean, Is.True, edit);
        }
    }

    /// <summary>Even with the time put back that the file had. A hard link has that of the cache's file, so for it this would be a forged seal.</summary>
    [Test]
    public async Task OtherContentWithTheOldTime_IsFound()
    {
        Workspace workspace = await LookedAtAsync(LinkKind.Copy);
        string path = At(workspace, "same/b");
        DateTime time = File.GetLastWriteTimeUtc(path);
        Overwrite(path);
        File.SetLastWriteTimeUtc(path, time);
        Assert.That((await LookLaterAsync(workspace)).Changes.Select(c => c.ToString()), Is.EqualTo(["M same/b"]));
    }

    [Test]
    public async Task WhatIsGoneAndComesBack_IsFoundEachTime()
    {
        Workspace workspace = await LookedAtAsync(LinkKind.Copy);
        File.Move(At(workspace, "run"), At(workspace, "elsewhere"));
        Assert.That((await LookLaterAsync(workspace)).MissingFiles, Is.EqualTo(1));
        File.Move(At(workspace, "elsewhere"), At(workspace, "run"));
        Assert.That((await LookLaterAsync(workspace)).IsClean, Is.True);
        File.Delete(At(workspace, "link"));
        File.CreateSymbolicLink(At(workspace, "link"), "same/long");
        Assert.That((await LookLaterAsync(workspace)).Changes.Select(c => c.ToString()), Is.EqualTo(["M link"]));
    }

    [Test]
    public async Task AnotherVersion_IsAnotherQuestion()
    {
        Workspace workspace = await LookedAtAsync(LinkKind.Hard);
        await workspace.PinAsync(Store, $"{Artifact}@2", new PinOptions { Path = "in/x" });
        Assert.That((await LookLaterAsync(workspace)).Changes.Select(c => c.ToString()), Is.EqualTo(["M a"]));
    }

    [Test]
    public async Task AnotherPartOfTheVersion_IsAnotherQuestion()
    {
        Workspace workspace = await LookedAtAsync(LinkKind.Hard, "same/*");
        await workspace.PinAsync(Store, $"{Artifact}@production", new PinOptions { Path = "in/x", Include = ["**"] });
        PinStatus status = await LookLaterAsync(workspace);
        Assert.That((status.IsMissing, status.MissingFiles), Is.EqualTo((false, 5L)));
    }

    [Test]
    public async Task StampsTooYoungToTellOfEveryChange_AreNotRemembered()
    {
        Workspace workspace = await MakeAsync();
        await RestoreAsync(workspace, new RestoreOptions { Links = LinkKind.Copy });
        await LookAsync(workspace, new Clock(TimeSpan.FromMinutes(-1)));
        Directory.Delete(Folder.Of("cache/lists"), recursive: true);
        Assert.That(() => LookAsync(workspace, offline: true), Throws.TypeOf<StoreUnavailableException>());
    }

    [Test]
    public async Task ALinkIntoTheMachinesCache_IsAsGoodAsTheFileThere()
    {
        Workspace workspace = await MakeAsync();
        await RestoreAsync(workspace, new RestoreOptions { Links = LinkKind.Symbolic });
        Assert.That((await LookLaterAsync(workspace)).IsClean, Is.True);
        string cached = File.ResolveLinkTarget(At(workspace, "a"), returnFinalTarget: true)!.FullName;
        File.SetUnixFileMode(cached, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        File.WriteAllText(cached, "FIRST");
        Assert.That((await LookLaterAsync(workspace)).IsClean, Is.False);
    }

    [Test]
    public async Task AListThatIsGone_IsKeptAgain_ThoughNothingChanged()
    {
        Workspace workspace = await LookedAtAsync(LinkKind.Hard);
        Assert.That((await LookAsync(workspace)).IsClean, Is.True);
        Assert.That(Directory.GetFiles(Folder.Of("cache/lists")), Has.Length.EqualTo(1));
    }

    [Test]
    public async Task ManyPins_AskTheStoreOnce()
    {
        Workspace workspace = await LookedAtAsync(LinkKind.Hard);
        await LookAsync(workspace);
        int one = await RequestsOfALookAsync(workspace);
        await workspace.PinAsync(Store, $"{Artifact}@3", new PinOptions { Name = "other", Path = "other" });
        await RestoreAsync(workspace);
        Assert.That(workspace.Pins, Has.Count.EqualTo(2));
        Assert.That(await RequestsOfALookAsync(workspace), Is.EqualTo(one).And.EqualTo(1));
    }

    /// <summary>In place, as it may be linked.</summary>
    private static void Overwrite(string path)
    {
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        byte[] other = File.ReadAllBytes(path);
        other[0] ^= 1;
        using FileStream file = File.OpenWrite(path);
        file.Write(other);
    }

    private static void Remove(string path)
    {
        if (Directory.Exists(path))
        {
            Directory.Delete(path);
        }
        else
        {
            // The mode is that of the cache's file, if it is linked.
            File.SetUnixFileMode(path, UnixFileMode.UserRead);
            File.Delete(path);
        }
    }

    private async Task<int> RequestsOfALookAsync(Workspace workspace)
    {
        Requests.Clear();
        Assert.That(await workspace.StatusAsync(Store, null, Settings).AllAsync(pin => pin.IsClean), Is.True);
        return Requests.Requests.Count;
    }

    /// <summary>A workspace that was restored and looked at, on a machine that has lost the list of the version's entries since.</summary>
    private async Task<Workspace> LookedAtAsync(LinkKind links, params string[] include)
    {
        Workspace workspace = await MakeAsync(include: include);
        await RestoreAsync(workspace, new RestoreOptions { Links = links });
        Assert.That((await LookLaterAsync(workspace)).IsClean, Is.True);
        Directory.Delete(Folder.Of("cache/lists"), recursive: true);
        return workspace;
    }

    private Task<PinStatus> LookLaterAsync(Workspace workspace) => LookAsync(workspace, new Clock(TimeSpan.FromHours(1)));

    private async Task<PinStatus> LookAsync(Workspace workspace, TimeProvider time) =>
        await workspace.StatusAsync(Store, null, new VersionStoreOptions { CacheDirectory = Settings.CacheDirectory, Time = time }).SingleAsync();

    private sealed class Clock(TimeSpan ahead) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => System.GetUtcNow() + ahead;
    }
}
