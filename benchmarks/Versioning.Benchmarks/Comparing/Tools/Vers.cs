namespace Versioning.Benchmarks.Comparing.Tools;

internal static class Vers
{
    public const string Compressed = "vers";
    public const string Raw = "vers-raw";

    /// <summary>The command itself, ready for sh: an executable, or a .dll that the shared runtime starts.</summary>
    public static string Command(string path)
    {
        string full = Path.GetFullPath(path);
        return full.EndsWith(".dll", StringComparison.Ordinal) ? $"dotnet '{full}'" : $"'{full}'";
    }

    /// <summary>The program under test, as it compresses by itself and storing everything raw.</summary>
    public static IEnumerable<PeerTool> All(string path) =>
        [Variant(Compressed, path, "", ["w1", "w3", "w4"]), Variant(Raw, path, " --no-compress", ["w1"])];

    private static PeerTool Variant(string name, string path, string option, string[] workloads)
    {
        string vers = Command(path);
        string commit = $"{vers} --store $T/repo commit datasets/x $SRC --json{option}";
        return new PeerTool(name,
        [
            new(Operation.FirstCommit, commit),
            new(Operation.Unchanged, commit),
            new(Operation.Rehash, commit + " --rehash"),
            new(Operation.SecondCommit, commit),
            new(Operation.Verify, $"{vers} --store $T/repo verify --json"),
            new(Operation.Fetch, $"{vers} --store $T/repo fetch datasets/x -o $OUT --json", Gives: "$OUT"),
            new(Operation.OneFile, $"{vers} --store $T/repo cat datasets/x $ONE > $OUT/one", Gives: "$OUT/one"),
        ])
        {
            Programs = [Path.GetFullPath(path)],
            Setup = $"{vers} init $T/repo",
            Workloads = workloads,
            Environment = new Dictionary<string, string> { ["VERSIONING_CACHE"] = "$T/cache" },
        };
    }
}
