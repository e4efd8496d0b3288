using System.Text.RegularExpressions;
using NUnit.Framework;

namespace Versioning.Tests.Architecture;

/// <summary>The table of layers in docs/design.md says who may know whom; the source keeps to it.</summary>
[TestFixture]
internal sealed partial class LayerTests
{
    private static readonly string Source = Path.Combine(Repository.Root, "src", "Versioning");

    private static readonly HashSet<(string From, string To)> Exceptions = [("Storage", "Packs"), ("Storage", "Chunking")];

    /// <summary>Folders by row, the highest first; the root is not among them.</summary>
    private static readonly string[][] Rows = [.. ReadRows()];

    [Test]
    public void Table_OfLayers_NamesEveryFolder()
    {
        string[] folders = [.. Directory.GetDirectories(Source).Select(d => Path.GetFileName(d)!).Where(d => d is not ("bin" or "obj"))];
        Assert.That(Rows.SelectMany(row => row), Is.EquivalentTo(folders));
    }

    [Test]
    public void Folder_OfALowerRow_KnowsNoHigherOne()
    {
        var wrong = new List<string>();
        foreach ((string folder, string file, string used) in Uses())
        {
            if (RowOf(used) < RowOf(folder) && !Exceptions.Contains((folder, used)))
            {
                wrong.Add($"{file} uses {used}/");
            }
        }

        Assert.That(wrong, Is.Empty);
    }

    [Test]
    public void Operations_KnowNothingOfEachOther()
    {
        int operations = RowOf("Commits");
        IEnumerable<string> wrong = Uses()
            .Where(use => use.Folder != use.Used && RowOf(use.Folder) == operations && RowOf(use.Used) == operations)
            .Select(use => $"{use.File} uses {use.Used}/");
        Assert.That(wrong, Is.Empty);
    }

    [Test]
    public void Folders_DoNotKnowTheWayIn()
    {
        IEnumerable<string> wrong =
            from folder in Rows.SelectMany(row => row)
            from file in Files(folder)
            where Code(file).Any(line => WayIn().IsMatch(line))
            select file;
        Assert.That(wrong, Is.Empty);
    }

    /// <summary>The check sees names in code as well as imports.</summary>
    [Test]
    public void Uses_OfTheJournal_AreSeen()
    {
        Assert.That(Uses(), Has.Some.Matches<(string Folder, string File, string Used)>(use => use is { Folder: "Journal", Used: "Packs" }));
        Assert.That(Name().Matches("var id = Packs.PackId.New(); x.Trees.Count; Versioning.Files.Y").Select(m => m.Groups[1].Value), Is.EqualTo(["Packs", "Files"]));
    }

    private static int RowOf(string folder) => Array.FindIndex(Rows, row => row.Contains(folder));

    private static IEnumerable<string> Files(string folder) => Directory.EnumerateFiles(Path.Combine(Source, folder), "*.cs", SearchOption.AllDirectories);

    private static IEnumerable<string> Code(string file) => File.ReadLines(file).Where(line => !line.TrimStart().StartsWith("//", StringComparison.Ordinal));

    private static IEnumerable<(string Folder, string File, string Used)> Uses() =>
        from folder in Rows.SelectMany(row => row)
        from file in Files(folder)
        from line in Code(file)
        where !line.StartsWith("namespace ", StringComparison.Ordinal)
        from Match match in Name().Matches(line)
        select (folder, Path.GetRelativePath(Source, file), match.Groups[1].Value);

    private static IEnumerable<string[]> ReadRows() => File.ReadLines(Path.Combine(Repository.Root, "docs", "design.md"))
        .SkipWhile(line => !line.StartsWith("## Layers of", StringComparison.Ordinal))
        .TakeWhile(line => !line.StartsWith("`src/Versioning.Tool`", StringComparison.Ordinal))
        .Where(line => line.StartsWith("| `", StringComparison.Ordinal))
        .Select(line => Folder().Matches(line.Split('|')[1]).Select(m => m.Groups[1].Value).ToArray());

    [GeneratedRegex(@"`(\w+)/`")]
    private static partial Regex Folder();

    // A namespace, imported or used in part; after a dot it would be a member.
    [GeneratedRegex(@"(?<![\w.])(?:Versioning\.)?(Canonical|Capture|Cards|Chunking|Commits|Comparing|Compression|Croissants|Diagnosing|Fetching|Files|Gates|Inspecting|Journal|Keys|Lineages|Mirroring|Packs|Runs|Signing|Storage|Trees|Verifying|Workspaces)(?=\.[A-Z]|;)")]
    private static partial Regex Name();

    [GeneratedRegex(@"(?<![\w.""'])VersionStore\b")]
    private static partial Regex WayIn();
}
