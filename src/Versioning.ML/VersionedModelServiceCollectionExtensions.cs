using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Versioning;
using Versioning.ML;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Registers models that follow a reference while the application runs.</summary>
/// <remarks>
/// They are loaded when the host starts, before its other services, and closed with the container. All of them are also
/// registered as <see cref="VersionedModel"/>, for whoever wants to show which versions are live.
/// </remarks>
public static class VersionedModelServiceCollectionExtensions
{
    /// <summary>Registers an ML.NET model, a <see cref="VersionedModel{TIn, TOut}"/>.</summary>
    /// <param name="services">Where it is registered; <c>AddVersioning</c> registers the store.</param>
    /// <param name="reference">What is followed, such as <c>models/churn@production</c>.</param>
    /// <param name="configure">Sets options; called at once.</param>
    /// <exception cref="VersioningException">It is not a reference.</exception>
    /// <exception cref="InvalidOperationException">A model with these types is registered already: give one of them a name.</exception>
    public static IServiceCollection AddVersionedModel<TIn, TOut>(this IServiceCollection services, ArtifactReference reference, Action<VersionedModelOptions<TIn, TOut>>? configure = null)
        where TIn : class
        where TOut : class, new() =>
        Add(services, null, reference, configure, (store, options) => new VersionedModel<TIn, TOut>(store, reference, options));

    /// <summary>Registers one of several ML.NET models with the same types, a <see cref="VersionedModel{TIn, TOut}"/> with that name as its key.</summary>
    /// <param name="services">Where it is registered; <c>AddVersioning</c> registers the store.</param>
    /// <param name="name">The name, as in <c>[FromKeyedServices("churn")]</c>.</param>
    /// <param name="reference">What is followed, such as <c>models/churn@production</c>.</param>
    /// <param name="configure">Sets options; called at once.</param>
    /// <exception cref="VersioningException">It is not a reference.</exception>
    /// <exception cref="InvalidOperationException">A model with these types and that name is registered already.</exception>
    public static IServiceCollection AddVersionedModel<TIn, TOut>(this IServiceCollection services, string name, ArtifactReference reference, Action<VersionedModelOptions<TIn, TOut>>? configure = null)
        where TIn : class
        where TOut : class, new()
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        return Add(services, name, reference, configure, (store, options) => new VersionedModel<TIn, TOut>(store, reference, options));
    }

    /// <summary>Registers an ONNX model, a <see cref="VersionedOnnxModel"/>. The application adds the package Microsoft.ML.OnnxRuntime, or the one for its GPU.</summary>
    /// <inheritdoc cref="AddVersionedModel{TIn, TOut}(IServiceCollection, ArtifactReference, Action{VersionedModelOptions{TIn, TOut}}?)"/>
    public static IServiceCollection AddVersionedOnnxModel(this IServiceCollection services, ArtifactReference reference, Action<VersionedOnnxModelOptions>? configure = null) =>
        Add(services, null, reference, configure, (store, options) => new VersionedOnnxModel(store, reference, options));

    /// <summary>Registers one of several ONNX models, a <see cref="VersionedOnnxModel"/> with that name as its key.</summary>
    /// <inheritdoc cref="AddVersionedModel{TIn, TOut}(IServiceCollection, string, ArtifactReference, Action{VersionedModelOptions{TIn, TOut}}?)"/>
    public static IServiceCollection AddVersionedOnnxModel(this IServiceCollection services, string name, ArtifactReference reference, Action<VersionedOnnxModelOptions>? configure = null)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        return Add(services, name, reference, configure, (store, options) => new VersionedOnnxModel(store, reference, options));
    }

    private static IServiceCollection Add<TModel, TOptions>(IServiceCollection services, string? name, ArtifactReference reference, Action<TOptions>? configure, Func<VersionStore, TOptions, TModel> create)
        where TModel : VersionedModel
        where TOptions : VersionedModelOptions, new()
    {
        ArgumentNullException.ThrowIfNull(services);
        reference.EnsureValid();
        var options = new TOptions();
        configure?.Invoke(options);
        options.Validate();
        if (services.Any(service => service.ServiceType == typeof(TModel) && (service.IsKeyedService ? service.ServiceKey as string : null) == name))
        {
            throw new InvalidOperationException($"A {typeof(TModel).Name} {(name is null ? "without a name" : $"called '{name}'")} is registered already, so '{reference}' needs a name of its own: AddVersionedModel(\"name\", \"{reference}\").");
        }

        services.TryAddEnumerable(ServiceDescriptor.Singleton<IHostedService, VersionedModelsService>());
        services.AddKeyedSingleton(name, (provider, _) =>
        {
            options.Logger ??= provider.GetService<ILoggerFactory>()?.CreateLogger(Telemetry.Name);
            options.Time ??= provider.GetService<TimeProvider>();
            return create(StoreOf(provider, options, reference), options);
        });
        return services.AddSingleton<VersionedModel>(provider => provider.GetRequiredKeyedService<TModel>(name));
    }

    private static VersionStore StoreOf(IServiceProvider provider, VersionedModelOptions options, ArtifactReference reference) =>
        provider.GetKeyedService<VersionStore>(options.StoreName) ?? throw new InvalidOperationException(
            options.StoreName is null
                ? $"There is no store for the model '{reference}': call AddVersioning(), or set StoreName to the name of one."
                : $"There is no store '{options.StoreName}' for the model '{reference}': call AddVersioning(\"{options.StoreName}\").");
}
