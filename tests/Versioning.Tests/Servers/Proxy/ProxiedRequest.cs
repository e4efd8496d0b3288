namespace Versioning.Tests.Servers.Proxy;

/// <summary>One request that came through, and what became of it.</summary>
/// <param name="Method">Its method.</param>
/// <param name="Target">Path and query as they came.</param>
/// <param name="Kind">Method and what it is about, such as <c>PUT journal</c> or <c>LIST packs</c>.</param>
/// <param name="Ordinal">How many of its kind came before it.</param>
/// <param name="Begin">When its head had come, in ticks of the stopwatch.</param>
internal sealed record ProxiedRequest(string Method, string Target, string Kind, int Ordinal, long Begin)
{
    private static readonly string[] Areas = ["format", "journal", "checkpoints", "packs"];

    /// <summary>When the last piece of the answer was about to go to the client; 0: it has not come to that.</summary>
    internal long End { get; set; }

    /// <summary>Whether the server has it and has not answered yet.</summary>
    internal bool IsUnderWay { get; set; }

    /// <summary>What the server said; 0: it was not asked, or did not answer.</summary>
    internal int Status { get; set; }

    /// <summary>How many bytes of content were sent to the server.</summary>
    internal long Sent { get; set; }

    /// <summary>How many bytes of content the server answered with.</summary>
    internal long Received { get; set; }

    internal static string KindOf(string method, string target)
    {
        string decoded = Uri.UnescapeDataString(target);
        bool lists = decoded.Contains("list-type=", StringComparison.Ordinal) || decoded.Contains("comp=list", StringComparison.Ordinal);
        return $"{(lists ? "LIST" : method)} {Areas.FirstOrDefault(area => decoded.Contains(area, StringComparison.Ordinal))}";
    }

    /// <summary>
    /// The most requests of which each began when the one before had ended: with a delay on each request, how many
    /// round trips somebody waits for.
    /// </summary>
    internal static int LongestChain(IEnumerable<ProxiedRequest> requests)
    {
        // Whatever ended before one begins began before it, so its chain is known by then.
        var chains = new List<(long End, int Length)>();
        foreach (ProxiedRequest request in requests.Where(request => request.End > 0).OrderBy(request => request.Begin))
        {
            chains.Add((request.End, 1 + chains.Where(chain => chain.End <= request.Begin).Select(chain => chain.Length).DefaultIfEmpty().Max()));
        }

        return chains.Select(chain => chain.Length).DefaultIfEmpty().Max();
    }
}
