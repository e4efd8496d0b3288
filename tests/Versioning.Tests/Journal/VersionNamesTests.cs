using System.Collections.Immutable;
using NUnit.Framework;
using Versioning.Journal;

namespace Versioning.Tests.Journal;

[TestFixture]
[Parallelizable(ParallelScope.All)]
internal sealed class VersionNamesTests
{
    [Test]
    public void Of_ManyNames_AreThoseOfEachVersionInOrder()
    {
        var random = new Random(7);
        ArtifactState state = ArtifactState.Empty with
        {
            Versions = [.. Enumerable.Range(1, 40).Select(number => new PublishedVersion(number, default, default, ArtifactKind.Dataset, number, default, null, Retired: number > 38))],
            Tags = ArtifactState.Empty.Tags.AddRange(Enumerable.Range(0, 100).Select(i => KeyValuePair.Create($"t{random.Next():x}", (long)random.Next(1, 41)))),
            Aliases = ArtifactState.Empty.Aliases.AddRange(Enumerable.Range(0, 20).Select(i => KeyValuePair.Create($"a{random.Next():x}", (long)random.Next(1, 41)))),
        };
        var names = VersionNames.Of(state);
        for (int number = 0; number <= 41; number++)
        {
            Assert.That(names.Tags(number), Is.EqualTo(Named(state.Tags, number)));
            Assert.That(names.Aliases(number), Is.EqualTo([.. Named(state.Aliases, number), .. number == 38 ? (string[])["latest"] : []]));
        }
    }

    [Test]
    public void Of_SameState_AreGoneThroughOnce()
    {
        ArtifactState state = ArtifactState.Empty with { Tags = ArtifactState.Empty.Tags.Add("a", 1) };
        var first = VersionNames.Of(state);
        Assert.That(VersionNames.Of(state), Is.SameAs(first));
        Assert.That(VersionNames.Of(state with { Tags = state.Tags.Add("b", 1) }).Tags(1), Is.EqualTo(["a", "b"]));
    }

    private static string[] Named(ImmutableSortedDictionary<string, long> names, long number) => [.. names.Where(name => name.Value == number).Select(name => name.Key)];
}
