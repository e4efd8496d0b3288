using System.Text;
using NUnit.Framework;
using Versioning.Files;

namespace Versioning.Tests.Files;

public sealed class CaseCollisionTests
{
    [TestCase("A|a", "A", "a")]
    [TestCase("A/x|a/y", "A/x", "a/y")]
    [TestCase("A|B|a/y", "A", "a/y")]
    [TestCase("b/\u00C9/1|b/c|b/\u00E9/2", "b/\u00C9/1", "b/\u00E9/2")]
    [TestCase("a|b|c/a|c/b", null, null)]
    [TestCase("a/b/c|a/b/d|a/c/c", null, null)]
    public void Add_Paths_FindsTheFirstTwoThatCollide(string paths, string? first, string? second)
    {
        var seen = new CaseCollision();
        byte[][] all = [.. paths.Split('|').Select(Encoding.UTF8.GetBytes)];
        string? folded = null;
        byte[]? found = Array.Find(all, path => (folded = seen.Add(path)) is not null);
        Assert.That(found is { } s ? Encoding.UTF8.GetString(s) : null, Is.EqualTo(second));
        Assert.That(folded is null ? null : Encoding.UTF8.GetString(all.First(path => CaseCollision.IsAt(path, folded))), Is.EqualTo(first));
    }
}
