using Microsoft.Extensions.Diagnostics.HealthChecks;
using Versioning;
using Versioning.HealthChecks;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Adds health checks of stores.</summary>
public static class VersioningHealthChecksBuilderExtensions
{
    /// <summary>
    /// Adds a check of a registered store: whether it can be read, its newest journal entry (<c>position</c>), and the
    /// exact version of each reference that is watched in it. A watched reference without a version, one that could not
    /// be looked up the last time, or whose version is not used because it was refused (<c>refused:</c>), is degraded.
    /// </summary>
    /// <param name="builder">Where the check is added.</param>
    /// <param name="storeName">The name that the store was registered with; null: the one without.</param>
    /// <param name="name">What the check is called. Default: <c>versioning</c>, or <c>versioning:</c> and the store's name.</param>
    /// <param name="failureStatus">What it means that the store can't be read. Default: unhealthy.</param>
    /// <param name="tags">Tags to filter checks by.</param>
    /// <param name="timeout">How long the check may take. Default: as for every other.</param>
    public static IHealthChecksBuilder AddVersioning(
        this IHealthChecksBuilder builder, string? storeName = null, string? name = null, HealthStatus? failureStatus = null, IEnumerable<string>? tags = null, TimeSpan? timeout = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        return builder.Add(new HealthCheckRegistration(
            name ?? (storeName is null ? "versioning" : $"versioning:{storeName}"),
            provider => new VersioningHealthCheck(storeName is null ? provider.GetRequiredService<VersionStore>() : provider.GetRequiredKeyedService<VersionStore>(storeName)),
            failureStatus,
            tags,
            timeout));
    }
}
