using System.CommandLine;
using Versioning.Tool.Output;

namespace Versioning.Tool.Commands;

internal sealed class CachePruneCommand : VersCommand
{
    private readonly Option<bool> _all = new("--all") { Description = "Remove everything that is not in use." };
    private readonly Option<long?> _max = Sizes.Option("--max", "How much may stay, such as 500MB or 2GiB. Default: what the cache may hold anyway.");

    internal CachePruneCommand()
        : base("prune", "Remove from this machine's cache what was not used for longest.", "0 fine, 2 usage")
    {
        Options.Add(_all);
        Options.Add(_max);
        Validators.Add(result =>
        {
            if (result.GetValue(_all) && result.GetResult(_max) is not null)
            {
                result.AddError("--all and --max exclude each other.");
            }
        });
    }

    protected override async Task<int> RunAsync(ParseResult parsed, Reply reply, CancellationToken cancellationToken)
    {
        var cache = new MachineCache();
        CacheCommand.Write(reply, cache, await cache.PruneAsync(parsed.GetValue(_all) ? 0 : parsed.GetValue(_max), cancellationToken).ConfigureAwait(false));
        return 0;
    }
}
