namespace Versioning.S3;

/// <summary>How long a call of the client may take, and how often it is made.</summary>
/// <param name="options">What is allowed.</param>
/// <param name="isOurs">
/// Whether the client bounds each of its attempts, as those do that are made here. What one of the caller's does is not
/// known: it gets the time of one attempt, and where it does not use it, it is called again.
/// </param>
internal sealed class CallLimits(S3StoreOptions options, bool isOurs)
{
    // An upload that is slower than this is as good as hanging.
    private const int SlowestBytesPerSecond = 16 * 1024;

    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(20);

    internal int MaxRetries => options.MaxRetries;

    internal int Calls => isOurs ? 1 : MaxRetries + 1;

    /// <summary>One call that sends so many bytes.</summary>
    internal TimeSpan OfCall(long length)
    {
        TimeSpan attempt = options.RequestTimeout + TimeSpan.FromSeconds(length / SlowestBytesPerSecond);
        return isOurs ? ((MaxRetries + 1) * attempt) + (MaxRetries * LongestPause) : attempt;
    }
}
