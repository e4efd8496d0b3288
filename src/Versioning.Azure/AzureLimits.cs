namespace Versioning.Azure;

/// <summary>How long things may take, so that nothing hangs for ever.</summary>
/// <param name="options">What is allowed.</param>
/// <param name="isOurs">
/// Whether the client bounds each of its tries, as those do that are made here. What one of the caller's does is not
/// known: it gets the time of one try, and where it does not use it, it is called again.
/// </param>
internal sealed class AzureLimits(AzureStoreOptions options, bool isOurs = true)
{
    /// <summary>The longest pause between two tries.</summary>
    internal static readonly TimeSpan MaxDelay = TimeSpan.FromSeconds(10);

    // Slower than this a transfer counts as stalled: 1 Mbit/s.
    private const double SlowestRate = 128 * 1024;

    /// <summary>One try that sends or receives so many bytes.</summary>
    internal TimeSpan OfTry(long bytes) => options.RequestTimeout + TimeSpan.FromSeconds(bytes / SlowestRate);

    /// <summary>How often the client is called where it takes too long.</summary>
    internal int Calls => isOurs ? 1 : options.MaxRetries + 1;

    /// <summary>
    /// One call of the client; of ours, all its tries together. It goes on with an answer that broke off or stalled a
    /// fixed number of times, whatever the options say, and waits as long as a server asks it to: this is what ends both.
    /// </summary>
    internal TimeSpan OfCall(long bytes) => isOurs ? (options.MaxRetries + 1) * (OfTry(bytes) + LongestPause) : OfTry(bytes);

    private TimeSpan LongestPause => TimeSpan.FromTicks(Math.Min(MaxDelay.Ticks, options.RetryDelay.Ticks << Math.Min(options.MaxRetries, 20)));
}
