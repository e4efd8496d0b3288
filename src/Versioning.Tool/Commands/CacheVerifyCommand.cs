using System.CommandLine;
using Versioning.Tool.Output;

namespace Versioning.Tool.Commands;

internal sealed class CacheVerifyCommand() : VersCommand("verify", "Hash every file of this machine's cache, and remove what is damaged.", "0 fine, 2 usage, 4 something was damaged")
{
    protected override async Task<int> RunAsync(ParseResult parsed, Reply reply, CancellationToken cancellationToken)
    {
        var cache = new MachineCache();
        using ProgressLine? progress = Progress(parsed);
        CachePart content = await cache.VerifyAsync(progress, cancellationToken).ConfigureAwait(false);
        progress?.Dispose();
        CacheCommand.Write(reply, cache, [content]);
        if (content.RemovedFiles == 0)
        {
            return 0;
        }

        Reply.Note($"{Human.Count(content.RemovedFiles, "file")} of the cache had other bytes than their names say, and {(content.RemovedFiles == 1 ? "is" : "are")} removed. Folders that are linked to it may have them too: see 'vers status'.");
        return Failure.Integrity;
    }
}
