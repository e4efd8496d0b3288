using System.CommandLine;
using Versioning.Tool.Output;

namespace Versioning.Tool.Commands;

internal sealed class CacheVerifyCommand() : VersCommand("verify", "Hash every file of this machine's cache, and remove what is damaged.", "0 fine, 2 usage, 4 something was damaged")
{
    protected override async Task<int> RunAsync(ParseResult parsed, Reply reply, CancellationToken cancellationToken)
    {
        var cache = new MachineCache();
        using ProgressLine? progress = Progress(parsed);
        IReadOnlyList<CachePart> parts = await cache.VerifyAsync(progress, cancellationToken).ConfigureAwait(false);
        progress?.Dispose();
        CacheCommand.Write(reply, cache, parts);
        long removed = parts.Sum(part => part.RemovedFiles), kept = parts.Sum(part => part.DamagedInUse);
        if (removed > 0)
        {
            Reply.Note($"{Human.Count(removed, "file")} of the cache had other bytes than {(removed == 1 ? "it was" : "they were")} written with, and {(removed == 1 ? "is" : "are")} removed. Folders that are linked to it may have them too: see 'vers status'.");
        }

        if (kept > 0)
        {
            Reply.Note($"{Human.Count(kept, "damaged file")} {(kept == 1 ? "belongs" : "belong")} to versions that processes have open: whoever opens them next replaces {(kept == 1 ? "it" : "them")}.");
        }

        return removed + kept == 0 ? 0 : Failure.Integrity;
    }
}
