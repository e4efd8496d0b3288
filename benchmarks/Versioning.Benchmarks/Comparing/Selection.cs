using Versioning.Benchmarks.Comparing.Tools;
using Versioning.Benchmarks.Targets;

namespace Versioning.Benchmarks.Comparing;

/// <summary>Which operations of which tools are measured.</summary>
/// <param name="Peers">Names of tools, beginnings of names (<c>restic</c>), <c>all</c> or <c>none</c>; ours always takes part.</param>
/// <param name="Operations">The operations.</param>
/// <param name="TargetsOnly">Whether only what a target names is measured.</param>
internal sealed record Selection(IReadOnlyList<string> Peers, IReadOnlySet<Operation> Operations, bool TargetsOnly)
{
    public IReadOnlySet<Operation> Of(PeerTool tool, string workload)
    {
        if (!Takes(tool, workload))
        {
            return new HashSet<Operation>();
        }

        IEnumerable<Operation> wanted = TargetsOnly
            ? TargetList.All.Where(target => target.Workload == workload && (target.Tool == tool.Name || target.Peer == tool.Name)).Select(target => target.Operation)
            : Enum.GetValues<Operation>();
        return wanted.Where(Operations.Contains).Where(operation => tool.Steps.Any(step => step.Operation == operation)).ToHashSet();
    }

    private bool Takes(PeerTool tool, string workload) =>
        Peers.Contains(tool.Name)
        || (tool.Workloads.Contains(workload)
            && (tool.Name is Vers.Compressed or Vers.Raw || Peers.Any(name => name == "all" || tool.Name.StartsWith(name + "-", StringComparison.Ordinal))));
}
