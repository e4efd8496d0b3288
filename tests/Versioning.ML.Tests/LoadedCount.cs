using System.Diagnostics.Metrics;

namespace Versioning.ML.Tests;

/// <summary>How many models are in memory, by what is measured.</summary>
internal sealed class LoadedCount : IDisposable
{
    private readonly MeterListener _listener = new();
    private long _value;

    internal LoadedCount()
    {
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Name == "versioning.model.loaded")
            {
                listener.EnableMeasurementEvents(instrument);
            }
        };
        _listener.SetMeasurementEventCallback<long>((_, change, _, _) => Interlocked.Add(ref _value, change));
        _listener.Start();
    }

    internal long Value => Volatile.Read(ref _value);

    public void Dispose() => _listener.Dispose();
}
