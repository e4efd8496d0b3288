namespace Versioning.Benchmarks.Comparing.Tools;

internal static class Casync
{
    public static PeerTool Tool()
    {
        const string Command = "casync --store=$T/repo/default.castr";

        // One file is indexed as a blob, a folder as a tree: the ending of the index says which.
        const string Names = "if [ $KIND = file ]; then E=caibx S=$SRC/data O=$OUT/data; else E=caidx S=$SRC O=$OUT; fi; ";
        return new PeerTool("casync",
        [
            new(Operation.FirstCommit, $"{Names}{Command} make $T/repo/v1.$E $S"),
            new(Operation.Unchanged, $"{Names}{Command} make $T/repo/v1.$E $S"),
            new(Operation.SecondCommit, $"{Names}{Command} make $T/repo/v2.$E $S"),
            new(Operation.Fetch, $"{Names}{Command} extract $T/repo/v2.$E $O", Gives: "$OUT"),
        ])
        {
            Programs = ["casync"],
            Setup = "mkdir $T/repo",
        };
    }
}
