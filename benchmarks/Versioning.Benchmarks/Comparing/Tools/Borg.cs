namespace Versioning.Benchmarks.Comparing.Tools;

internal static class Borg
{
    public static IEnumerable<PeerTool> All() => [Variant("none", ["w1", "w3", "w4"]), Variant("lz4", ["w4"])];

    private static PeerTool Variant(string compression, string[] workloads)
    {
        string create = $"cd $SRC && borg create -C {compression} $T/repo::";
        return new PeerTool($"borg-{compression}",
        [
            new(Operation.FirstCommit, create + "v1 ."),
            new(Operation.Unchanged, create + "v1again ."),
            new(Operation.Rehash, $"cd $SRC && borg create --files-cache disabled -C {compression} $T/repo::v1reread ."),
            new(Operation.SecondCommit, create + "v2 ."),
            new(Operation.Verify, "borg check --verify-data $T/repo"),
            new(Operation.Fetch, "cd $OUT && borg extract $T/repo::v2", Gives: "$OUT"),
            new(Operation.OneFile, "cd $OUT && borg extract $T/repo::v2 $ONE", Gives: "$OUT/$ONE"),
        ])
        {
            Programs = ["borg"],
            Setup = "borg init -e none $T/repo",
            Workloads = workloads,
            Environment = new Dictionary<string, string>
            {
                ["BORG_BASE_DIR"] = "$T/cache",
                ["BORG_UNKNOWN_UNENCRYPTED_REPO_ACCESS_IS_OK"] = "yes",
                ["BORG_RELOCATED_REPO_ACCESS_IS_OK"] = "yes",
            },
        };
    }
}
