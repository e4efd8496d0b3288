using System.Diagnostics;
using CsCheck;
using NUnit.Framework;
using Versioning.Files;

namespace Versioning.Tests.Properties;

/// <summary>Patterns of any text: they match, do not match or are refused, and none of them takes long.</summary>
[TestFixture]
internal sealed class PatternFuzzTests
{
    private static readonly Gen<string> Pattern = Gen.OneOf(
        Gen.String,
        Mutation.OneOf("*", "**", "/", "?", "[", "]", "[!", "[^", "a", "-", "z-a", "\\", "[:alpha:]", "[:x:]", "!", "#", " ", "é", "\0", "\uD800", "{", "(", "|", "$").Array[0, 12].Select(string.Concat));

    [Test]
    public void Match_AnyPatternAndPath_AnswersOrRefuses() =>
        Gen.Select(Pattern, Gen.String).SampleSeeded(
            sample =>
            {
                (string pattern, string path) = sample;
                try
                {
                    _ = new Globs([pattern]).IsMatch(path);
                    _ = IgnoreRules.Parse([pattern])?.Match(path, isDirectory: false);
                }
                catch (VersioningException e)
                {
                    Assert.That(e.Code, Is.EqualTo("invalid_option"));
                }
            },
            iterations: 3000);

    // Each of these takes a matcher that tries one way after another longer than anyone waits.
    [TestCase("*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*b")]
    [TestCase("**/a/**/a/**/a/**/a/**/a/**/a/**/a/**/b")]
    [TestCase("*[a]*[a]*[a]*[a]*[a]*[a]*[a]*[a]*[a]*[a]*[b]")]
    [TestCase("?*?*?*?*?*?*?*?*?*?*?*?*?*?*?*b")]
    public void Match_PatternOfManyStars_IsQuick(string pattern)
    {
        string[] paths = [new string('a', 20_000), string.Concat(Enumerable.Repeat("a/", 10_000)) + "a"];
        var time = Stopwatch.StartNew();
        foreach (string path in paths)
        {
            Assert.That(new Globs([pattern]).IsMatch(path), Is.False);
            Assert.That(IgnoreRules.Parse([pattern])!.Match(path, isDirectory: false), Is.Null);
        }

        // Exponential time is years; a slow machine is not.
        Assert.That(time.Elapsed, Is.LessThan(TimeSpan.FromSeconds(30)));
    }

    [TestCase("*")]
    [TestCase("[a-z]")]
    [TestCase("**/")]
    [TestCase("a")]
    public void Pattern_Long_IsTakenUpToTheBound_AndRefusedBeyond(string part)
    {
        string most = string.Concat(Enumerable.Repeat(part, 1024 / part.Length));
        Assert.That(() => new Globs([most]).IsMatch("a"), Throws.Nothing);
        Assert.That(() => IgnoreRules.Parse([most])!.Match("a", false), Throws.Nothing);
        string more = string.Concat(Enumerable.Repeat(part, 1100));
        Assert.That(() => new Globs([more]), Throws.TypeOf<VersioningException>());
        Assert.That(() => IgnoreRules.Parse([more]), Throws.TypeOf<VersioningException>());
    }

    [TestCase("[!a]", "b", true)]
    [TestCase("[!a]", "/", false)]
    [TestCase("[a-c]x", "bx", true)]
    [TestCase("x[/]y", "x/y", false)]
    [TestCase("[z-a]", "m", false)]
    [TestCase("[", "[", true)]
    [TestCase("a[", "a[", true)]
    [TestCase("[]", "[]", true)]
    [TestCase("[]]", "]", true)]
    public void Glob_Sets_KeepWithinASegment(string glob, string path, bool matches) =>
        Assert.That(new Globs([glob]).IsMatch(path), Is.EqualTo(matches));
}
