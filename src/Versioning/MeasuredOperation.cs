using System.Diagnostics;
using System.Globalization;
using Microsoft.Extensions.Logging;

namespace Versioning;

/// <summary>What an operation has done.</summary>
internal readonly record struct OperationCount(long Files = 0, long Bytes = 0, long Uploaded = 0, long Damages = 0);

/// <summary>One operation that is measured as a whole: a span, numbers, a line in the log.</summary>
internal sealed class MeasuredOperation(Activity? span)
{
    /// <summary>What it did, for the measures.</summary>
    internal OperationCount Count { get; private set; }

    /// <summary>What it was about, such as <c>models/churn@7</c>, for span and log.</summary>
    internal string Subject { get; private set; } = "the store";

    internal void About(string subject)
    {
        Subject = subject;
        span?.SetTag("versioning.subject", subject);
    }

    internal void About(ArtifactPin pin) => About(string.Create(CultureInfo.InvariantCulture, $"{pin.Artifact}@{pin.Number}"));

    internal void Did(OperationCount count) => Count = count;

    /// <summary>Runs an operation.</summary>
    /// <param name="name">Its name, in lower case.</param>
    /// <param name="location">The store's; null: none is asked.</param>
    /// <param name="settings">Clock and log.</param>
    /// <param name="run">Does it, and says what it did.</param>
    internal static async Task<T> RunAsync<T>(string name, string? location, VersionStoreOptions settings, Func<MeasuredOperation, Task<T>> run)
    {
        using Activity? span = Telemetry.Spans.StartActivity($"versioning {name}");
        string scheme = Telemetry.SchemeOf(location);
        span?.SetTag("versioning.store.scheme", scheme);
        var operation = new MeasuredOperation(span);
        long started = settings.Time.GetTimestamp();
        Exception? failure = null;
        try
        {
            return await run(operation).ConfigureAwait(false);
        }
        catch (Exception e)
        {
            failure = e;
            throw;
        }
        finally
        {
            TimeSpan time = settings.Time.GetElapsedTime(started);
            string outcome = Telemetry.OutcomeOf(failure);
            Telemetry.Done(name, scheme, outcome, time, operation.Count);
            operation.Close(outcome, failure);
            if (failure is null)
            {
                Log.Done(settings.Logger, name, operation.Subject, operation.Count.Files, operation.Count.Bytes, time.TotalSeconds);
            }
            else
            {
                Log.Failed(settings.Logger, name, operation.Subject, (failure as VersioningException)?.Code ?? outcome, time.TotalSeconds);
            }
        }
    }

    private void Close(string outcome, Exception? failure)
    {
        span?.SetTag("versioning.files", Count.Files).SetTag("versioning.bytes", Count.Bytes);

        // The message of a failure may name a path.
        span?.SetStatus(failure is null ? ActivityStatusCode.Ok : ActivityStatusCode.Error, failure is null ? null : (failure as VersioningException)?.Code ?? outcome);
    }
}
