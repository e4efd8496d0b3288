using System.Diagnostics;
using Microsoft.Extensions.Logging;

namespace Versioning.ML;

/// <summary>Where the live model stands. Requests take it and give it back while it is swapped; nobody waits for anybody.</summary>
internal abstract class ModelSlot
{
    /// <summary>The kind of model, for measures.</summary>
    internal abstract string Kind { get; }

    /// <summary>The version that answers; null: none yet, or no more.</summary>
    internal abstract ArtifactPin? Live { get; }

    /// <summary>Loads a version, checks it, and lets it answer. On failure everything stays as it was.</summary>
    /// <exception cref="VersioningException">It is not used, and why.</exception>
    internal abstract Task LoadAsync(HeldFiles files, bool check, CancellationToken cancellationToken);

    /// <summary>Takes no more requests. The model is disposed of when those that use it are done.</summary>
    internal abstract void Close();
}

/// <inheritdoc/>
internal sealed class ModelSlot<TModel>(string reference, ModelLoader<TModel> loader, TimeProvider time, ILogger logger) : ModelSlot
    where TModel : class, IDisposable
{
    private LoadedModel<TModel>? _current;
    private bool _isClosed;

    internal override string Kind => loader.Kind;

    internal override ArtifactPin? Live => Volatile.Read(ref _current)?.Version;

    internal ModelUse<TModel> Use() => new(Take());

    /// <summary>The live model, which stays until it is let go.</summary>
    internal LoadedModel<TModel> Take()
    {
        while (true)
        {
            LoadedModel<TModel> current = Volatile.Read(ref _current) ?? throw None();
            if (current.TryTake())
            {
                return current;
            }

            // It was retired just now: another one stands in its place already.
        }
    }

    internal override async Task LoadAsync(HeldFiles files, bool check, CancellationToken cancellationToken)
    {
        using Activity? span = Telemetry.StartLoad(files.Version);
        long started = time.GetTimestamp();
        Exception? failure = null;
        try
        {
            TModel model = await LoadAndCheckAsync(files.Files, check, cancellationToken).ConfigureAwait(false);
            Telemetry.InMemory(Kind, 1);
            Interlocked.Exchange(ref _current, new LoadedModel<TModel>(model, files.Share(), Dispose))?.Retire();
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            failure = e as VersioningException ?? new VersioningException(
                "model_refused",
                $"{files.Version.ToShortText()} is not used: {Said(e)}",
                "Let the reference name a version that loads, or mend the model and commit it again.",
                e);
            throw failure;
        }
        finally
        {
            Telemetry.LoadEnded(span, Kind, time.GetElapsedTime(started), failure);
        }
    }

    internal override void Close()
    {
        Volatile.Write(ref _isClosed, true);
        Interlocked.Exchange(ref _current, null)?.Retire();
    }

    private async Task<TModel> LoadAndCheckAsync(LocalVersion files, bool check, CancellationToken cancellationToken)
    {
        TModel model = await Task.Run(() => loader.Load(files), cancellationToken).ConfigureAwait(false);
        try
        {
            if (check)
            {
                await loader.CheckAsync(model, files, cancellationToken).ConfigureAwait(false);
            }

            return model;
        }
        catch
        {
            model.Dispose();
            throw;
        }
    }

    private void Dispose(TModel model, HeldFiles files)
    {
        try
        {
            model.Dispose();
        }
#pragma warning disable CA1031 // Nobody waits for this, and an exception here would end the process.
        catch (Exception e)
#pragma warning restore CA1031
        {
            Log.NotDisposed(logger, e, files.Version.ToShortText());
        }

        Telemetry.InMemory(Kind, -1);
        files.LetGo();
    }

    /// <summary>ML.NET reflects, and then the reason lies further in.</summary>
    private static string Said(Exception e) => e is System.Reflection.TargetInvocationException { InnerException: { } inner } ? Said(inner) : e.Message;

    private Exception None() => Volatile.Read(ref _isClosed)
        ? new ObjectDisposedException(reference, $"The model '{reference}' was closed with the application.")
        : new VersioningException("model_not_live", $"No version of '{reference}' is loaded yet.", "Await WaitUntilLiveAsync or StartAsync before; Failure says what it waits for.");
}
