using NUnit.Framework;

namespace Versioning.Tests.Inspecting;

[TestFixture]
internal sealed class TextContentTests
{
    [Test]
    public async Task Compare_Csv_TellsRowsAndColumns()
    {
        const string Before = "id,name,price\n1,a,2\n2,\"b\nb\",3\n";
        const string After = "id,name,cost,age\r\n1,a,2,1\r\n\r\n2,\"b, \"\"b\"\"\r\n\",3,1\r\n3,c,4,1";
        Assert.That(await Inspected.LinesAsync("a.csv", Before, After), Is.EqualTo(new[] { "~ column price → cost", "~ rows 2 → 3", "~ columns 3 → 4", "+ column age" }));
        Assert.That(await Inspected.LinesAsync("a.CSV", null, Before), Is.EqualTo(new[] { "+ rows 2", "+ columns 3", "+ header yes", "+ delimiter comma", "+ column id", "+ column name", "+ column price" }));
    }

    [TestCase("a;b\n1;2\n", "semicolon", 1, TestName = "Semicolon")]
    [TestCase("a;b\n1,5;2,5\n", "semicolon", 1, TestName = "SemicolonAndDecimalCommas")]
    [TestCase("a\tb\n1\t2\n", "tab", 1, TestName = "Tab")]
    [TestCase("a|b\n1|2\n\"3|3\"|4", "bar", 2, TestName = "BarInQuotes")]
    [TestCase("1,2\n3,4\n", "comma", 2, TestName = "NoHeader_Numbers")]
    [TestCase(",b\nx,y\n", "comma", 1, TestName = "IndexWithoutAName")]
    [TestCase("a,a\nx,y\n", "comma", 2, TestName = "NoHeader_TwoAlike")]
    [TestCase("\uFEFFa,b\nx,y\n", "comma", 1, TestName = "ByteOrderMark")]
    [TestCase("a,b\rx,y\r", "comma", 1, TestName = "CarriageReturns")]
    public async Task Csv_HowItIsWritten_IsGuessed(string text, string delimiter, int rows)
    {
        string[] lines = await Inspected.LinesAsync("a.csv", null, text);
        Assert.That(lines.Take(4), Is.EqualTo(new[] { $"+ rows {rows}", "+ columns 2", $"+ header {(rows == text.TrimEnd('\r', '\n').Split('\n', '\r').Length ? "no" : "yes")}", $"+ delimiter {delimiter}" }));
    }

    [Test]
    public async Task Csv_OrderAndUnevenRows_AreTold()
    {
        Assert.That(await Inspected.LinesAsync("a.csv", "a,b,c\nx,y,z\n", "c,b,a\nz,y,x\n"), Is.EqualTo(new[] { "~ columns in one order → in another" }));
        Assert.That(await Inspected.LinesAsync("a.csv", "a,b\nx,y\n", "a,b\nx,y\nz\n\"u"), Is.EqualTo(new[] { "? after: 2 rows have more or fewer fields than the first", "? after: it ends within quotes", "~ rows 1 → 3" }));
    }

    [Test]
    public async Task Csv_AcrossPieces_IsCountedRight()
    {
        string text = "a,b\n" + string.Concat(Enumerable.Range(0, 150_000).Select(i => i % 3 == 0 ? "\"x\n\"\"\",1\r\n" : "plain,2\n"));
        Assert.That(await Inspected.LinesAsync("a.csv", "a,b\n", text), Is.EqualTo(new[] { "~ rows 0 → 150,000" }));
    }

    [Test]
    public async Task Read_MoreThanMayBeRead_IsNotCounted()
    {
        string text = "a,b\n" + string.Concat(Enumerable.Repeat("1,2\n", 500_000));
        string[] lines = await Inspected.LinesAsync("a.csv", "a,b\n1,2\n", text, 1_500_000);
        Assert.That(lines, Is.EqualTo(new[] { "? after: rows are not counted: its 2,000,004 bytes are more than the 1,500,000 that may be read", "~ rows 1 → not counted" }));
        Assert.That(await Inspected.LinesAsync("a.jsonl", "{}", text, 1_500_000), Is.EqualTo(new[] { "? after: rows are not counted: its 2,000,004 bytes are more than the 1,500,000 that may be read" }));
    }

    [Test]
    public async Task Compare_JsonLines_TellsRowsAndKeys()
    {
        const string Before = """
            {"id": 1, "text": "a", "tags": ["x"], "old": null}
            {"id": 2, "text": "b", "tags": []}
            """;
        const string After = """
            {"id": 1, "text": null, "tags": {"x": [1, {"id": ""}]}, "new": true}

            {"text": "b", "id": "2", "tags": {}}
            {"id": 3}
            """;
        Assert.That(await Inspected.LinesAsync("a.jsonl", Before, After), Is.EqualTo(new[]
        {
            "~ rows 2 → 3", "~ key id: number → string or number", "~ key text: string → string or null", "~ key tags: array → object", "+ key new: boolean", "- key old: null",
        }));
        Assert.That(await Inspected.LinesAsync("a.ndjson", null, "[1]\n2\n{}"), Is.EqualTo(new[] { "+ rows 3", "+ row types number or object or array" }));
    }

    [Test]
    public async Task JsonLines_LongerThanTheBuffer_AreRead()
    {
        string text = string.Concat(Enumerable.Range(0, 5).Select(i => $"{{\"k{i}\":\"{new string('x', 100_000 * (1 + i))}\"}}\n"));
        Assert.That(await Inspected.LinesAsync("a.jsonl", null, text), Is.EqualTo(new[] { "+ rows 5", "+ key k0: string", "+ key k1: string", "+ key k2: string", "+ key k3: string", "+ key k4: string" }));
    }

    [Test]
    public async Task Read_WhatIsNoSuchText_SaysSo()
    {
        using (Assert.EnterMultipleScope())
        {
            Assert.That(await Inspected.LinesAsync("a.jsonl", "{}", "{}\n{\"a\":\n"), Is.EqualTo(new[] { "? after: line 2 is no JSON" }));
            Assert.That(await Inspected.LinesAsync("a.jsonl", "{}", "{} {}"), Is.EqualTo(new[] { "? after: line 1 is no JSON" }));
            Assert.That(await Inspected.LinesAsync("a.jsonl", null, Nested(64)), Is.EqualTo(new[] { "+ rows 1", "+ row types array" }));
            Assert.That(await Inspected.LinesAsync("a.jsonl", null, "{}\n" + Nested(65)), Is.EqualTo(new[] { "? after: line 2 is nested deeper than 64 levels" }));
            Assert.That(await Inspected.LinesAsync("a.jsonl", null, Nested(50_000)), Is.EqualTo(new[] { "? after: line 1 is nested deeper than 64 levels" }));
            Assert.That(await Inspected.LinesAsync("a.jsonl", null, new string('[', 100_000)), Is.EqualTo(new[] { "? after: line 1 is no JSON" }));
            Assert.That(await Inspected.LinesAsync("a.csv", "a,b", "a,\0b"), Is.EqualTo(new[] { "? after: it is no text in UTF-8" }));
            Assert.That(await Inspected.LinesAsync("a.csv", null, "a,\"" + new string('x', 1 << 20)), Is.EqualTo(new[] { "? after: its first row is longer than 1,048,576 bytes" }));
            Assert.That(await Inspected.LinesAsync("a.csv", null, new string(',', 65_536)), Is.EqualTo(new[] { "? after: it has more columns than 65,536" }));
            Assert.That(await Inspected.LinesAsync("a.jsonl", null, string.Concat(Enumerable.Range(0, 10_001).Select(i => $"{{\"{i}\":0}}\n"))), Is.EqualTo(new[] { "? after: line 10,001: more keys than 10,000, or too long ones" }));
        }
    }

    private static string Nested(int levels) => new string('[', levels) + new string(']', levels);
}
