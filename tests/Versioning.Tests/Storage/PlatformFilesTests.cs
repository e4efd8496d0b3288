using NUnit.Framework;
using Versioning.Storage;

namespace Versioning.Tests.Storage;

[TestFixture]
public sealed class PlatformFilesTests
{
    private TemporaryDirectory _directory = null!;

    [SetUp]
    public void CreateDirectory() => _directory = TemporaryDirectory.Fast();

    [TearDown]
    public void RemoveDirectory() => _directory.Dispose();

    [Test]
    public async Task TryPublish_TwoRacersSideBySide_ExactlyOneWins()
    {
        // Nothing but the one call between the barrier and the result: where that is not atomic, this shows it.
        const int rounds = 3000;
        int[] won = new int[rounds];
        using Barrier start = new(2);
        for (int round = 0; round < rounds; round++)
        {
            File.WriteAllText(At($"0-{round}"), "0");
            File.WriteAllText(At($"1-{round}"), "1");
        }

        await Task.WhenAll(
            Task.Factory.StartNew(() => Race(0), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default),
            Task.Factory.StartNew(() => Race(1), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default));

        Assert.That(won, Is.All.EqualTo(1));

        void Race(int racer)
        {
            for (int round = 0; round < rounds; round++)
            {
                start.SignalAndWait();
                if (PlatformFiles.TryPublish(At($"{racer}-{round}"), At($"k{round}")))
                {
                    Interlocked.Increment(ref won[round]);
                }
            }
        }
    }

    [Test]
    public void TryPublish_TakenName_LeavesTheFileThere()
    {
        File.WriteAllText(At("new"), "new");
        File.WriteAllText(At("k"), "old");

        Assert.That(PlatformFiles.TryPublish(At("new"), At("k")), Is.False);
        Assert.That(File.ReadAllText(At("k")), Is.EqualTo("old"));
    }

    [Test]
    public void TryPublish_TemporaryGone_IsAnError() =>
        Assert.That(() => PlatformFiles.TryPublish(At("none"), At("k")), Throws.InstanceOf<IOException>());

    [Test]
    public void TryRemove_Twice_OnlyTheFirstFindsIt()
    {
        File.WriteAllText(At("k"), "");

        Assert.That(PlatformFiles.TryRemove(At("k")), Is.True);
        Assert.That(PlatformFiles.TryRemove(At("k")), Is.False);
        Assert.That(PlatformFiles.TryRemove(At("no/folder")), Is.False);
    }

    [Test]
    public void FlushDirectory_Missing_IsAnError()
    {
        Assert.That(() => PlatformFiles.FlushDirectory(_directory.Path), Throws.Nothing);
        if (!OperatingSystem.IsWindows())
        {
            Assert.That(() => PlatformFiles.FlushDirectory(At("none")), Throws.InstanceOf<IOException>());
        }
    }

    private string At(string name) => Path.Join(_directory.Path, name);
}
