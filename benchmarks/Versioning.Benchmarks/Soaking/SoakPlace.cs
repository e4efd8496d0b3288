namespace Versioning.Benchmarks.Soaking;

/// <summary>Where a soak works: one store, one replica, one cache of the machine, and a workspace for each writer.</summary>
internal sealed class SoakPlace(string root, string store, IReadOnlyDictionary<string, string> server)
{
    /// <summary>Data that is committed, one state after another.</summary>
    public static readonly string[] Datasets = ["datasets/a", "datasets/b", "datasets/c"];

    public const string Model = "models/m", Patched = "datasets/patched", Signed = "signed/s", Input = "datasets/in";

    /// <summary>What runs make, and nothing else does.</summary>
    public static readonly string[] Made = ["made/x", "made/y", "made/prepared", "made/trained"];

    public string Root => root;

    public string Store => store;

    public string Replica => Path.Combine(root, "replica");

    public string Cache => Path.Combine(root, "cache");

    public string Key => Path.Combine(root, "key.pem");

    public string Workspace(int writer) => Path.Combine(root, FormattableString.Invariant($"workspace-{writer}"));

    /// <summary>What every call is started with.</summary>
    public Dictionary<string, string> Environment => new(server)
    {
        ["VERSIONING_STORE"] = store,
        ["VERSIONING_CACHE"] = Cache,
    };

    /// <summary>Makes the store, its key and policies, the first version of everything, and the workspaces.</summary>
    public async Task PrepareAsync(VersCalls calls, int writers)
    {
        for (int writer = 0; writer <= writers; writer++)
        {
            string folder = Directory.CreateDirectory(Workspace(writer)).FullName;
            File.WriteAllText(Path.Combine(folder, "versions.json"), Stages());
            File.WriteAllText(Path.Combine(folder, "prepare.sh"), Script("prepared", "100"));
            File.WriteAllText(Path.Combine(folder, "train.sh"), Script("trained", "200"));
        }

        await MustAsync("init", store);
        await MustAsync("key", "create", Key);
        await MustAsync("key", "trust", Key, "--name", "soak");
        await MustAsync("policy", "signed/", "--require", "signed", "--key", Key);
        foreach (string artifact in (string[])[.. Datasets, Model, Patched, Signed, Input])
        {
            long id = calls.NextId();
            string source = SoakContent.Write(Path.Combine(Workspace(0), "source"), id);
            await MustInAsync(id, 0, "commit", artifact, source, "--meta", $"nonce={id}", "--metric", "f1=0.9", "--no-code", "--key", Key, "--alias", "live");
        }

        await MustAsync("policy", $"{Model}@production", "--require", "metric.f1 >= 0.5", "--key", Key);

        for (int writer = 1; writer <= writers; writer++)
        {
            await MustInAsync(calls.NextId(), writer, "pin", $"{Datasets[writer % Datasets.Length]}@latest", "pinned", "--name", "pinned");
        }

        Task MustAsync(string kind, params string[] arguments) => MustInAsync(calls.NextId(), 0, kind, arguments);
        async Task MustInAsync(long id, int writer, string kind, params string[] arguments)
        {
            Call call = await calls.RunAsync(new Call(id, writer, kind, [kind, .. arguments]), Workspace(writer));
            if (!call.Succeeded)
            {
                throw new UsageException($"{call} ended with {call.ExitCode}: {call.Answer} {call.Error}");
            }
        }
    }

    // Long enough to be killed in: then the second file comes when somebody else is at work already.
    private static string Script(string name, string milliseconds) => $"""
        set -e
        mkdir -p {name}
        echo "$1" > {name}/first.txt
        sleep 0.{milliseconds}
        echo "$1" > {name}/second.txt
        """;

    private string Stages() => $$"""
        {
          "store": "{{store}}",
          "stages": {
            "prepare": {
              "command": ["sh", "prepare.sh", "${k}"],
              "inputs": ["{{Input}}@1"],
              "files": ["prepare.sh"],
              "parameters": { "k": 0 },
              "outputs": { "made/prepared": "prepared" }
            },
            "train": {
              "command": ["sh", "train.sh", "${k}"],
              "inputs": ["made/prepared"],
              "files": ["train.sh"],
              "parameters": { "k": 0 },
              "outputs": { "made/trained": { "path": "trained", "alias": "candidate" } }
            }
          }
        }
        """;
}
