using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Versioning;
using Versioning.Storage;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Registers stores of versioned data and models in an application.</summary>
public static class VersioningServiceCollectionExtensions
{
    /// <summary>
    /// Registers one <see cref="VersionStore"/> for the whole application, with options out of the section
    /// <c>Versioning</c>. It is opened by its first operation and closed with the container.
    /// </summary>
    /// <param name="services">Where it is registered.</param>
    /// <param name="configure">Sets options, after the configuration did; null where there is nothing to set.</param>
    public static VersioningBuilder AddVersioning(this IServiceCollection services, Action<VersioningOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(services);
        services.TryAddSingleton(provider => Connect(provider, Options.Options.DefaultName));
        return Add(services, Options.Options.DefaultName, configure);
    }

    /// <summary>
    /// Registers one of several stores, a <see cref="VersionStore"/> with that name as its key, with options out of the
    /// section <c>Versioning:Stores:&lt;name&gt;</c>.
    /// </summary>
    /// <param name="services">Where it is registered.</param>
    /// <param name="name">The name, as in <c>[FromKeyedServices("models")]</c>.</param>
    /// <param name="configure">Sets options, after the configuration did; null where there is nothing to set.</param>
    public static VersioningBuilder AddVersioning(this IServiceCollection services, string name, Action<VersioningOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        services.TryAddKeyedSingleton(name, (provider, _) => Connect(provider, name));
        return Add(services, name, configure);
    }

    private static VersioningBuilder Add(IServiceCollection services, string name, Action<VersioningOptions>? configure)
    {
        // Bound twice, the configuration would come after what code said in between.
        if (!services.Any(service => service.ServiceType == typeof(Registered) && service.ImplementationInstance is Registered registered && registered.Name == name))
        {
            services.AddSingleton(new Registered(name));
            services.AddOptions<VersioningOptions>(name).ValidateOnStart();
            services.AddSingleton<IConfigureOptions<VersioningOptions>>(provider => new VersioningOptionsSetup(name, provider.GetService<IConfiguration>()));
            services.AddSingleton<IValidateOptions<VersioningOptions>>(new VersioningOptionsSetup(name, null));
        }

        if (configure is not null)
        {
            services.Configure(name, configure);
        }

        return new VersioningBuilder(services, name);
    }

    private static VersionStore Connect(IServiceProvider provider, string name)
    {
        VersioningOptions options = provider.GetRequiredService<IOptionsMonitor<VersioningOptions>>().Get(name);
        ObjectStore objects = options.Objects?.Invoke(provider) ?? StoreLocation.Open(options.Location!);
        return VersionStore.Connect(objects, new VersionStoreOptions
        {
            Author = options.Author,
            CacheDirectory = options.CacheDirectory,
            MetadataCacheBytes = options.MetadataCacheBytes,
            ContentCacheBytes = options.ContentCacheBytes,
            Concurrency = options.Concurrency,
            Requests = options.Requests,
            TrustedKeys = options.TrustedKeys,
            Signer = options.Signer,
            Logger = provider.GetService<ILoggerFactory>()?.CreateLogger(Telemetry.Name) ?? NullLogger.Instance,
            Time = provider.GetService<TimeProvider>() ?? TimeProvider.System,
        });
    }

    private sealed record Registered(string Name);
}
