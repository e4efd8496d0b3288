using System.CommandLine;
using Versioning.Tool.Output;

namespace Versioning.Tool.Commands;

internal sealed class CacheShowCommand() : VersCommand("show", "What this machine's cache holds, and where.", "0 fine, 2 usage")
{
    protected override async Task<int> RunAsync(ParseResult parsed, Reply reply, CancellationToken cancellationToken)
    {
        var cache = new MachineCache();
        CacheCommand.Write(reply, cache, await cache.ShowAsync(cancellationToken).ConfigureAwait(false));
        return 0;
    }
}
