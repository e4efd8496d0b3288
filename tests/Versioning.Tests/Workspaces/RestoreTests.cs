using NUnit.Framework;
using Versioning.Tests.Faults;
using Versioning.Workspaces;

namespace Versioning.Tests.Workspaces;

[TestFixture]
internal sealed class RestoreTests : WorkspaceFixture
{
    [Test]
    public async Task EveryKindOfLink_GivesTheSameFiles([Values(LinkKind.Auto, LinkKind.Hard, LinkKind.Symbolic, LinkKind.Copy)] LinkKind links)
    {
        Workspace workspace = await MakeAsync();
        RestoredPin restored = (await RestoreAsync(workspace, new RestoreOptions { Links = links })).Single();
        Assert.That((restored.Files, restored.Written), Is.EqualTo((restored.Version.Files, restored.Version.Files)));
        await ExpectAsync(workspace, 1);
        restored = (await RestoreAsync(workspace, new RestoreOptions { Links = links })).Single();
        Assert.That(restored.Written, Is.Zero);
        Assert.That((await LookAsync(workspace)).IsClean, Is.True);
    }

    [Test]
    public async Task WhatTheMachineHas_IsNotReadAgain()
    {
        await RestoreAsync(await MakeAsync());
        Workspace other = await MakeAsync("v", $"{Artifact}@3");
        Requests.Clear();
        await RestoreAsync(other);
        Assert.That(Requests.Requests.Where(r => r.Operation == StoreOperation.Read && r.Key.StartsWith("packs/", StringComparison.Ordinal)).Sum(r => r.Length), Is.LessThan(100_000), "Only what changed, and nodes.");
        await ExpectAsync(other, 3);
    }

    [Test]
    public async Task AnotherVersion_TakesThePlaceOfWhatWasNotTouched()
    {
        Workspace workspace = await MakeAsync();
        await RestoreAsync(workspace);
        await Store.MoveAliasAsync(Artifact, "production", "2");
        Assert.That((await LookAsync(workspace)).Newer?.Number, Is.EqualTo(2));
        PinUpdate update = (await workspace.UpdateAsync(Store)).Single();
        Assert.That((update.Moved, update.Added, update.Removed, update.Modified), Is.EqualTo((true, 0L, 1L, 1L)));
        RestoredPin restored = (await RestoreAsync(workspace)).Single();
        Assert.That((restored.Written, restored.Removed, restored.Kept), Is.EqualTo((1L, 1L, 0L)));
        await ExpectAsync(workspace, 2);
    }

    [Test]
    public async Task WhatWasChanged_IsAConflict_AndNothingIsWritten_UnlessForced()
    {
        Workspace workspace = await MakeAsync();
        await RestoreAsync(workspace);
        Replace(At(workspace, "a"), "mine");
        Replace(At(workspace, "gone"), "mine too");
        await Store.MoveAliasAsync(Artifact, "production", "2");
        await workspace.UpdateAsync(Store);
        ConflictException e = (await Assert.ThrowsAsync<ConflictException>(() => RestoreAsync(workspace)))!;
        Assert.That(e.Message, Does.Contain("'a'").Or.Contain("/a'"));
        Assert.That((File.ReadAllText(At(workspace, "a")), File.ReadAllText(At(workspace, "gone"))), Is.EqualTo(("mine", "mine too")));
        RestoredPin restored = (await RestoreAsync(workspace, new RestoreOptions { Force = true })).Single();
        Assert.That((restored.Written, restored.Removed, restored.Kept), Is.EqualTo((1L, 0L, 1L)), "What no version has stays.");
        Assert.That(File.ReadAllText(At(workspace, "gone")), Is.EqualTo("mine too"));
    }

    [Test]
    public async Task AHardLinkThatSomeoneEdits_IsNoticed_AndReachesNoOtherWorkspace([Values] bool longFile)
    {
        Workspace workspace = await MakeAsync(), other = await MakeAsync("v");
        await RestoreAsync(workspace, new RestoreOptions { Links = LinkKind.Hard });
        string file = At(workspace, longFile ? "same/long" : "same/b");
        File.SetAttributes(file, FileAttributes.Normal);
        byte[] content = await File.ReadAllBytesAsync(file);
        using (FileStream stream = File.OpenWrite(file))
        {
            // In place, and of the same length.
            stream.WriteByte((byte)~content[0]);
        }

        PinStatus status = await LookAsync(workspace);
        Assert.That((status.IsClean, status.ModifiedFiles), Is.EqualTo((false, 1L)));
        await RestoreAsync(other, new RestoreOptions { Links = LinkKind.Hard });
        await ExpectAsync(other, 1);
        Assert.That(File.ReadAllBytes(file)[0], Is.Not.EqualTo(content[0]), "Who edited it keeps it.");
    }

    [Test]
    public async Task ADamagedFileOfTheCache_IsReplaced([Values] bool shorter)
    {
        await RestoreAsync(await MakeAsync(), new RestoreOptions { Links = LinkKind.Copy });
        foreach (string file in Directory.EnumerateFiles(Folder.Of("cache/content"), "*", SearchOption.AllDirectories))
        {
            File.SetAttributes(file, FileAttributes.Normal);
            byte[] content = await File.ReadAllBytesAsync(file);
            content[^1] ^= 1;
            await File.WriteAllBytesAsync(file, shorter ? content[..^1] : content);
        }

        Workspace other = await MakeAsync("v");
        await RestoreAsync(other);
        await ExpectAsync(other, 1);
    }

    [Test]
    public async Task Offline_TheMachinesCacheIsEnough_AndWhatItLacksIsSaid()
    {
        await RestoreAsync(await MakeAsync());
        Workspace other = await MakeAsync("v"), third = await MakeAsync("u", $"{Artifact}@3");
        Requests.Clear();
        await RestoreAsync(other, offline: true);
        Assert.That((await LookAsync(other, offline: true)).IsClean, Is.True);
        Assert.That(Requests.Requests, Is.Empty);
        await ExpectAsync(other, 1);
        Assert.That(() => RestoreAsync(third, offline: true), Throws.InstanceOf<StoreUnavailableException>().With.Property("Code").EqualTo("offline"));
        Directory.Delete(Folder.Of("cache/content"), recursive: true);
        Workspace fourth = await MakeAsync("t");
        Assert.That(() => RestoreAsync(fourth, offline: true), Throws.InstanceOf<StoreUnavailableException>().With.Property("Code").EqualTo("offline"));
    }

    [Test]
    public async Task Locked_TheLockHasToSayAll_AndOtherwiseItIsWritten()
    {
        Workspace workspace = await MakeAsync();
        string json = Path.Combine(workspace.Root, Workspace.FileName);
        File.WriteAllText(json, File.ReadAllText(json).Replace("production", "3", StringComparison.Ordinal));
        var changed = Workspace.Open(workspace.Root);
        Assert.That(() => RestoreAsync(changed, new RestoreOptions { Locked = true }), Throws.InstanceOf<ConflictException>().With.Property("Code").EqualTo("lock_outdated"));
        Assert.That(changed.Pins.Single().Pin.Number, Is.EqualTo(1));
        await RestoreAsync(changed);
        await ExpectAsync(changed, 3);
        Assert.That(Workspace.Open(workspace.Root).Pins.Single().Pin.Number, Is.EqualTo(3));
    }

    [Test]
    public async Task OnlyWhatIsIncluded_IsRestored_AndALaterRuleTakesTheRestAway()
    {
        Workspace workspace = await MakeAsync(include: ["same/*", "a"]);
        Assert.That((await RestoreAsync(workspace)).Single().Files, Is.EqualTo(3));
        Assert.That((await LookAsync(workspace)).IsClean, Is.True);
        await workspace.PinAsync(Store, $"{Artifact}@production", new PinOptions { Path = "in/x", Include = ["a"] });
        Assert.That((await RestoreAsync(workspace)).Single().Removed, Is.EqualTo(2));
        Assert.That(Directory.EnumerateFiles(At(workspace), "*", SearchOption.AllDirectories).Select(Path.GetFileName), Is.EqualTo(["a"]));
    }

    [Test]
    public async Task PinnedToAnotherVersion_ItsFolderAndGlobsStay_UntilOthersAreSaid()
    {
        Workspace workspace = await MakeAsync(include: ["a"]);
        await workspace.PinAsync(Store, $"{Artifact}@2");
        RestoredPin restored = (await RestoreAsync(workspace)).Single();
        Assert.That((restored.Version.Pin.Number, restored.Path, restored.Files), Is.EqualTo((2L, Path.Combine(workspace.Root, "in", "x"), 1L)));
        await workspace.PinAsync(Store, $"{Artifact}@2", new PinOptions { Include = ["**"], NoPath = true });
        await workspace.PinAsync(Store, $"{Artifact}@3");
        PinStatus status = await LookAsync(workspace, offline: true);
        Assert.That((status.Path, status.Locked?.Include), Is.EqualTo(((string?)null, new[] { "**" })));
        await workspace.PinAsync(Store, $"{Artifact}@3", new PinOptions { Path = "in/x" });
        Assert.That((await RestoreAsync(workspace)).Single().Files, Is.GreaterThan(1));
    }

    [Test]
    public async Task AnotherInclude_IsLockedWithTheSameVersion_UnlessTheLockMustNotChange([Values] bool offline)
    {
        Workspace workspace = await MakeAsync(include: ["a"]);
        await RestoreAsync(workspace);
        await Store.MoveAliasAsync(Artifact, "production", "2");
        string json = Path.Combine(workspace.Root, Workspace.FileName);
        File.WriteAllText(json, File.ReadAllText(json).Replace("[\"a\"]", "[\"a\", \"gone\"]", StringComparison.Ordinal));
        var changed = Workspace.Open(workspace.Root);
        Assert.That((await LookAsync(changed)).IsClean, Is.False);
        ConflictException e = (await Assert.ThrowsAsync<ConflictException>(() => RestoreAsync(changed, new RestoreOptions { Locked = true })))!;
        Assert.That((e.Code, e.Message), Is.EqualTo(("lock_outdated", e.Message)));
        Assert.That(e.Message, Does.Contain("a gone"));
        await RestoreAsync(await MakeAsync("v", $"{Artifact}@1"));
        Assert.That((await RestoreAsync(changed, offline: offline)).Single().Files, Is.EqualTo(2));
        PinnedVersion locked = Workspace.Open(workspace.Root).Pins.Single();
        Assert.That((locked.Pin.Number, locked.Include), Is.EqualTo((1L, new[] { "a", "gone" })), "Not what production is now.");
        await RestoreAsync(Workspace.Open(workspace.Root), new RestoreOptions { Locked = true });
    }

    [Test]
    public async Task ALinkOnTheWay_IsNotFollowed()
    {
        Workspace workspace = await MakeAsync();
        Directory.CreateDirectory(Folder.Of("outside"));
        File.CreateSymbolicLink(Path.Combine(workspace.Root, "in"), Folder.Of("outside"));
        Assert.That(() => RestoreAsync(workspace), Throws.InstanceOf<ConflictException>());
        Assert.That(Directory.EnumerateFileSystemEntries(Folder.Of("outside")), Is.Empty);
    }

    [Test]
    public async Task AFaultAtAnyStep_LeavesNothingWrong_AndTheNextTryGoesOn([Values] bool dies)
    {
        Workspace workspace = await MakeAsync();
        for (int step = 0; ; step += 3)
        {
            var fault = new DiskFault(step, dies);
            try
            {
                await fault.RunAsync(() => RestoreAsync(workspace));
            }
            catch (Exception e) when (e is StoppedException or IOException or VersioningException)
            {
                foreach (FileChange change in (await LookAsync(workspace)).Changes)
                {
                    Assert.That(change.Kind, Is.EqualTo(FileChangeKind.Removed), $"{fault}: {change} is missing, not wrong");
                }
            }

            await RestoreAsync(workspace);
            await ExpectAsync(workspace, 1);
            if (!fault.Reached)
            {
                Assert.That(step, Is.GreaterThan(20));
                break;
            }

            Directory.Delete(At(workspace), recursive: true);
            Directory.Delete(Folder.Of("cache/content"), recursive: true);
        }
    }

    [Test]
    public async Task AFaultAtAnyStep_IsNotInTheWayOfAnotherVersion()
    {
        Workspace workspace = await MakeAsync(include: ["a", "gone", "new"]);
        Folder.Write("s/new", "in the fourth only");
        await Store.CommitAsync(Artifact, Folder.Of("s"));
        File.Delete(Folder.Of("s/new"));
        Folder.Write("s/a", "fifth");
        await Store.CommitAsync(Artifact, Folder.Of("s"));
        bool reached = true;
        for (int step = 0; reached; step += 2)
        {
            await MoveAsync(1);
            await RestoreAsync(workspace);
            reached = await DieAsync(4, step);
            _ = await DieAsync(2, step);
            await MoveAsync(5);
            Assert.That((await RestoreAsync(workspace)).Single().Kept, Is.Zero, $"step {step}");
            Assert.That(Directory.GetFiles(At(workspace)).Select(file => $"{Path.GetFileName(file)}: {File.ReadAllText(file)}"), Is.EqualTo(["a: fifth"]), $"step {step}");
        }

        async Task MoveAsync(int version)
        {
            await Store.MoveAliasAsync(Artifact, "production", $"{version}");
            await workspace.UpdateAsync(Store);
        }

        async Task<bool> DieAsync(int version, int step)
        {
            await MoveAsync(version);
            var fault = new DiskFault(step, stops: true);
            try
            {
                await fault.RunAsync(() => RestoreAsync(workspace));
            }
            catch (StoppedException)
            {
                // It is gone.
            }

            return fault.Reached;
        }
    }

    [Test]
    public async Task ManyAtOnce_MayShareTheCache()
    {
        Workspace[] all = await Task.WhenAll(Enumerable.Range(0, 6).Select(i => MakeAsync($"w{i}", $"{Artifact}@{1 + (i % 3)}")));
        await Task.WhenAll(all.Select(w => Task.Run(() => RestoreAsync(w))));
        for (int i = 0; i < all.Length; i++)
        {
            await ExpectAsync(all[i], 1 + (i % 3));
        }
    }

    [Test]
    public async Task TwoAtOnce_IntoOneFolder_WaitForEachOther()
    {
        for (int i = 0; i < 200; i++)
        {
            Folder.Write($"s/many/{i}", $"{i}");
        }

        await Store.CommitAsync(Artifact, Folder.Of("s"));
        Workspace one = await MakeAsync(reference: $"{Artifact}@4"), other = Workspace.Open(one.Root);
        for (int round = 0; round < 3; round++)
        {
            IReadOnlyList<RestoredPin>[] restored = await Task.WhenAll(Task.Run(() => RestoreAsync(one)), Task.Run(() => RestoreAsync(other)));
            Assert.That(restored.Select(pins => pins.Single().Written).Order(), Is.EqualTo([0, restored[0][0].Files]), "One has put everything there, the other found it.");
            await ExpectAsync(one, 4);
            Directory.Delete(At(one), recursive: true);
        }
    }

    [Test]
    public async Task UnpinAndPin_ChangeBothFiles_AndKeepWhatOthersWrote()
    {
        Workspace workspace = await MakeAsync();
        string json = Path.Combine(workspace.Root, Workspace.FileName);
        File.WriteAllText(json, File.ReadAllText(json).Replace("{ \"store\"", "{ // ours\n  \"store\"", StringComparison.Ordinal));
        workspace = Workspace.Open(workspace.Root);
        await workspace.PinAsync(Store, $"{Artifact}@2", new PinOptions { Name = "data/old" });
        Assert.That(File.ReadAllText(json), Does.Contain("// ours"));
        Assert.That(Workspace.Open(workspace.Root).Pins.Select(p => (p.Name, p.Requested.ToString(), p.Pin.Number)), Is.EqualTo([("data/old", $"{Artifact}@2", 2L), (Artifact, $"{Artifact}@production", 1L)]));
        workspace.Unpin(Artifact);
        Assert.That(Workspace.Open(workspace.Root).Pins.Select(p => p.Name), Is.EqualTo(["data/old"]));
        Assert.That(() => workspace.Unpin(Artifact), Throws.InstanceOf<NotFoundException>());
        Assert.That(new FileInfo(Path.Combine(workspace.Root, LockFile.FileName)).Length, Is.GreaterThan(0));
    }

    private static void Replace(string path, string content)
    {
        File.SetAttributes(path, FileAttributes.Normal);
        File.Delete(path);
        File.WriteAllText(path, content);
    }
}
