using System.Text;
using Versioning.Pipelines.Executing;

namespace Versioning.Pipelines.Tests.Executing;

[TestFixture]
[Parallelizable(ParallelScope.All)]
internal sealed class LinePrefixStreamTests
{
    [Test]
    public void Write_InPieces_KeepsLinesWholeAndTheLastOneToo()
    {
        using var all = new MemoryStream();
        var shared = new Lock();
        using (var one = new LinePrefixStream(all, "one | "u8.ToArray(), shared))
        using (var two = new LinePrefixStream(all, "two | "u8.ToArray(), shared))
        {
            one.Write("a"u8);
            two.Write("x\n\ny"u8);
            one.Write("b\nc"u8);
        }

        Assert.That(Encoding.UTF8.GetString(all.ToArray()), Is.EqualTo("two | x\ntwo | \none | ab\ntwo | y\none | c\n"));
    }
}
