namespace Versioning.ML;

/// <summary>Opens models without a container, for applications that add and remove them while they run.</summary>
public static class VersionStoreModelExtensions
{
    /// <summary>Follows a reference with an ML.NET model, and waits for its first version.</summary>
    /// <param name="store">The store; stays the caller's, and has to be there as long as the model.</param>
    /// <param name="reference">What is followed.</param>
    /// <param name="options">How; must not be changed any more.</param>
    /// <param name="cancellationToken">Ends the waiting and the model.</param>
    /// <returns>The model, until it is disposed.</returns>
    /// <exception cref="VersioningException">It is not a reference, or there is no version that can be used, and waiting would not help.</exception>
    public static Task<VersionedModel<TIn, TOut>> OpenModelAsync<TIn, TOut>(
        this VersionStore store, ArtifactReference reference, VersionedModelOptions<TIn, TOut>? options = null, CancellationToken cancellationToken = default)
        where TIn : class
        where TOut : class, new()
    {
        ArgumentNullException.ThrowIfNull(store);
        return StartAsync(new VersionedModel<TIn, TOut>(store, reference, options ?? new()), cancellationToken);
    }

    /// <summary>Follows a reference with an ONNX model, and waits for its first version.</summary>
    /// <inheritdoc cref="OpenModelAsync{TIn, TOut}"/>
    public static Task<VersionedOnnxModel> OpenOnnxModelAsync(
        this VersionStore store, ArtifactReference reference, VersionedOnnxModelOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(store);
        return StartAsync(new VersionedOnnxModel(store, reference, options ?? new()), cancellationToken);
    }

    private static async Task<TModel> StartAsync<TModel>(TModel model, CancellationToken cancellationToken)
        where TModel : VersionedModel
    {
        try
        {
            await model.StartAsync(cancellationToken).ConfigureAwait(false);
            return model;
        }
        catch
        {
            await model.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }
}
