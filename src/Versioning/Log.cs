using Microsoft.Extensions.Logging;

namespace Versioning;

/// <summary>Every line that this library logs.</summary>
internal static partial class Log
{
    [LoggerMessage(1, LogLevel.Information, "{Operation} of {Subject}: {Files} files, {Bytes} bytes in {Seconds:0.000} s")]
    internal static partial void Done(ILogger logger, string operation, string subject, long files, long bytes, double seconds);

    /// <summary>The caller gets the exception, and knows whether it matters.</summary>
    [LoggerMessage(2, LogLevel.Debug, "{Operation} of {Subject} failed after {Seconds:0.000} s: {Code}")]
    internal static partial void Failed(ILogger logger, string operation, string subject, string code, double seconds);

    [LoggerMessage(3, LogLevel.Information, "{Reference} is {Version} now")]
    internal static partial void Live(ILogger logger, string reference, string version);

    [LoggerMessage(4, LogLevel.Warning, "Looking what {Reference} is failed {Failures} times; {Version} stays, and the next look is in {Pause}")]
    internal static partial void LookFailed(ILogger logger, Exception failure, string reference, string version, int failures, TimeSpan pause);

    [LoggerMessage(5, LogLevel.Error, "Something that was to be told of a new version of {Reference} threw")]
    internal static partial void ListenerFailed(ILogger logger, Exception failure, string reference);

    [LoggerMessage(6, LogLevel.Warning, "Files of {Version} in this machine's cache were changed or damaged, and are replaced")]
    internal static partial void TreeDamaged(ILogger logger, string version);

    [LoggerMessage(7, LogLevel.Error, "Verification found {Damages} damages in {Subject}")]
    internal static partial void Damages(ILogger logger, string subject, int damages);

    [LoggerMessage(8, LogLevel.Warning, "The end of {Name} could not be recorded, so {Run} stays open until it is declared lost")]
    internal static partial void RunLeftOpen(ILogger logger, Exception failure, string name, string run);

    [LoggerMessage(9, LogLevel.Warning, "The journal of {Store} is another than on {Time}, when it ended with {Head}: it was put back or written anew. Run 'vers audit --verify'")]
    internal static partial void AnotherHistory(ILogger logger, string store, string time, JournalHead head);
}
