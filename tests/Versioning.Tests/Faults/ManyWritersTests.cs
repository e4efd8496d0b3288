using NUnit.Framework;
using Versioning.Storage;
using Versioning.Tests.Store;

namespace Versioning.Tests.Faults;

/// <summary>Many stores over one set of objects that fails at random: no version is lost, none gets another's number.</summary>
[TestFixture]
internal sealed class ManyWritersTests
{
    private const int Writers = 16, Rounds = 2;
    private const string Shared = "datasets/shared";

    [Test]
    public async Task Commit_SixteenWritersAndLostResponses_LosesNothing([Values(1, 2)] int seed)
    {
        using var folder = new TempFolder();
        await using var objects = new MemoryStore();
        await (await VersionStore.CreateAsync(new PassingStore(objects), folder.Options)).DisposeAsync();
        (long Number, Digest Content)[][] published = await Task.WhenAll(Enumerable.Range(0, Writers).Select(writer => Task.Run(() => WriteAsync(writer))));

        await using VersionStore store = await VersionStore.OpenAsync(objects, folder.Options);
        Assert.That((await store.VerifyAsync()).Damages, Is.Empty);
        List<ArtifactVersion> log = await store.LogAsync(Shared).ToListAsync();
        Assert.That(log.Select(v => v.Number).Reverse(), Is.EqualTo(Enumerable.Range(1, log.Count)));
        (long Number, Digest Content)[] told = [.. published.SelectMany(p => p)];
        Assert.That(told.Select(p => p.Number), Is.Unique);
        Assert.That(told, Has.Length.EqualTo(Writers * Rounds));
        foreach ((long number, Digest content) in told)
        {
            Assert.That(log[(int)(log.Count - number)].Content, Is.EqualTo(content), $"version {number}");
        }

        // One entry for each publish, tag and alias, in an unbroken chain; each tag names the version that it was given with.
        List<AuditRecord> audit = await store.AuditAsync().ToListAsync();
        Assert.That(audit.Select(r => r.Sequence), Is.Ordered);
        for (int writer = 0; writer < Writers; writer++)
        {
            Assert.That((await store.LogAsync($"datasets/own{writer}").ToListAsync()).Select(v => v.Number), Is.EqualTo(Enumerable.Range(1, Rounds).Reverse()));
            Assert.That((await store.ResolveAsync($"{Shared}@w{writer}")).Number, Is.EqualTo(published[writer][0].Number));
        }

        async Task<(long, Digest)[]> WriteAsync(int writer)
        {
            var random = new Random((seed * 1000) + writer);
            var made = new List<(long, Digest)>();
            for (int round = 0; round < Rounds; round++)
            {
                folder.Write($"w{writer}/file", $"{writer} {round}");
                string? tag = round == 0 ? $"w{writer}" : null;
                made.Add(await CommitAsync(random, Shared, writer, tag));
                await CommitAsync(random, $"datasets/own{writer}", writer, null);
            }

            return [.. made];
        }

        async Task<(long, Digest)> CommitAsync(Random random, string artifact, int writer, string? tag)
        {
            while (true)
            {
                // Each attempt is a process of its own, as far as the store can tell.
                var faulty = new FaultyStore(objects, (_, _, _) => random.Next(60) == 0 ? FaultAction.Throw : FaultAction.None);
                try
                {
                    await using VersionStore own = await VersionStore.OpenAsync(faulty, FaultScenario.Options(folder.Of($"cache{writer}")));
                    CommitResult made = await own.CommitAsync(artifact, folder.Of($"w{writer}"), new CommitOptions { Tag = tag, Code = new CodeCommit(null, "0123", null, false) });
                    return (made.Version.Number, made.Version.Content);
                }
                catch (StoreUnavailableException e) when (e.Code == FaultyStore.InjectedCode)
                {
                    // It may be in: the tag is then taken by a version that this attempt knows nothing of, but that is ours.
                    if (tag is not null && await TaggedAsync(artifact, tag) is { } mine)
                    {
                        return (mine.Number, mine.Content);
                    }
                }
            }
        }

        async Task<ArtifactVersion?> TaggedAsync(string artifact, string tag)
        {
            await using VersionStore look = await VersionStore.OpenAsync(new PassingStore(objects), folder.Options);
            try
            {
                return await look.ResolveAsync($"{artifact}@{tag}");
            }
            catch (NotFoundException)
            {
                return null;
            }
        }
    }
}
