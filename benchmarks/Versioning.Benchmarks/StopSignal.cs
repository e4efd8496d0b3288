using System.Runtime.InteropServices;

namespace Versioning.Benchmarks;

/// <summary>Asked to stop by Ctrl-C, SIGTERM or the clock: nothing more is begun, and what was made is removed.</summary>
internal sealed class StopSignal : IDisposable
{
    private readonly CancellationTokenSource _source;
    private readonly PosixSignalRegistration[] _signals;

    public StopSignal(double minutes)
    {
        _source = double.IsPositiveInfinity(minutes) ? new CancellationTokenSource() : new CancellationTokenSource(TimeSpan.FromMinutes(minutes));
        _signals = [.. new[] { PosixSignal.SIGINT, PosixSignal.SIGTERM }.Select(signal => PosixSignalRegistration.Create(signal, context =>
        {
            context.Cancel = true;
            _source.Cancel();
        }))];
    }

    public CancellationToken Token => _source.Token;

    public void Dispose()
    {
        Array.ForEach(_signals, signal => signal.Dispose());
        _source.Dispose();
    }
}
