namespace Versioning.Azure;

/// <summary>How long things may take, so that nothing hangs for ever.</summary>
internal sealed class AzureLimits(AzureStoreOptions options)
{
    /// <summary>The longest pause between two tries.</summary>
    internal static readonly TimeSpan MaxDelay = TimeSpan.FromSeconds(10);

    // Slower than this a transfer counts as stalled: 1 Mbit/s.
    private const double SlowestRate = 128 * 1024;

    /// <summary>One try that sends or receives so many bytes.</summary>
    internal TimeSpan OfTry(long bytes) => options.RequestTimeout + TimeSpan.FromSeconds(bytes / SlowestRate);

    /// <summary>
    /// All tries together. The client goes on with an answer that broke off or stalled a fixed number of times, whatever
    /// the options say, and waits as long as a server asks it to: this is what ends both.
    /// </summary>
    internal TimeSpan OfOperation(long bytes) => (options.MaxRetries + 1) * (OfTry(bytes) + LongestPause);

    private TimeSpan LongestPause => TimeSpan.FromTicks(Math.Min(MaxDelay.Ticks, options.RetryDelay.Ticks << Math.Min(options.MaxRetries, 20)));
}
