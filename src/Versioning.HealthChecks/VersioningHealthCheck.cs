using System.Globalization;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Versioning.HealthChecks;

/// <summary>Asks a store for news, and says which versions are live. What is served stays so while the store can't be reached.</summary>
internal sealed class VersioningHealthCheck(VersionStore store) : IHealthCheck
{
    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(context);
        var data = new Dictionary<string, object>();
        string[] waiting = [.. store.Watches.Where(watch => !Describe(watch, data)).Select(watch => watch.Reference.ToString())];
        try
        {
            data["position"] = await store.ReadPositionAsync(cancellationToken).ConfigureAwait(false);
            data["store"] = store.Id;
        }
        catch (VersioningException e)
        {
            // The message may name a path, and reports of health are read by strangers.
            return new HealthCheckResult(context.Registration.FailureStatus, $"The store can't be read: {e.Code}.", e, data);
        }

        return waiting.Length == 0
            ? HealthCheckResult.Healthy(string.Create(CultureInfo.InvariantCulture, $"The store can be read; {store.Watches.Count} references are watched."), data)
            : HealthCheckResult.Degraded($"What is watched is not up to date: {string.Join(", ", waiting)}.", data: data);
    }

    /// <returns>Whether the version that the watch told of last is in use, and its last look succeeded.</returns>
    private static bool Describe(VersionWatch watch, Dictionary<string, object> data)
    {
        data[$"live:{watch.Reference}"] = watch.Live?.ToString() ?? "nothing yet";
        if (watch.Refusal is { } refusal)
        {
            data[$"refused:{watch.Reference}"] = (refusal as VersioningException)?.Code ?? refusal.GetType().Name;
        }

        return watch is { Live: not null, Failure: null, Refusal: null };
    }
}
