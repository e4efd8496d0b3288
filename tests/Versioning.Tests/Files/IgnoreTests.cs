using CsCheck;
using NUnit.Framework;
using Versioning.Files;
using Versioning.Tests.Properties;

namespace Versioning.Tests.Files;

[Platform("Linux"), System.Runtime.Versioning.SupportedOSPlatform("linux")]
public sealed class IgnoreTests
{
    private static readonly string[] Candidates =
        ["a", "b", "c.txt", "d.csv", "a b", "x!y", "#h", "a-b", "f\\g", "[z]", ".h"];

    [Test]
    public void Enumerate_AnyIgnoreFiles_AgreesWithGit()
    {
        Gen<string> segment = OneOf(
            "a", "b", "c.txt", "*.csv", "*", "**", "?", "[ab]", "[!a]", "a*", "*b", "a**", "c.*", ".h", "a b", "x!y", "#h", "f\\\\g", "\\[z\\]", "[a-c]*", "[[:alpha:]]", "[^a-b]*", "[z-a]", "[!z-a]", "[]a]", "*.[ct][sx][vt]", "**/b", "a/**");
        Gen<string> pattern = Gen.Select(
            OneOf("", "", "", "!", "\\#", "#"),
            OneOf("", "", "/"),
            segment.Array[1, 3].Select(s => string.Join('/', s)),
            OneOf("", "", "", "/", " ", "  ", "\r"),
            (a, b, c, d) => a + b + c + d);
        Gen<string[]> lines = pattern.Array[0, 5];
        Gen<string[]> files = OneOf(Candidates).Array[1, 3].Select(s => string.Join('/', s)).Array[3, 12];
        Gen.Select(files, lines, lines, lines).SampleSeeded(
            sample => Compare(sample.Item1, sample.Item2, sample.Item3, sample.Item4),
            iterations: 80);
    }

    [TestCase("/a**/**/*b")]
    [TestCase("a**/b")]
    [TestCase("/a**")]
    [TestCase("?a**/b")]
    [TestCase("x/a**/b")]
    public void Enumerate_StarsBehindPlainText_AgreeWithGit(string pattern) =>
        Compare(["a b/[z]", "ab", "a/b", "ac/b", "ac/d/b", "aac/d/b", "x/ab", "x/ac/b", "x/ac/d/b", "c"], [pattern], [], []);

    [Test]
    public void Enumerate_NestedFile_TakesBackWhatOneAboveExcludes()
    {
        using var folder = new TemporaryFolder();
        folder.Add(".versignore", "*.log\nbuild/\n");
        folder.Add("keep/.versignore", "!important.log\n");
        folder.Add("keep/important.log");
        folder.Add("keep/other.log");
        folder.Add("build/x");
        Assert.That(SourceTreeTests.Paths(folder.Path), Is.EqualTo([".versignore", "keep/.versignore", "keep/important.log"]));
    }

    [Test]
    public void Enumerate_IncludeAndExclude_TakeTheirPart()
    {
        using var folder = new TemporaryFolder();
        folder.Add("train/a.csv");
        folder.Add("train/deep/b.csv");
        folder.Add("test/c.csv");
        folder.Add("d.csv");
        folder.Add("train/notes.md");
        var filter = new PathFilter(["/train/", "d.csv"], ["*.md"]);
        Assert.That(SourceTreeTests.Paths(folder.Path, filter), Is.EqualTo(["d.csv", "train/a.csv", "train/deep/b.csv"]));
    }

    private static Gen<string> OneOf(params string[] values) => Gen.Int[0, values.Length - 1].Select(i => values[i]);

    private static void Compare(string[] paths, string[] top, string[] inA, string[] inB)
    {
        using var folder = new TemporaryFolder();
        folder.Run("git", "init", "-q");
        foreach (string path in paths)
        {
            try
            {
                folder.Add(path);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // One path is the folder of another.
            }
        }

        foreach ((string at, string[] lines) in ((string, string[])[])[("", top), ("a/", inA), ("b/", inB)])
        {
            if (Directory.Exists(Path.Join(folder.Path, at)))
            {
                folder.Add(at + ".gitignore", string.Join('\n', lines));
                folder.Add(at + ".versignore", string.Join('\n', lines));
            }
        }

        string[] expected = folder.Run("git", "ls-files", "-z", "--others", "--exclude-per-directory=.gitignore").Split('\0', StringSplitOptions.RemoveEmptyEntries);
        Assert.That(
            SourceTreeTests.Paths(folder.Path),
            Is.EquivalentTo(expected),
            () => $"top: {string.Join('|', top)}\na: {string.Join('|', inA)}\nb: {string.Join('|', inB)}");
    }
}
