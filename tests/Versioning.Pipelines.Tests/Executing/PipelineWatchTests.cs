using Versioning.Pipelines.Executing;

namespace Versioning.Pipelines.Tests.Executing;

/// <summary>A watch outlives what is wrong for a moment, and nothing else.</summary>
[TestFixture]
[Parallelizable(ParallelScope.All)]
[Platform(Exclude = "Win", Reason = "The stages are shell scripts.")]
internal sealed class PipelineWatchTests
{
    [Test]
    public async Task Look_WhereSomethingIsWrong_ForgivesItOnceBetweenSoundOnes()
    {
        await using PipelineFolder here = await PipelineFolder.MakeAsync();
        here.Declare("""{ "make": { "shell": "echo x > made", "files": ["code"], "outputs": { "datasets/made": { "file": "made" } } } }""");
        var watch = new PipelineWatch(here.Store, here.Options([]));
        Assert.That(Look, Throws.TypeOf<NotFoundException>(), "It never was right.");

        here.Write("code", "1");
        Assert.That(await Look(), Has.Count.EqualTo(1));
        for (int i = 0; i < 2; i++)
        {
            File.Delete(here.At("code"));
            Assert.That(await Look(), Is.Null, "It is being saved.");
            here.Write("code", "1");
            Assert.That(await Look(), Is.Null, "It is as it was.");
        }

        here.Write("versions.json", "{ half");
        Assert.That(await Look(), Is.Null);
        Assert.That(Look, Throws.InstanceOf<VersioningException>());

        Task<IReadOnlyList<StageResult>?> Look() => watch.LookAsync(() => Pipeline.Open(here.Root), CancellationToken.None);
    }
}
