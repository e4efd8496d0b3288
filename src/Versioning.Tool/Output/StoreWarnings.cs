using Microsoft.Extensions.Logging;

namespace Versioning.Tool.Output;

/// <summary>Tells on stderr that a store is another than this machine saw. All else that is logged, commands say themselves.</summary>
internal sealed class StoreWarnings : ILogger
{
    private const string AnotherHistory = nameof(AnotherHistory);

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => logLevel == LogLevel.Warning;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        if (eventId.Name == AnotherHistory)
        {
            Reply.Note($"{formatter(state, exception)}.");
        }
    }
}
