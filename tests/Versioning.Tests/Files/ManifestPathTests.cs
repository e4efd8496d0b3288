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
}
