namespace Versioning.Benchmarks.Comparing.Tools;

/// <summary>Whole copies, as the floor of what handling the bytes costs.</summary>
internal static class Copies
{
    public static PeerTool Cp() => new("cp",
    [
        new(Operation.FirstCommit, "cp -r $SRC $T/repo/v1"),
        new(Operation.SecondCommit, "cp -r $SRC $T/repo/v2"),
        new(Operation.Verify, "diff -rq $SRC $T/repo/v2"),
        new(Operation.Fetch, "cp -r $T/repo/v2/. $OUT", Gives: "$OUT"),
        new(Operation.OneFile, "cp $T/repo/v2/$ONE $OUT/one", Gives: "$OUT/one"),
    ])
    {
        Programs = ["cp", "diff"],
        Setup = "mkdir $T/repo",
    };

    public static PeerTool Rclone()
    {
        const string Command = "rclone --config= -q";
        return new PeerTool("rclone",
        [
            new(Operation.FirstCommit, $"{Command} copy $SRC $T/repo/current"),
            new(Operation.Unchanged, $"{Command} copy $SRC $T/repo/current"),
            new(Operation.Rehash, $"{Command} copy --checksum $SRC $T/repo/current"),
            new(Operation.SecondCommit, $"{Command} sync --backup-dir $T/repo/replaced $SRC $T/repo/current"),
            new(Operation.Verify, $"{Command} check $SRC $T/repo/current"),
            new(Operation.Fetch, $"{Command} copy $T/repo/current $OUT", Gives: "$OUT"),
            new(Operation.OneFile, $"{Command} copyto $T/repo/current/$ONE $OUT/one", Gives: "$OUT/one"),
        ])
        {
            Programs = ["rclone"],
            Setup = "mkdir $T/repo",
        };
    }
}
