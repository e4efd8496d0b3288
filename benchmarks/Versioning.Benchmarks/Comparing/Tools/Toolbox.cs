namespace Versioning.Benchmarks.Comparing.Tools;

internal static class Toolbox
{
    /// <summary>All tools; ours only where its program is given.</summary>
    public static IReadOnlyList<PeerTool> All(string? vers) =>
    [
        .. vers is null ? [] : Vers.All(vers),
        Copies.Cp(),
        Copies.Rclone(),
        .. Restic.All(),
        .. Borg.All(),
        Casync.Tool(),
        GitBased.Lfs(),
        GitBased.Annex(),
        GitBased.Dvc(),
        GitBased.Dud(),
    ];
}
