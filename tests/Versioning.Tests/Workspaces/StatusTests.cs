using NUnit.Framework;
using Versioning.Tests.Store;

namespace Versioning.Tests.Workspaces;

[TestFixture]
internal sealed class StatusTests : WorkspaceFixture
{
    [Test]
    public async Task WhatIsMissingOrModified_IsNamed()
    {
        Workspace workspace = await MakeAsync();
        PinStatus status = await LookAsync(workspace);
        Assert.That((status.IsMissing, status.IsClean), Is.EqualTo((true, false)));
        await RestoreAsync(workspace, new RestoreOptions { Links = LinkKind.Copy });
        File.Delete(At(workspace, "gone"));
        File.AppendAllText(At(workspace, "a"), "!");
        File.WriteAllText(At(workspace, "own"), "no version has it");
        status = await LookAsync(workspace);
        Assert.That((status.IsMissing, status.MissingFiles, status.ModifiedFiles), Is.EqualTo((false, 1L, 1L)));
        Assert.That(status.Changes.Select(c => c.ToString()), Is.EqualTo(["M a", "D gone"]));
    }

    [Test]
    public async Task AnUnchangedFolder_IsNotRead_HoweverItWasRestored([Values(LinkKind.Hard, LinkKind.Symbolic, LinkKind.Copy)] LinkKind links)
    {
        Workspace workspace = await MakeAsync();
        await RestoreAsync(workspace, new RestoreOptions { Links = links });

        // Another folder with the same files: hard links get another time of change.
        await RestoreAsync(await MakeAsync("v"), new RestoreOptions { Links = links });
        Requests.Clear();
        Assert.That((await LookAsync(workspace, offline: true)).IsClean, Is.True);
        Assert.That(Requests.Requests, Is.Empty);
        if (OperatingSystem.IsLinux() && links == LinkKind.Hard && Environment.UserName != "root")
        {
            // Who may not read a file can't have hashed it.
            File.SetUnixFileMode(At(workspace, "same/long"), UnixFileMode.None);
            Assert.That((await LookAsync(workspace, offline: true)).IsClean, Is.True);
        }
    }

    [Test]
    [Platform(Exclude = "Win", Reason = "Links need rights there.")]
    public async Task ASymbolicLink_WhoseFileTheCacheLost_IsMissing_AndMendedByTheNextRestore([Values("damaged", "gone")] string what, [Values] bool newer)
    {
        Workspace workspace = await MakeAsync();
        await RestoreAsync(workspace, new RestoreOptions { Links = LinkKind.Symbolic });
        foreach (string name in new[] { "a", "gone", "same/b" })
        {
            string file = File.ResolveLinkTarget(At(workspace, name), returnFinalTarget: true)!.FullName;
            File.SetAttributes(file, FileAttributes.Normal);
            if (what == "damaged")
            {
                File.AppendAllText(file, "!");
            }
            else
            {
                File.Delete(file);
            }
        }

        for (int i = 0; i < 2; i++)
        {
            PinStatus status = await LookAsync(workspace);
            Assert.That((status.MissingFiles, status.ModifiedFiles, status.IsClean), Is.EqualTo((3L, 0L, false)), "The second time as the first.");
        }

        if (newer)
        {
            await Store.MoveAliasAsync(Artifact, "production", "2");
            await workspace.UpdateAsync(Store, [Artifact]);
        }

        RestoredPin restored = (await RestoreAsync(workspace, new RestoreOptions { Links = LinkKind.Symbolic })).Single();
        Assert.That((restored.Removed, restored.Kept), Is.EqualTo((newer ? 1 : 0, 0)));
        await ExpectAsync(workspace, newer ? 2 : 1);
        Assert.That((await LookAsync(workspace)).IsClean, Is.True);
    }

    [Test]
    public async Task ARetiredVersion_IsSaidToBe()
    {
        Workspace workspace = await MakeAsync(reference: $"{Artifact}@2");
        await RestoreAsync(workspace);
        await Collector.RetireAsync(new PassingStore(Requests), Artifact, 2);
        PinStatus status = await LookAsync(workspace);
        Assert.That((status.IsRetired, status.MissingFiles, status.ModifiedFiles), Is.EqualTo((true, 0L, 0L)));
    }

    [Test]
    public async Task APinForBuilds_HasNoFolder_AndMissesNone()
    {
        Workspace workspace = await MakeAsync();
        await RestoreAsync(workspace);
        await workspace.PinAsync(Store, $"{Artifact}@production", new PinOptions { Name = "built", NoPath = true });
        Assert.That((await RestoreAsync(workspace)).Select(pin => pin.Version.Name), Is.EqualTo([Artifact]));
        PinStatus status = await workspace.StatusAsync(Store, ["built"], Settings).SingleAsync();
        Assert.That((status.Path, status.IsMissing, status.IsClean), Is.EqualTo(((string?)null, false, true)));
        await Store.MoveAliasAsync(Artifact, "production", "2");
        status = await workspace.StatusAsync(Store, ["built"], Settings).SingleAsync();
        Assert.That((status.Newer?.Number, status.IsClean), Is.EqualTo((2L, false)));
        Assert.That(await workspace.StatusAsync(null, null, Settings).AllAsync(pin => pin.IsClean), Is.True, "The other one is restored.");

        // Who says where to, gets it; without that there is no place for it.
        var wanted = new RestoreOptions { Names = ["built"], Into = Folder.Of("out") };
        Assert.That((await RestoreAsync(workspace, wanted)).Single().Path, Is.EqualTo(Folder.Of("out/built")));
        Assert.That(() => RestoreAsync(workspace, new RestoreOptions { Names = ["built"] }), Throws.TypeOf<VersioningException>().With.Property("Code").EqualTo("pin_without_path"));
        Assert.That(() => workspace.PinAsync(Store, Artifact, new PinOptions { NoPath = true, Path = "x" }), Throws.TypeOf<VersioningException>().With.Property("Code").EqualTo("invalid_option"));

        // A lock that lacks it is brought up to date all the same.
        File.Delete(Path.Combine(workspace.Root, Workspace.LockName));
        workspace = Workspace.Open(workspace.Root);
        Assert.That((await workspace.StatusAsync(null, ["built"], Settings).SingleAsync()).IsClean, Is.False);
        await RestoreAsync(workspace, new RestoreOptions { Force = true });
        Assert.That(workspace.Pins.Select(pin => pin.Name), Is.EqualTo(["built", Artifact]));
    }

    [Test]
    public async Task APinThatTheLockDoesNotHave_IsNotClean()
    {
        Workspace workspace = await MakeAsync();
        File.Delete(Path.Combine(workspace.Root, Workspace.LockName));
        PinStatus status = await LookAsync(Workspace.Open(workspace.Root));
        Assert.That((status.Locked, status.IsClean), Is.EqualTo(((PinnedVersion?)null, false)));
    }
}
