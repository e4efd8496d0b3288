using NUnit.Framework;
using Versioning.Inspecting;

namespace Versioning.Tests.Inspecting;

[TestFixture]
internal sealed class ContentChangeTests
{
    [Test]
    public void ChangeList_OfMany_KeepsSomeAndCountsTheRest()
    {
        var changes = new ChangeList();
        for (int i = 0; i < ChangeList.Max + 1_234; i++)
        {
            changes.Add(new ContentChange(FileChangeKind.Added, "column", $"c{i}", null, "int64"));
        }

        IReadOnlyList<ContentChange> kept = changes.Finish();
        Assert.That((kept.Count, kept[^1].ToString()), Is.EqualTo((ChangeList.Max + 1, "? 1,234 more differences")));
    }

    [Test]
    public void ToString_OfCounts_GroupsDigits() =>
        Assert.That(new ContentChange(FileChangeKind.Modified, "rows", null, "1000", "1200").ToString(), Is.EqualTo("~ rows 1,000 → 1,200"));
}
