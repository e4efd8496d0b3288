using System.Collections.Concurrent;
using Microsoft.ML;

namespace Versioning.ML;

/// <summary>One ML.NET model in memory, with the prediction engines made for it: an engine serves one request at a time.</summary>
internal sealed class MLNetModel<TIn, TOut>(MLContext context, ITransformer transformer) : IDisposable
    where TIn : class
    where TOut : class, new()
{
    /// <summary>An engine more than that is disposed of when it comes back.</summary>
    private static readonly int MostIdle = 2 * Environment.ProcessorCount;

    private readonly ConcurrentQueue<PredictionEngine<TIn, TOut>> _idle = new();
    private PredictionEngine<TIn, TOut>? _next;
    private int _idleCount;

    internal TOut Predict(TIn input)
    {
        PredictionEngine<TIn, TOut> engine = Rent();
        TOut answer;
        try
        {
            answer = engine.Predict(input);
        }
        catch
        {
            // Nothing says that it is fit for another row.
            engine.Dispose();
            throw;
        }

        Return(engine);
        return answer;
    }

    internal PredictionEngine<TIn, TOut> Rent()
    {
        PredictionEngine<TIn, TOut>? engine = Volatile.Read(ref _next);
        if (engine is not null && Interlocked.CompareExchange(ref _next, null, engine) == engine)
        {
            return engine;
        }

        if (_idle.TryDequeue(out engine))
        {
            Interlocked.Decrement(ref _idleCount);
            return engine;
        }

        // The engines share the transformer, so none of them may dispose of it.
        return context.Model.CreatePredictionEngine<TIn, TOut>(transformer, new PredictionEngineOptions { OwnsTransformer = false });
    }

    internal void Return(PredictionEngine<TIn, TOut> engine)
    {
        if (Interlocked.CompareExchange(ref _next, engine, null) is null)
        {
            return;
        }

        if (Interlocked.Increment(ref _idleCount) <= MostIdle)
        {
            _idle.Enqueue(engine);
        }
        else
        {
            Interlocked.Decrement(ref _idleCount);
            engine.Dispose();
        }
    }

    /// <summary>When no request uses it any more.</summary>
    public void Dispose()
    {
        _next?.Dispose();
        while (_idle.TryDequeue(out PredictionEngine<TIn, TOut>? engine))
        {
            engine.Dispose();
        }

        (transformer as IDisposable)?.Dispose();
    }
}
