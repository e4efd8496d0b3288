using NUnit.Framework;

namespace Versioning.Tests.Inspecting;

[TestFixture]
internal sealed class ParquetContentTests
{
    private static readonly byte[][] People = [ParquetBytes.Root(3), ParquetBytes.Column("id", 2, 0), ParquetBytes.Column("name", 6, 1, ParquetBytes.Converted(0)), ParquetBytes.Column("score", 5)];

    [Test]
    public async Task Compare_RowsAndSchema_AreTold()
    {
        byte[] before = ParquetBytes.File(ParquetBytes.Footer(1000, 1, People));
        byte[] after = ParquetBytes.File(ParquetBytes.Footer(1200, 2, ParquetBytes.Root(4), People[1], ParquetBytes.Column("label", 6, 1, ParquetBytes.Converted(0)), ParquetBytes.Column("score", 4), ParquetBytes.Column("age", 2)));
        Assert.That(await Inspected.LinesAsync("a.parquet", before, after), Is.EqualTo(new[]
        {
            "~ column name → label: string",
            "~ rows 1,000 → 1,200",
            "~ row groups 1 → 2",
            "~ columns 3 → 4",
            "~ column score: double → float",
            "+ column age: int64",
        }));
        Assert.That(await Inspected.LinesAsync("a.parquet", before, before), Is.Empty);
    }

    [Test]
    public async Task Read_LogicalTypesAndGroups_AreNamed()
    {
        byte[] timestamp = ParquetBytes.Logical(0x8C, 0x11, 0x1C, 0x2C, 0x00, 0x00, 0x00);
        byte[] unsigned = ParquetBytes.Logical(0xAC, 0x13, 0x08, 0x12, 0x00);
        byte[] footer = ParquetBytes.Footer(
            1, 20, ParquetBytes.Root(4), ParquetBytes.Column("at", 2, 1, timestamp), ParquetBytes.Column("small", 1, 0, unsigned),
            ParquetBytes.Group("tags", 1), ParquetBytes.Group("list", 1), ParquetBytes.Column("element", 6, 2), ParquetBytes.Column("hash", 3));
        Assert.That(await Inspected.LinesAsync("a.parquet", null, ParquetBytes.File(footer)), Is.EqualTo(new[]
        {
            "+ rows 1", "+ row groups 20", "+ columns 4",
            "+ column at: timestamp(us, UTC)", "+ column small: uint8 not null", "+ column tags.list.element: binary repeated", "+ column hash: int96",
        }));
    }

    [Test]
    public async Task Read_WhatIsNoParquet_SaysSo()
    {
        byte[] good = ParquetBytes.File(ParquetBytes.Footer(1000, 1, People));
        byte[] long_ = [.. good];
        long_[^8..^4].AsSpan().Fill(0xFF);
        long_[^5] = 0x7F;
        using (Assert.EnterMultipleScope())
        {
            Assert.That(await Inspected.LinesAsync("a.parquet", ParquetBytes.File(ParquetBytes.Footer(1000, 1, People), "PARE"), good), Is.EqualTo(new[] { "? before: its Parquet footer is encrypted" }));
            Assert.That(await Inspected.LinesAsync("a.parquet", good, "id,name\n"u8.ToArray()), Is.EqualTo(new[] { "? after: it is no Parquet file" }));
            Assert.That(await Inspected.LinesAsync("a.parquet", good, [1, 2]), Is.EqualTo(new[] { "? after: it is too short" }));
            Assert.That(await Inspected.LinesAsync("a.parquet", good, long_), Is.EqualTo(new[] { "? after: it is no Parquet file" }));
            Assert.That(await Inspected.LinesAsync("a.parquet", null, ParquetBytes.File([0x19, 0xFC, 0xFF, 0xFF, 0xFF, 0xFF, 0x0F])), Is.EqualTo(new[] { "? after: its Parquet footer is not sound" }));
            Assert.That(await Inspected.LinesAsync("a.parquet", null, ParquetBytes.File(ParquetBytes.Footer(1, 1, ParquetBytes.Root(3), People[1]))), Is.EqualTo(new[] { "? after: its Parquet footer is not sound" }));
            Assert.That(await Inspected.LinesAsync("a.parquet", null, ParquetBytes.File([.. Enumerable.Repeat((byte)0x1C, 100_000)])), Is.EqualTo(new[] { "? after: its Parquet footer is not sound" }));
        }
    }
}
