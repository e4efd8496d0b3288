using Versioning.Benchmarks.Comparing;
using Versioning.Benchmarks.Remote;
using static Versioning.Benchmarks.Comparing.Operation;
using static Versioning.Benchmarks.Comparing.Tools.Vers;
using static Versioning.Benchmarks.Targets.Quantity;

namespace Versioning.Benchmarks.Targets;

/// <summary>How fast and how small it has to be, beside peers on the same machine in the same run; workloads at scale 1, sources in the page cache.</summary>
internal static class TargetList
{
    private const string Borg = "borg-none", BorgLz4 = "borg-lz4", Restic = "restic-off", ResticAuto = "restic-auto", Dvc = "dvc";

    public static readonly IReadOnlyList<Target> All =
    [
        new("w1", FirstCommit, Raw, TimesFaster, 2.4, Borg),
        new("w1", FirstCommit, Raw, TimesFaster, 3.5, Restic),
        new("w1", FirstCommit, Raw, ProcessorPerGigabyte, 2.1),
        new("w1", FirstCommit, Compressed, TimesFaster, 3, ResticAuto),
        new("w1", FirstCommit, Compressed, StoredPercent, 80),
        new("w1", SecondCommit, Raw, TimesFaster, 1.6, Borg),
        new("w1", SecondCommit, Raw, NewMegabytes, 230),
        new("w1", SecondCommit, Compressed, TimesFaster, 1.6, Borg),
        new("w1", SecondCommit, Compressed, NewMegabytes, 230),
        new("w3", FirstCommit, Compressed, TimesFaster, 2.8, Restic),
        new("w3", FirstCommit, Compressed, TimesFaster, 8, Dvc),
        new("w3", SecondCommit, Compressed, TimesFaster, 3, Restic),
        new("w3", SecondCommit, Compressed, NewMegabytes, 36),
        new("w4", FirstCommit, Compressed, TimesFaster, 1.5, BorgLz4),
        new("w4", FirstCommit, Compressed, StoredMegabytes, 780),
        new("w4", SecondCommit, Compressed, TimesFaster, 1.5, Borg),
        new("w4", SecondCommit, Compressed, NewMegabytes, 26),
        new("w1", Unchanged, Compressed, Seconds, 0.25),
        new("w3", Unchanged, Compressed, Seconds, 0.8),
        new("w3", Unchanged, Compressed, TimesFaster, 4, Restic),
        new("w1", Rehash, Raw, TimesFaster, 1.8, Borg),
        new("w1", Rehash, Compressed, TimesFaster, 1.8, Borg),
        new("w3", Rehash, Compressed, Seconds, 2),
        new("w1", Fetch, Raw, TimesFaster, 2.5, Borg),
        new("w1", Fetch, Compressed, TimesFaster, 2.5, Borg),
        new("w3", Fetch, Compressed, TimesFaster, 1.5, Restic),
        new("w3", Operation.Stream, Compressed, TimesFaster, 1, StreamVerb.Tar),
        new("w3", Operation.Stream, Compressed, ProcessorPerGigabyte, 1.5),
        new("w3", OneFile, Compressed, Seconds, 0.15),
        new("w1", Verify, Raw, TimesFaster, 1.5, Borg),
        new("w1", Verify, Compressed, TimesFaster, 1.5, Borg),
        new("w3", Verify, Compressed, TimesFaster, 1.5, Restic),
        .. Peaks("w1", Raw, 300),
        .. Peaks("w1", Compressed, 300),
        .. Peaks("w3", Compressed, 300),
        .. Peaks("w4", Compressed, 300),
        .. Peaks(MillionVerb.Workload, Compressed, 500),
        new(MillionVerb.Workload, SecondCommit, Compressed, MebibytesBesides, 2),
        new(MillionVerb.Workload, Diff, Compressed, MebibytesRead, 2),
        new(MillionVerb.Workload, OneFile, Compressed, Reads, 8),
        new(RemoteData.Large, FirstCommit, Compressed, TimesFaster, 0.9, RemoteVerb.Rclone),
        new(RemoteData.Large, Fetch, Compressed, TimesFaster, 0.9, RemoteVerb.Rclone),
        new(RemoteData.Large, Refetch, Compressed, TimesFaster, 10, RemoteVerb.Rclone),
        new(RemoteData.Small, FirstCommit, Compressed, TimesFaster, 10, RemoteVerb.Rclone),
        new(RemoteData.Small, Fetch, Compressed, TimesFaster, 5, RemoteVerb.Rclone),
        new(RemoteData.Small, Refetch, Compressed, TimesFaster, 10, RemoteVerb.Rclone),
        new(RemoteData.Delayed, FirstCommit, DelayedRound.Tool, TimesAsLong, 3, Compressed),
        new(PinsVerb.Many, Status, Compressed, Seconds, 0.6),
        new(PinsVerb.Many, Status, Compressed, TimesAsLong, 1.5, PinsVerb.Git),
        new(PinsVerb.Large, Restore, Compressed, TimesAsLong, 0.5, PinsVerb.Cp),
        new(BuildsVerb.Few, Build, Compressed, MillisecondsMore, 50, BuildsVerb.Plain),
        new(BuildsVerb.Many, Build, Compressed, MillisecondsMore, 50, BuildsVerb.Plain),
        .. Peaks(RemoteData.Large, Compressed, 400),
        .. Peaks(RemoteData.Small, Compressed, 400),
    ];

    private static IEnumerable<Target> Peaks(string workload, string tool, double limit) =>
        new[] { FirstCommit, SecondCommit, Fetch }.Select(operation => new Target(workload, operation, tool, PeakMebibytes, limit));
}
