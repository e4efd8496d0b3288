using System.Text.Json;
using System.Text.Json.Nodes;
using NUnit.Framework;
using Versioning.Tests.Architecture;

namespace Versioning.Tests.Croissants;

/// <summary>What a version is in Croissant: facts, files, and what is refused.</summary>
[TestFixture]
[Parallelizable(ParallelScope.All)]
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed class CroissantTests : CroissantFixture
{
    private const string Card = """
        ---
        license: cc-by-4.0
        pretty_name: Iris & others
        language: [en, de]
        tags:
          - flowers
          - tabular
        ---
        # Iris

        Fisher's **iris** table.
        """;

    [Test]
    public async Task Write_OfTheIrisTable_SaysWhatIsRecorded()
    {
        string iris = Path.Combine(Repository.Root, "src", "Versioning.Tool", "Quickstart", "iris.csv");
        CommitResult commit = await _store.CommitAsync("datasets/iris", iris, new CommitOptions { Card = Card, Author = "Ann <ann@example.org>", RecordCode = false });
        JsonNode description = await DescribeAsync(new CroissantOptions { Url = "https://data.example.org/iris" }, "datasets/iris");
        using (Assert.EnterMultipleScope())
        {
            Assert.That((string?)description["name"], Is.EqualTo("Iris & others"));
            Assert.That((string?)description["description"], Is.EqualTo("Fisher's iris table."));
            Assert.That((string?)description["license"]![0], Is.EqualTo("https://spdx.org/licenses/CC-BY-4.0.html"));
            Assert.That(description["creator"]!.ToJsonString(), Is.EqualTo("""[{"@type":"sc:Person","name":"Ann"}]"""), "an address is not made public");
            Assert.That((string?)description["url"], Is.EqualTo("https://data.example.org/iris/"));
            Assert.That((string?)description["version"], Is.EqualTo("1.0.0"));
            Assert.That((string?)description["identifier"], Is.EqualTo(commit.Pin.ToString()));
            Assert.That(DateTimeOffset.Parse((string)description["datePublished"]!, null), Is.EqualTo(commit.Version.Created).Within(TimeSpan.FromSeconds(1)));
            Assert.That(description["keywords"]!.ToJsonString() + description["inLanguage"]!.ToJsonString(), Is.EqualTo("""["flowers","tabular"]["en","de"]"""));
        }

        JsonNode file = description["distribution"]!.AsArray().Single(file => (string?)file!["name"] == "iris.csv")!;
        using (Assert.EnterMultipleScope())
        {
            Assert.That((string?)file["contentUrl"], Is.EqualTo("https://data.example.org/iris/iris.csv"));
            Assert.That((string?)file["sha256"], Is.EqualTo(Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(await File.ReadAllBytesAsync(iris)))));
            Assert.That((string?)file["contentSize"], Is.EqualTo($"{new FileInfo(iris).Length} B"));
            Assert.That((string?)file["encodingFormat"], Is.EqualTo("text/csv"));
            Assert.That(Fields(description), Is.EqualTo(new[] { "sepal_length", "sepal_width", "petal_length", "petal_width" }
                .Select(name => $"iris/{name} sc:Float files/iris.csv column {name}").Append("iris/species sc:Text files/iris.csv column species")));
        }
    }

    [Test]
    public async Task Write_WithOptions_TheyComeFirst()
    {
        _folder.Write("data/a.bin", "a");
        await CommitAsync(new CommitOptions { Card = Card, Message = "not this", Tag = "v2.1.0" });
        await _store.TagAsync(Name, "2.10.0");
        await _store.TagAsync(Name, "golden");
        JsonNode description = await DescribeAsync(new CroissantOptions { License = "house rules", Name = "n", Description = "d", Creator = "Eve", Organization = "Acme", CiteAs = "@misc{x}" });
        using (Assert.EnterMultipleScope())
        {
            Assert.That($"{description["name"]} {description["description"]} {description["citeAs"]} {description["version"]} {description["url"]}", Is.EqualTo("n d @misc{x} 2.10.0 ./"));
            Assert.That(description["license"]!.ToJsonString(), Is.EqualTo("""[{"@type":"sc:CreativeWork","name":"house rules"}]"""));
            Assert.That(description["creator"]!.ToJsonString(), Is.EqualTo("""[{"@type":"sc:Person","name":"Eve"},{"@type":"sc:Organization","name":"Acme"}]"""));
            Assert.That((string?)description["distribution"]![1]!["contentUrl"], Is.EqualTo("a.bin"));
        }
    }

    [Test]
    public async Task Write_OddNames_StayApartAndAreEscaped()
    {
        string[] paths = ["a b.csv", "a%20b.csv", "a#1.txt", "a?b.csv", "[x]/*.csv", "sc:Dataset", "ünï/日本.csv", "files", "</script>.txt", "x/files.csv", "it's.jsonl", "-1"];
        foreach (string path in paths)
        {
            _folder.Write($"data/{path}", path.EndsWith(".jsonl", StringComparison.Ordinal) ? "{\"a/b\":1,\"a%2Fb\":2,\"it's\":3}\n" : $"{path.Length}a,b c,d/e\n1,2,3\n");
        }

        await CommitAsync();
        JsonNode description = await DescribeAsync();
        JsonArray files = description["distribution"]!.AsArray();
        using (Assert.EnterMultipleScope())
        {
            Assert.That(files.Where(file => (string?)file!["@type"] == "cr:FileObject").Select(file => (string?)file!["name"]), Is.EquivalentTo(paths));
            Assert.That(files.Select(file => Uri.UnescapeDataString((string?)file!["contentUrl"] ?? "")).Where(url => url.Length > 0), Is.EquivalentTo(paths));
            Assert.That(files.Select(file => (string?)file!["contentUrl"]), Does.Contain("a%20b.csv").And.Contain("a%2520b.csv").And.Contain("a%231.txt").And.Contain("sc%3ADataset"));
            Assert.That(Fields(description), Has.Some.StartsWith("it_s/").And.Contains("$['it\\'s']"));
            Assert.That(description["recordSet"]!.AsArray().Select(table => (string?)table!["@id"]), Does.Contain("files-2").And.Not.Contain("files"));
        }
    }

    [Test]
    public async Task Write_ImagesOnly_HasNoTables()
    {
        _folder.Write("data/cats/1.jpg", "one");
        _folder.Write("data/cats/2.PNG", "two");
        File.CreateSymbolicLink(_folder.Of("data/link.jpg"), "cats/1.jpg");
        await CommitAsync();
        JsonNode description = await DescribeAsync();
        Assert.That(description["distribution"]!.AsArray().Select(file => $"{file!["@id"]} {file["encodingFormat"]}"), Is.EqualTo(new[] { "files/cats/1.jpg image/jpeg", "files/cats/2.PNG image/png" }));
        Assert.That(description["recordSet"], Is.Null);
    }

    [Test]
    public async Task Write_WhatCroissantRequiresIsNotKnown_SaysAllOfItAndWritesNothing()
    {
        _folder.Write("data/a.bin", "a");
        Directory.CreateDirectory(_folder.Of("none"));
        await CommitAsync(new CommitOptions());
        await _store.CommitAsync("datasets/empty", _folder.Of("none"));
        await _store.CommitAsync("models/m", _folder.Of("data"));
        using (Assert.EnterMultipleScope())
        {
            await RefusedAsync("croissant_incomplete", "the licence and a description", Name);
            await RefusedAsync("croissant_incomplete", "the licence,", Name, new CroissantOptions { Description = "d" });
            await RefusedAsync("croissant_incomplete", "a description", Name, new CroissantOptions { License = "MIT" });
            await RefusedAsync("croissant_incomplete", "no files", "datasets/empty", new CroissantOptions { License = "MIT", Description = "d" });
            await RefusedAsync("not_a_dataset", "models/m@1 is a model", "models/m");
            foreach (string url in (string[])["relative/", "https://user:pass@host/", "https://host/?sig=x", "https://host/#x", "file:///tmp"])
            {
                await RefusedAsync("invalid_option", "folder", Name, new CroissantOptions { License = "MIT", Description = "d", Url = url });
            }
        }
    }

    [Test]
    public async Task Write_HubsOtherLicense_IsTheOneThatIsLinkedOrNamed()
    {
        _folder.Write("data/a.bin", "a");
        using (Assert.EnterMultipleScope())
        {
            Assert.That(await LicenseAsync("license: other\nlicense_link: https://example.org/terms"), Is.EqualTo("\"https://example.org/terms\""));
            Assert.That(await LicenseAsync("license: other\nlicense_name: house"), Is.EqualTo("""{"@type":"sc:CreativeWork","name":"house"}"""));
            Assert.That(await LicenseAsync("license:\n- mit\n- apache-2.0"), Is.EqualTo("\"https://spdx.org/licenses/MIT.html\",\"https://spdx.org/licenses/Apache-2.0.html\""));
            Assert.That(() => LicenseAsync("license: unknown"), Throws.TypeOf<VersioningException>().With.Property("Code").EqualTo("croissant_incomplete"));
            Assert.That(() => LicenseAsync("license: { id: mit }"), Throws.TypeOf<VersioningException>().With.Message.Contains("'license' in line 2"));
        }
    }

    [Test]
    public async Task Problems_OfWhatIsBroken_NameIt()
    {
        _folder.Write("data/a.csv", "id,name\n1,x\n");
        _folder.Write("data/b.csv", "id,name\n1,x\n");
        await CommitAsync();
        JsonNode good = await DescribeAsync();
        (string Problem, Action<JsonNode> Break)[] ways =
        [
            ("has no license", d => d.AsObject().Remove("license")),
            ("has no distribution", d => d["distribution"] = new JsonArray()),
            ("another version", d => d["conformsTo"] = "http://mlcommons.org/croissant/1.0"),
            ("appendix 1", d => d["@context"]!["arrayShape"] = "cr:shape"),
            ("several name", d => d["name"] = new JsonArray("a", "b")),
            ("is none of", d => d["creator"]![0]!["@type"] = "Person"),
            ("is no version", d => d["version"] = "7"),
            ("is no date", d => d["datePublished"] = "yesterday"),
            ("is there twice", d => d["distribution"]![1]!["@id"] = (string?)d["distribution"]![0]!["@id"]),
            ("is no sha256", d => d["distribution"]![0]!["sha256"] = "0b033707ea49365a5ffdd14615825511"),
            ("is no address", d => d["distribution"]![0]!["contentUrl"] = "a b.csv"),
            ("is no address", d => d["distribution"]![0]!["contentUrl"] = "a.csv#1"),
            ("is no media", d => d["distribution"]![0]!["encodingFormat"] = "csv"),
            ("has no includes", d => d["distribution"]![2]!.AsObject().Remove("includes")),
            ("does not know", d => d["distribution"]![0]!["path"] = "a"),
            ("refers to", d => d["recordSet"]![0]!["field"]![0]!["source"]!["fileSet"]!["@id"] = "files/a.csv"),
            ("wrong extract", d => d["recordSet"]![0]!["field"]![0]!["source"]!["extract"]!["jsonPath"] = "$.a"),
            ("is no type", d => d["recordSet"]![0]!["field"]![0]!["dataType"] = "sc:Integers"),
            ("is no array", d => d["recordSet"]![0]!["field"]![0]!["arrayShape"] = "-1"),
        ];
        using (Assert.EnterMultipleScope())
        {
            foreach ((string problem, Action<JsonNode> @break) in ways)
            {
                JsonNode broken = good.DeepClone();
                @break(broken);
                using JsonDocument document = JsonDocument.Parse(broken.ToJsonString());
                Assert.That(CroissantSpecification.Problems(document.RootElement), Has.Some.Contains(problem));
            }
        }
    }

    private async Task<string> LicenseAsync(string matter)
    {
        await CommitAsync(new CommitOptions { Card = $"---\n{matter}\n---\nWhat it is.\n" });
        return string.Join(',', (await DescribeAsync())["license"]!.AsArray().Select(license => license!.ToJsonString()));
    }

    private async Task RefusedAsync(string code, string message, string reference, CroissantOptions? options = null)
    {
        using var written = new MemoryStream();
        Assert.That(() => _store.WriteCroissantAsync(reference, written, options), Throws.TypeOf<VersioningException>().With.Property("Code").EqualTo(code).And.Message.Contains(message));
        Assert.That(written.Length, Is.Zero);
        await Task.CompletedTask;
    }
}
