using Microsoft.Extensions.Logging;

namespace Versioning.ML;

/// <summary>Every line that live models log.</summary>
internal static partial class Log
{
    [LoggerMessage(20, LogLevel.Information, "{Version} answers for {Reference} now; before: {Before}; loaded in {Seconds:0.000} s")]
    internal static partial void Swapped(ILogger logger, string reference, string version, string before, double seconds);

    [LoggerMessage(21, LogLevel.Warning, "{Version} does not answer for {Reference}, which names it; {Live} goes on. It is tried again when the reference has named another version, or by RefreshAsync")]
    internal static partial void Refused(ILogger logger, Exception reason, string reference, string version, string live);

    [LoggerMessage(22, LogLevel.Warning, "{Reference} was rolled back from {Before} to {Version}, which stays until the reference names another version than the first, or ResumeAsync")]
    internal static partial void RolledBack(ILogger logger, string reference, string before, string version);

    [LoggerMessage(23, LogLevel.Warning, "What {Reference} names now can't be used; {Version}, which was live last on this machine, answers")]
    internal static partial void LastLive(ILogger logger, Exception reason, string reference, string version);

    [LoggerMessage(24, LogLevel.Warning, "Watching {Reference} failed; {Live} goes on, and it is tried again in {Pause}")]
    internal static partial void WatchEnded(ILogger logger, Exception reason, string reference, string live, TimeSpan pause);

    [LoggerMessage(25, LogLevel.Error, "{Version}, which no request uses any more, could not be disposed of")]
    internal static partial void NotDisposed(ILogger logger, Exception reason, string version);
}
