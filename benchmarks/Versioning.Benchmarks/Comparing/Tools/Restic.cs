namespace Versioning.Benchmarks.Comparing.Tools;

internal static class Restic
{
    public static IEnumerable<PeerTool> All() => [Variant("off", ["w1", "w3", "w4"]), Variant("auto", ["w1", "w4"])];

    private static PeerTool Variant(string compression, string[] workloads)
    {
        const string Command = "restic -q -r $T/repo --cache-dir $T/cache";
        string backup = $"{Command} --compression {compression} backup $SRC";
        return new PeerTool($"restic-{compression}",
        [
            new(Operation.FirstCommit, backup),
            new(Operation.Unchanged, backup),
            new(Operation.Rehash, $"{backup} --force"),
            new(Operation.SecondCommit, backup),
            new(Operation.Verify, $"{Command} check --read-data"),
            new(Operation.Fetch, $"{Command} restore latest --target $OUT", Gives: "$OUT$SRC"),
            new(Operation.OneFile, $"{Command} restore latest --target $OUT --include $SRC/$ONE", Gives: "$OUT$SRC/$ONE"),
        ])
        {
            Programs = ["restic"],
            Setup = $"{Command} init --repository-version 2",
            Workloads = workloads,
            Environment = new Dictionary<string, string> { ["RESTIC_PASSWORD"] = "benchmark" },
        };
    }
}
