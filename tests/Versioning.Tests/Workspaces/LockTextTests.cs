using CsCheck;
using NUnit.Framework;
using Versioning.Workspaces;

namespace Versioning.Tests.Workspaces;

[TestFixture]
internal sealed class LockTextTests
{
    private static readonly string Digest = "sha256:" + new string('a', 64);

    private static string Sound => LockText.Write([Pin("models/churn", 7), Pin("datasets/reviews", 3)]);

    [Test]
    public void Text_IsInTheOrderOfNames_OneTableForEach() => Assert.That(Sound, Is.EqualTo($"""
        # The exact versions that versions.json means. Written by vers; commit it with the code.
        lock = 1

        ["datasets/reviews"]
        requested = "datasets/reviews@production"
        number = 3
        digest = "{Digest}"
        manifest = "{Digest}"
        files = 12
        bytes = 34

        ["models/churn"]
        requested = "models/churn@production"
        number = 7
        digest = "{Digest}"
        manifest = "{Digest}"
        files = 12
        bytes = 34

        """.ReplaceLineEndings("\n")));

    [Test]
    public void WhatIsWritten_IsRead() => Gen.Select(Gen.String[Gen.Char["abcXYZ019_"], 1, 8], Gen.String[Gen.Char["abc-."], 0, 4], Gen.Long[0, long.MaxValue], Gen.Bool).List[0, 6].Sample(pins =>
    {
        LockedPin[] written = [.. pins.Select(p => Pin($"{p.Item1}/x{p.Item2}", p.Item3)).DistinctBy(p => p.Name).OrderBy(p => p.Name, StringComparer.Ordinal)];
        string text = LockText.Write(written);
        text = pins.Any(p => p.Item4) ? text.Replace("\n", "\r\n", StringComparison.Ordinal) : text;
        List<LockedPin> read = LockText.Parse(text);
        Assert.That(read.Select(Show), Is.EqualTo(written.Select(Show)));
        Assert.That(LockText.Write(read), Is.EqualTo(text.ReplaceLineEndings("\n")));
        foreach (LockedPin pin in read)
        {
            Assert.That(text.Split('\n')[pin.Line - 1], Does.Contain($"[\"{pin.Name}\"]"));
            Assert.That(text.Split('\n')[pin.DigestLine - 1], Does.StartWith("digest = "));
        }
    });

    [Test]
    public void Include_IsALineOfItsOwn_AndAnyTextIsReadAgain() => Gen.String[Gen.Char["ab*?[]{}/, \"\\\n\r\tä\u0001\u007f"], 0, 6].List[1, 4].Sample(globs =>
    {
        LockedPin pin = Pin("data", 1);
        pin.Include = globs;
        string text = LockText.Write([pin, Pin("other", 2)]);
        Assert.That(text.Split('\n').Count(line => line.StartsWith("include = [\"", StringComparison.Ordinal)), Is.EqualTo(1));
        List<LockedPin> read = LockText.Parse(text);
        Assert.That(read[0].Include, Is.EqualTo(globs));
        Assert.That(read[1].Include, Is.Empty);
        Assert.That(LockText.Write(read), Is.EqualTo(text));
    });

    [TestCase("[]", 0)]
    [TestCase("[ \"a\" ,\"b\", ]", 2)]
    public void Include_InAnotherLayout_IsRead(string list, int count) =>
        Assert.That(LockText.Parse(Sound + $"include = {list}\n")[1].Include, Has.Count.EqualTo(count));

    [Test]
    public void Include_ThatIsNoList_IsNamedWithItsLine([Values("a", "\"a\"", "[", "]", "[a]", "[\"a]", "[\"a\" \"b\"]", "[\"a\"", "[\"a\"] x", "[\"\\x\"]", "[\"\\u12\"]", "[,]", "[1]", "['a']")] string list)
    {
        LockTextException e = Assert.Throws<LockTextException>(() => LockText.Parse(Sound + $"include = {list}\n"))!;
        Assert.That((e.Line, e.Message), Is.EqualTo((19, $"{list} is not a list of texts in quotes")));
    }

    [TestCase("lock = 1", "lock = 2", 2, "format 2")]
    [TestCase("lock = 1\n", "\n", 1, "begin with 'lock = 1'")]
    [TestCase("[\"models/churn\"]", "[models/churn]", 12, "in quotes")]
    [TestCase("[\"models/churn\"]", "[\"../churn\"]", 12, "in quotes")]
    [TestCase("[\"models/churn\"]", "[\"datasets/reviews\"]", 12, "locked twice")]
    [TestCase("number = 7", "number = seven", 14, "not a whole number")]
    [TestCase("number = 7", "number = -7", 14, "not a whole number")]
    [TestCase("number = 7\n", "", 12, "has no 'number'")]
    [TestCase("number = 7", "number = 7\nnumber = 7", 15, "there twice")]
    [TestCase("number = 7", "size = 7", 14, "'size' is not known")]
    [TestCase("number = 7", "number", 14, "neither a table")]
    [TestCase("number = 7", "<<<<<<< ours\nnumber = 7", 14, "merge conflict")]
    [TestCase("\"models/churn@production\"", "models/churn@production", 13, "not a text in quotes")]
    public void WhatIsNoLock_IsNamedWithItsLine(string of, string with, int line, string why)
    {
        int at = Sound.LastIndexOf(of, StringComparison.Ordinal);
        string text = $"{Sound[..at]}{with}{Sound[(at + of.Length)..]}";
        LockTextException e = Assert.Throws<LockTextException>(() => LockText.Parse(text))!;
        Assert.That(e.Message, Does.Contain(why));
        Assert.That(e.Line, Is.EqualTo(line), e.Message);
    }

    [Test]
    public void ADigestThatIsNone_IsNamedWithItsLine([Values("sha256:", "sha256:AB", "md5:00", "sha256:../../../etc/passwd")] string digest)
    {
        LockTextException e = Assert.Throws<LockTextException>(() => LockText.Parse(Sound.Replace(Digest, digest, StringComparison.Ordinal)))!;
        Assert.That((e.Line, e.Message), Is.EqualTo((7, e.Message)));
        Assert.That(e.Message, Does.Contain("not a digest"));
    }

    private static LockedPin Pin(string name, long number) =>
        new(name, 0) { Requested = $"{name}@production", Number = number, Digest = Digest, Manifest = Digest, Files = 12, Bytes = 34 };

    private static string Show(LockedPin pin) => $"{pin.Name} {pin.Requested} {pin.Artifact} {pin.Number} {pin.Digest} {pin.Manifest} {pin.Files} {pin.Bytes}";
}
