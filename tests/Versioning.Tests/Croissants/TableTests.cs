using System.Globalization;
using System.Text.Json.Nodes;
using NUnit.Framework;
using Versioning.Croissants;
using Versioning.Tests.Inspecting;

namespace Versioning.Tests.Croissants;

/// <summary>Tables in Croissant: which columns, of which type, of which files.</summary>
[TestFixture]
[Parallelizable(ParallelScope.All)]
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed class TableTests : CroissantFixture
{
    [Test]
    public async Task Write_CsvFiles_HaveTheTypesOfTheirValues()
    {
        _folder.Write("data/t.csv", "\uFEFFi,f,b,d,t,zip,gap,none,mix\n1,1.5,true,2024-02-29,2024-01-01T10:00:00Z,01234,,,1\n-2,3,FALSE,2024-01-01,2024-01-01 10:00,99999,7,NA,x\n");
        _folder.Write("data/t.tsv", "a\tb,c\n1\t\"x\"\n");
        _folder.Write("data/semicolon.csv", "a;b\n1;2\n3;4\n");
        _folder.Write("data/index.csv", ",value\n0,a\n");
        _folder.Write("data/headless.csv", "1,2\n3,4\n");
        _folder.Write("data/binary.csv", [1, 0, 2]);
        await CommitAsync();
        string[] fields = Fields(await DescribeAsync());
        Assert.That(fields.Where(field => field.StartsWith("t/", StringComparison.Ordinal)), Is.EqualTo(new[]
        {
            "t/i sc:Integer files/t.csv column i", "t/f sc:Float files/t.csv column f", "t/b sc:Boolean files/t.csv column b", "t/d sc:Date files/t.csv column d",
            "t/t sc:DateTime files/t.csv column t", "t/zip sc:Text files/t.csv column zip", "t/gap sc:Integer files/t.csv column gap", "t/none sc:Text files/t.csv column none", "t/mix sc:Text files/t.csv column mix",
        }));
        Assert.That(fields.Except(fields.Where(field => field.StartsWith("t/", StringComparison.Ordinal))), Is.EquivalentTo(new[] { "index/value sc:Text files/index.csv column value", "t-2/a sc:Integer files/t.tsv column a", "t-2/b%2Cc sc:Text files/t.tsv column b,c" }));
    }

    [Test]
    public async Task Write_FilesWithTheSameColumns_AreOneTable()
    {
        foreach (string path in (string[])["train/1.csv", "train/2.csv", "test/1.csv", "test/deep/9.csv"])
        {
            _folder.Write($"data/{path}", $"id,x\n1,{(path.StartsWith("test/1", StringComparison.Ordinal) ? "1.5" : "2")}\n");
        }

        _folder.Write("data/test/deep/8.csv", "other\n1\n");
        await CommitAsync();
        JsonNode description = await DescribeAsync();
        JsonNode[] sets = [.. description["distribution"]!.AsArray().Where(file => (string?)file!["@type"] == "cr:FileSet")!];
        Assert.That(sets.Select(set => $"{set["@id"]} {set["includes"]!.ToJsonString()} {set["excludes"]?.ToJsonString()}"), Is.EqualTo(new[] { """filesets/default ["test/1.csv","test/deep/9.csv","train/*.csv"] """ }));
        Assert.That(Fields(description), Is.EquivalentTo(new[] { "default/id sc:Integer filesets/default column id", "default/x sc:Float filesets/default column x", "8/other sc:Integer files/test/deep/8.csv column other" }));
    }

    [Test]
    public async Task Write_ManyFiles_LooksIntoSomeOfEachFolder()
    {
        for (int i = 0; i < 30; i++)
        {
            _folder.Write(string.Create(CultureInfo.InvariantCulture, $"data/a/{i:00}.csv"), "id\n1\n");
        }

        _folder.Write("data/a/x/1.csv", "name\nx\n");
        _folder.Write("data/b/1.csv", "b\n1\n");
        await CommitAsync();
        JsonNode description = await DescribeAsync(new CroissantOptions { MaxInspectedFiles = 4 });
        Assert.That(Fields(description), Is.EquivalentTo(new[] { "a/id sc:Integer filesets/a column id", "1/name sc:Text files/a/x/1.csv column name", "1-2/b sc:Integer files/b/1.csv column b" }));
        Assert.That(description["recordSet"]!.AsArray().Select(table => (string?)table!["description"]), Does.Contain("The columns are those of 2 of its 30 files."));
        Assert.That(description["distribution"]!.AsArray().Single(file => (string?)file!["@type"] == "cr:FileSet")!["excludes"]!.ToJsonString(), Is.EqualTo("\"a/*/*.csv\""));
        Assert.That((await DescribeAsync(new CroissantOptions { RecordSets = false }))["recordSet"], Is.Null);
        Assert.That((await DescribeAsync(new CroissantOptions { MaxInspectedFiles = 0 }))["recordSet"], Is.Null);
    }

    [Test]
    public async Task Write_JsonLines_MembersAtAnyDepthAreFields()
    {
        _folder.Write("data/r.jsonl", """
            {"text":"a","n":1,"tags":["x"],"m":{"k":true,"odd key":1},"grid":[[1,2],[3]],"o":null}
            {"text":null,"n":2.5,"tags":[],"items":[{"a":1},{"a":2,"b":"x"}],"m":{"odd key":"z"},"m.k":1}
            """);
        _folder.Write("data/list.jsonl", "[1]\n");
        _folder.Write("data/order/1.jsonl", "{\"a\":1,\"b\":2}\n");
        _folder.Write("data/order/2.jsonl", "{\"b\":2.5,\"a\":1}\n");
        _folder.Write("data/broken.ndjson", "{\"a\":\n");
        await CommitAsync();
        Assert.That(Fields(await DescribeAsync()), Is.EquivalentTo(new[]
        {
            "order/a sc:Integer filesets/order jsonPath $.a", "order/b sc:Float filesets/order jsonPath $.b",
            "r/text sc:Text files/r.jsonl jsonPath $.text", "r/n sc:Float files/r.jsonl jsonPath $.n", "r/tags sc:Text[-1] files/r.jsonl jsonPath $.tags", "r/m.k sc:Boolean files/r.jsonl jsonPath $.m.k",
            "r/m.odd%20key sc:Text files/r.jsonl jsonPath $.m['odd key']", "r/grid sc:Integer[-1,-1] files/r.jsonl jsonPath $.grid", "r/o sc:Text files/r.jsonl jsonPath $.o",
            "r/items.a sc:Integer[-1] files/r.jsonl jsonPath $.items[*].a", "r/items.b sc:Text[-1] files/r.jsonl jsonPath $.items[*].b", "r/%24%5B%27m.k%27%5D sc:Integer files/r.jsonl jsonPath $['m.k']",
        }));
    }

    [Test]
    public async Task Write_Parquet_ColumnsOfTheTopLevelAreExtracted()
    {
        byte[] text = ParquetBytes.Converted(0);
        byte[] footer = ParquetBytes.Footer(
            1, 1, ParquetBytes.Root(7), ParquetBytes.Column("id", 2, 0), ParquetBytes.Column("name", 6, 1, text), ParquetBytes.Column("a.b", 5), ParquetBytes.Column("day", 1, 1, ParquetBytes.Converted(6)),
            ParquetBytes.Group("tags", 1), ParquetBytes.Group("list", 1), ParquetBytes.Column("element", 6, 1, text),
            ParquetBytes.Group("answers", 2), ParquetBytes.Group("text", 1), ParquetBytes.Group("list", 1), ParquetBytes.Column("element", 6, 1, text), ParquetBytes.Column("start", 1),
            ParquetBytes.Group("people", 1), ParquetBytes.Group("list", 1), ParquetBytes.Group("element", 1), ParquetBytes.Column("age", 4));
        _folder.Write("data/0.parquet", ParquetBytes.File(footer));
        _folder.Write("data/1.parquet", ParquetBytes.File(footer));
        _folder.Write("data/damaged.parquet", "PAR1");
        await CommitAsync();
        Assert.That(Fields(await DescribeAsync()), Is.EqualTo(new[]
        {
            "default/id sc:Integer filesets/default column id", "default/name sc:Text filesets/default column name", "default/a.b sc:Float filesets/default column a.b", "default/day sc:Date filesets/default column day",
            "default/tags sc:Text[-1] filesets/default column tags", "default/answers.text sc:Text[-1] filesets/default column answers text", "default/answers.start sc:Integer filesets/default column answers start",
            "default/people.age sc:Float[-1] filesets/default column people [*].age",
        }));
    }

    [TestCase("12", (int)FieldType.Integer)]
    [TestCase("+1e5", (int)FieldType.Float)]
    [TestCase(".5", (int)FieldType.Float)]
    [TestCase("007", (int)FieldType.Text)]
    [TestCase("00.5", (int)FieldType.Text)]
    [TestCase("1234567890123456789", (int)FieldType.Integer)]
    [TestCase("12345678901234567890", (int)FieldType.Text)]
    [TestCase("2023-02-29", (int)FieldType.Text)]
    [TestCase("2024-01-01T10:00:00+02:00", (int)FieldType.DateTime)]
    [TestCase("-", (int)FieldType.Text)]
    [TestCase(" ", (int)FieldType.Unknown)]
    [TestCase("1,5", (int)FieldType.Text)]
    public void TypeOf_Text_IsWhatItSays(string text, int type) => Assert.That((int)TextValue.TypeOf(text), Is.EqualTo(type));
}
