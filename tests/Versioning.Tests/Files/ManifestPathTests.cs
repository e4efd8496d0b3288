using System.Text;
using NUnit.Framework;
using Versioning.Files;

namespace Versioning.Tests.Files;

public sealed class ManifestPathTests
{
    [TestCase("")]
    [TestCase("/a")]
    [TestCase("a//b")]
    [TestCase("a/")]
    [TestCase("a/../b")]
    [TestCase("..")]
    [TestCase("./a")]
    [TestCase("a\0b")]
    [TestCase(".git/hooks/pre-commit")]
    [TestCase("sub/.GIT/config")]
    public void Validate_Dangerous_IsRefusedEverywhere(string path)
    {
        foreach (bool windows in (bool[])[false, true])
        {
            Assert.That(() => ManifestPath.Validate(Encoding.UTF8.GetBytes(path), windows),
                Throws.TypeOf<VersioningException>().With.Property("Code").EqualTo("path_not_allowed"));
        }
    }

    [Test]
    public void Validate_NotUtf8_IsRefused() =>
        Assert.That(() => ManifestPath.Validate([0xff], false), Throws.TypeOf<VersioningException>());

    [TestCase("a\\b")]
    [TestCase("C:x")]
    [TestCase("con")]
    [TestCase("d/NUL.txt")]
    [TestCase("com1.tar.gz")]
    [TestCase("lpt\u00B9")]
    [TestCase("conin$")]
    [TestCase("a./b")]
    [TestCase("a ")]
    [TestCase("a\nb")]
    [TestCase("a?")]
    public void Validate_WindowsOnly_IsRefusedThereOnly(string path)
    {
        ManifestPath.Validate(Encoding.UTF8.GetBytes(path), windowsRules: false);
        Assert.That(() => ManifestPath.Validate(Encoding.UTF8.GetBytes(path), windowsRules: true), Throws.TypeOf<VersioningException>());
    }

    [TestCase("a")]
    [TestCase("...")]
    [TestCase("a..b/.c")]
    [TestCase("console/com10/é \U0001F600")]
    [TestCase(".gitignore")]
    public void Validate_Ordinary_Passes(string path)
    {
        string plain = path == "..." ? "..a" : path;
        ManifestPath.Validate(Encoding.UTF8.GetBytes(path), windowsRules: false);
        ManifestPath.Validate(Encoding.UTF8.GetBytes(plain), windowsRules: true);
    }

    [TestCase("A|a", "A", "a")]
    [TestCase("A/x|a/y", "A/x", "a/y")]
    [TestCase("A|B|a/y", "A", "a/y")]
    [TestCase("b/\u00C9/1|b/c|b/\u00E9/2", "b/\u00C9/1", "b/\u00E9/2")]
    [TestCase("a|b|c/a|c/b", null, null)]
    [TestCase("a/b/c|a/b/d|a/c/c", null, null)]
    public void FindCaseCollision_Paths_NamesBoth(string paths, string? first, string? second)
    {
        (byte[] First, byte[] Second)? found = ManifestPath.FindCaseCollision(paths.Split('|').Select(Encoding.UTF8.GetBytes));
        Assert.That(found is { } f ? Encoding.UTF8.GetString(f.First) : null, Is.EqualTo(first));
        Assert.That(found is { } s ? Encoding.UTF8.GetString(s.Second) : null, Is.EqualTo(second));
    }
}
