using NUnit.Framework;
using Versioning.Lineages;

namespace Versioning.Tests.Lineages;

[TestFixture]
internal sealed class SearchedNodesTests
{
    [Test]
    public void Note_MoreThanFit_ForgetsWhatWasNotAskedForLast()
    {
        var nodes = new SearchedNodes(most: 4);
        var hits = new FileHits();
        nodes.Note(Of(0), hits);
        for (int i = 1; i <= 20; i++)
        {
            nodes.Note(Of(i), null);
            Assert.That(nodes.TryGet(Of(0), out FileHits? kept), Is.True, $"asked for before each of {i}");
            Assert.That(kept, Is.SameAs(hits));
        }

        Assert.That(Enumerable.Range(1, 20).Count(i => nodes.TryGet(Of(i), out _)), Is.InRange(3, 8));
        Assert.That(nodes.TryGet(Of(1), out _), Is.False);
    }

    private static Digest Of(int i) => Digest.Of([(byte)i]);
}
