namespace Versioning.Benchmarks.Comparing.Tools;

internal static class Toolbox
{
    public static IReadOnlyList<PeerTool> Peers() =>
    [
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
