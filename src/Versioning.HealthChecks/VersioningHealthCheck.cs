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
            ? HealthCheckResult.Healthy(string.Create(CultureInfo.InvariantCulture, $"The store can be read; {data.Count - 2} references are watched."), data)
            : HealthCheckResult.Degraded($"What is watched is not up to date: {string.Join(", ", waiting)}.", data: data);
    }

    /// <returns>Whether the watch has a version, and its last look succeeded.</returns>
    private static bool Describe(VersionWatch watch, Dictionary<string, object> data)
    {
        data[$"live:{watch.Reference}"] = watch.Current?.ToString() ?? "nothing yet";
        return watch is { Current: not null, Failure: null };
    }
}
