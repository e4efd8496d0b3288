using NUnit.Framework;
using Versioning.Storage;

namespace Versioning.Tests.Storage;

[TestFixture]
public sealed class DiskErrorsTests
{
    [Test]
    public void Translate_NoLinks_SaysWhatToDo()
    {
        StoreUnavailableException error = DiskErrors.Translate(new PlatformFiles.LinksUnsupportedException(1), "a/k", "/store")!;

        Assert.That(error.Code, Is.EqualTo("links_unsupported"));
        Assert.That(error.Message, Does.Contain("'a/k'").And.Contain("/store").And.Contain("hard links"));
        Assert.That(error.Hint, Does.Contain("hard links"));
        Assert.That(error.IsTransient, Is.False);
    }

    [Test]
    public void Translate_NoSpace_IsDiskFull()
    {
        int code = OperatingSystem.IsWindows() ? unchecked((int)0x80070070) : 28;

        Assert.That(DiskErrors.Translate(new IOException("full", code), "k", "/store")!.Code, Is.EqualTo("disk_full"));
    }

    [Test]
    public void Translate_NotOfTheFileSystem_IsLeftAlone()
    {
        Assert.That(DiskErrors.Translate(new OperationCanceledException(), "k", "/store"), Is.Null);
        Assert.That(DiskErrors.Translate(new ArgumentException("k"), "k", "/store"), Is.Null);
    }

    [Test]
    public async Task Read_FileShorterThanItsLength_IsAnError()
    {
        // Files of sysfs say 4096 bytes and have fewer: the only way to meet a file that shrinks without a race.
        if (!File.Exists("/sys/devices/system/cpu/online"))
        {
            Assert.Ignore("There is no such file here.");
            return;
        }

        await using LocalDiskStore store = new("/sys/devices/system");
        StoreUnavailableException? error = await Assert.ThrowsAsync<StoreUnavailableException>(async () => await store.ReadAsync(new("cpu/online"), 0, new byte[4096]));
        Assert.That(error!.Code, Is.EqualTo("object_changed"));
    }
}
