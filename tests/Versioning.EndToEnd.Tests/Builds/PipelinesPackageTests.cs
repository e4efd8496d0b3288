using System.IO.Compression;
using System.Xml.Linq;

namespace Versioning.EndToEnd.Tests.Builds;

/// <summary>Pipelines know the inside of the library: their package takes the very version that it was built with, and no other.</summary>
public sealed class PipelinesPackageTests
{
    [Test]
    public async Task The_package_of_pipelines_needs_the_same_version_of_the_library()
    {
        await PackedFeed.PackAsync("Versioning.Pipelines");
        string file = Directory.GetFiles(Path.Combine(PackedFeed.Folder, "feed"), "Versioning.Pipelines.*.nupkg").Single();
        using ZipArchive package = await ZipFile.OpenReadAsync(file);
        using Stream stream = await package.Entries.Single(entry => entry.Name == "Versioning.Pipelines.nuspec").OpenAsync();
        XDocument nuspec = await XDocument.LoadAsync(stream, LoadOptions.None, default);
        string version = nuspec.Descendants().First(element => element.Name.LocalName == "version").Value;
        XElement library = nuspec.Descendants().Single(element => element.Name.LocalName == "dependency" && (string?)element.Attribute("id") == "Versioning");
        Assert.That((string?)library.Attribute("version"), Is.EqualTo($"[{version}]"));
    }
}
