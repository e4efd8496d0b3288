using NUnit.Framework;
using Versioning.Files;
using Versioning.Tests.Store;

namespace Versioning.Tests.Files;

[TestFixture]
[Parallelizable(ParallelScope.All)]
internal sealed class WholeFileTests
{
    [Test]
    public void Write_WhereProcessesWereKilled_RemovesWhatTheyLeft_OnceItIsOld()
    {
        using var folder = new TempFolder();
        string path = folder.Write("f.json", "before");
        string old = Left("f.json", days: 2), young = Left("f.json", days: 0), others = Left("g.json", days: 2), own = folder.Write("f.json.backup", "mine");
        WholeFile.Write(path, "after"u8);
        Assert.That(Directory.GetFiles(folder.Root).Order(), Is.EqualTo(new[] { path, young, others, own }.Order()));
        Assert.That(File.ReadAllText(path), Is.EqualTo("after"));

        string Left(string name, int days)
        {
            string file = folder.Write($"{name}.{Guid.NewGuid():N}", "half");
            File.SetLastWriteTimeUtc(file, DateTime.UtcNow.AddDays(-days));
            return file;
        }
    }
}
