namespace Versioning.Benchmarks.Comparing.Tools;

/// <summary>Tools that keep data next to a git checkout.</summary>
internal static class GitBased
{
    private const string Commit = "cd $T/work && git add -A && git commit -qm";

    public static PeerTool Lfs() => new("git-lfs",
    [
        new(Operation.FirstCommit, $"{Commit} v1"),
        new(Operation.Unchanged, "cd $T/work && git add -A"),
        new(Operation.SecondCommit, $"{Commit} v2"),
        new(Operation.Verify, "cd $T/work && git lfs fsck"),
        new(Operation.Fetch, "cd $T/work && git worktree add -q --detach $OUT HEAD", Gives: "$OUT/data"),
        new(Operation.OneFile, "cd $OUT && git checkout -q HEAD -- .gitattributes data/$ONE", Gives: "$OUT/data/$ONE",
            Before: "cd $T/work && git worktree add -q --no-checkout --detach $OUT HEAD"),
    ])
    {
        Programs = ["git", "git-lfs"],
        Setup = "git init -q $T/work && cd $T/work && git lfs install --local && "
            + "printf 'data filter=lfs diff=lfs merge=lfs -text\\ndata/** filter=lfs diff=lfs merge=lfs -text\\n' > .gitattributes && "
            + "git add -A && git commit -qm start",
        Repository = "work/.git",
        InCheckout = true,
    };

    /// <summary>Left out of W3 unless asked for: it needs about ten milliseconds for every file.</summary>
    public static PeerTool Annex() => new("git-annex",
    [
        new(Operation.FirstCommit, "cd $T/work && git annex add -q . && git commit -qm v1"),
        new(Operation.Unchanged, "cd $T/work && git annex add -q ."),
        new(Operation.SecondCommit, "cd $T/work && git annex add -q . && git commit -qam v2"),
        new(Operation.Verify, "cd $T/work && git annex fsck -q"),
        new(Operation.Fetch, "git clone -q $T/work $OUT && cd $OUT && git annex init -q && git annex get -q .", Gives: "$OUT/data"),
        new(Operation.OneFile, "cd $OUT && git annex get -q data/$ONE", Gives: "$OUT/data/$ONE",
            Before: "git clone -q $T/work $OUT && cd $OUT && git annex init -q"),
    ])
    {
        Programs = ["git", "git-annex"],
        Setup = "git init -q $T/work && cd $T/work && git annex init -q",
        Repository = "work/.git",
        InCheckout = true,
        Workloads = ["w1", "w4"],
    };

    public static PeerTool Dvc() => new("dvc",
    [
        new(Operation.FirstCommit, "cd $T/work && dvc add -q data && git add -A && git commit -qm v1"),
        new(Operation.Unchanged, "cd $T/work && dvc add -q data"),
        new(Operation.SecondCommit, "cd $T/work && dvc add -q data && git add -A && git commit -qm v2"),
        new(Operation.Fetch, "cd $T/work && dvc checkout -q", Gives: "$T/work/data", Before: "mv $T/work/data $T/before-fetch"),
        new(Operation.OneFile, "cd $T/work && dvc checkout -q data/$ONE", Gives: "$T/work/data/$ONE", Before: "mv $T/work/data $T/before-one"),
    ])
    {
        Programs = ["git", "dvc"],
        Setup = "git init -q $T/work && cd $T/work && dvc init -q && dvc config core.check_update false && "
            + "dvc config cache.type copy && git add -A && git commit -qm start",
        Repository = "work/.dvc/cache",
        InCheckout = true,
        Environment = new Dictionary<string, string>
        {
            ["DVC_NO_ANALYTICS"] = "1",
            ["DVC_SITE_CACHE_DIR"] = "$T/cache",
            ["DVC_GLOBAL_CONFIG_DIR"] = "$T/config",
            ["DVC_SYSTEM_CONFIG_DIR"] = "$T/config",
        },
    };

    public static PeerTool Dud() => new("dud",
    [
        new(Operation.FirstCommit, "cd $T/work && dud commit --copy"),
        new(Operation.Unchanged, "cd $T/work && dud commit --copy"),
        new(Operation.SecondCommit, "cd $T/work && dud commit --copy"),
        new(Operation.Fetch, "cd $T/work && dud checkout --copy", Gives: "$T/work/data", Before: "mv $T/work/data $T/before-fetch"),
    ])
    {
        Programs = ["git", "dud"],
        Setup = "git init -q $T/work && cd $T/work && dud init && "
            + "if [ $KIND = dir ]; then D='{is-dir: true}'; else D='{}'; fi && "
            + "printf 'working-dir: .\\noutputs:\\n  data: %s\\n' \"$D\" > data.yaml && dud stage add data.yaml",
        Repository = "work/.dud/cache",
        InCheckout = true,
    };
}
