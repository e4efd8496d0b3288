using NUnit.Framework;
using Versioning.Storage;
using Versioning.Tests.Files;
using Versioning.Tests.Store;

namespace Versioning.Tests.Reproducing;

/// <summary>A store, and a repository whose script <c>ml/train.sh</c> makes a model of what it reads.</summary>
[Platform(Exclude = "Win", Reason = "The programs are shell scripts.")]
internal abstract class ReproduceFixture
{
    private protected const string Script = "mkdir -p out\ncat ../data/d/* > out/model.txt\ncat ../extra.txt >> out/model.txt 2>/dev/null\necho '{\"auc\": 0.9}' > metrics.json\necho trained\n";

    private protected MemoryStore Objects { get; } = new();

    private protected TemporaryFolder Folder { get; } = new();

    private protected VersionStore Store { get; private set; } = null!;

    /// <summary>The repository.</summary>
    private protected string Code => Path.Join(Folder.Path, "code");

    [SetUp]
    public async Task Make()
    {
        Folder.Run("git init -q -b work code && git -C code config user.name Ada && git -C code config user.email ada@example.org");
        Folder.Add("code/.gitignore", "/data\nout\nmetrics.json\n");
        Folder.Add("code/ml/train.sh", Script);
        Folder.Add("code/versions.json", """{ "store": "elsewhere", "pins": { "datasets/d": { "version": "", "path": "data/d" } } }""");
        Commit();
        Store = await VersionStore.CreateAsync(new PassingStore(Objects), new VersionStoreOptions { Author = "tester", CacheDirectory = Path.Join(Folder.Path, "cache") });
        Folder.Add("data/a.csv", "x,y\n1,2\n");
        await Store.CommitAsync("datasets/d", Path.Join(Folder.Path, "data"));
    }

    [TearDown]
    public async Task Remove()
    {
        await Store.DisposeAsync();
        await Objects.DisposeAsync();
        Folder.Dispose();
    }

    private protected void Commit() => Folder.Run("cd code && git add -A && git commit -q -m some --allow-empty");

    /// <summary>Runs a command in <c>ml</c> and records it.</summary>
    private protected async Task<ArtifactVersion> TrainAsync(string[]? command = null, bool recordCode = true, bool withInput = true, IList<string>? variables = null)
    {
        if (withInput)
        {
            await Store.FetchAsync("datasets/d", Path.Join(Code, "data", "d"), new FetchOptions { Force = true });
        }

        var run = new RunCommandOptions
        {
            Start = new StartRunOptions
            {
                Command = command ?? ["sh", "train.sh"],
                Folder = Path.Join(Code, "ml"),
                Inputs = withInput ? ["datasets/d"] : [],
                RecordCode = recordCode,
                EnvironmentVariables = variables ?? [],
            },
            WorkingDirectory = Path.Join(Code, "ml"),
            Outputs = { ["models/m"] = "out" },
            Metrics = "metrics.json",
        };
        ArtifactVersion ended = await Store.RunCommandAsync("train", run);
        Folder.Run("rm -rf code/ml/out code/ml/metrics.json code/data");
        Assert.That(ended.Run!.Outcome, Is.EqualTo(RunOutcome.Succeeded));
        return ended;
    }

    /// <summary>A script that makes something else each time: the model is the count of its runs, and the metric rises by a hundredth.</summary>
    private protected void Count()
    {
        string count = Path.Join(Folder.Path, "count");
        Folder.Add("code/ml/train.sh", $"mkdir -p out\necho x >> {count}\nwc -l < {count} > out/model.txt\necho \"{{\\\"auc\\\": 0.9$(wc -l < {count} | tr -d ' ')}}\" > metrics.json\n");
        Commit();
    }

    private protected async Task<string> ReadAsync(ArtifactReference reference, string path)
    {
        await using Stream stream = await Store.OpenReadAsync(reference, path);
        return await new StreamReader(stream).ReadToEndAsync();
    }

    private protected ReproduceOptions Options => new() { Repository = Code };
}
