using System.Runtime.CompilerServices;
using Microsoft.Extensions.Time.Testing;
using NUnit.Framework;
using Versioning.Tests.Store;

namespace Versioning.Tests.Golden;

/// <summary>A store with runs that was written once and is checked in: whatever comes later must read it.</summary>
[TestFixture]
internal sealed class GoldenRunTests
{
    private static readonly Digest Key = Digest.Of("key"u8);

    [Test]
    public async Task Store2_TellsOfItsRuns()
    {
        using var folder = new TempFolder();
        string[] pins = await GoldenStore.CopyAsync("store-2", folder);
        await using VersionStore store = await VersionStore.OpenAsync(folder.Of("store"), folder.Options);
        Assert.That((await store.VerifyAsync()).Damages, Is.Empty);
        List<ArtifactVersion> runs = await store.ListRunsAsync().ToListAsync();
        ArtifactVersion model = await store.ResolveAsync("models/golden");
        Assert.That(runs.Append(model).Select(v => v.Pin.ToString()), Is.EqualTo(pins));
        Assert.That(runs.Select(r => (r.Run!.Outcome, r.Run.ExitCode)), Is.EqualTo([(RunOutcome.Failed, -1), (RunOutcome.Succeeded, (int?)0)]));
        Assert.That(model.MadeBy, Is.EqualTo(runs[1].Pin));
        Assert.That(runs[1].Run!.Outputs, Is.EqualTo([model.Pin]));
        Assert.That((runs[1].Run!.Key, runs[1].Metrics["loss"], runs[1].Parameters["epochs"]), Is.EqualTo(((Digest?)Key, 0.5, "3")));
        OpenRunInfo open = await store.ListOpenRunsAsync().SingleAsync();
        Assert.That((open.Name, open.Author, open.Key), Is.EqualTo(("runs/train", "golden", (Digest?)Key)));
        await using Stream log = await store.OpenReadAsync(runs[1], "log.txt");
        Assert.That(await new StreamReader(log).ReadToEndAsync(), Is.EqualTo("epoch 1\n"));
    }

    [Test]
    [Explicit("Writes the golden store anew; only for a new format, as store-3.")]
    public async Task Write()
    {
        string golden = Path.Combine(SourceFolder(), "store-2");
        using var folder = new TempFolder();
        folder.Write("out/model", "weights");
        var options = new VersionStoreOptions { Author = "golden", CacheDirectory = folder.Of("cache"), Time = new FakeTimeProvider(DateTimeOffset.UnixEpoch.AddDays(20_000)) };
        await using VersionStore store = await VersionStore.CreateAsync(golden, options);
        await store.CommitAsync("datasets/golden", folder.Of("out"), new CommitOptions { RecordCode = false });
        await using (Run run = await store.StartRunAsync("train", new StartRunOptions { Inputs = { "datasets/golden" }, Parameters = { ["epochs"] = "3" }, Key = Key, Command = ["train", "--fast"], RecordCode = false }))
        {
            await run.Log.WriteLineAsync("epoch 1");
            run.LogMetric("loss", 0.5, 1);
            await run.ProduceAsync("models/golden", folder.Of("out"));
            await run.CompleteAsync();
        }

        await using (Run run = await store.StartRunAsync("train", new StartRunOptions { RecordCode = false }))
        {
            await run.FailAsync("no", exitCode: -1);
        }

        await store.StartRunAsync("train", new StartRunOptions { Key = Key, RecordCode = false });
        List<ArtifactVersion> versions = [.. await store.ListRunsAsync().ToListAsync(), await store.ResolveAsync("models/golden")];
        await File.WriteAllLinesAsync(golden + ".pins", versions.Select(v => v.Pin.ToString()));
    }

    private static string SourceFolder([CallerFilePath] string file = "") => Path.GetDirectoryName(file)!;
}
