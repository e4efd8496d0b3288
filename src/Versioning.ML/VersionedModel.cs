namespace Versioning.ML;

/// <summary>
/// A model that follows a reference such as <c>models/churn@production</c> while the application runs. Another version
/// answers as soon as it is loaded and was checked; requests that are under way end with the one that they began with,
/// which is disposed of after the last of them. A version that can't be used leaves the one before in its place.
/// </summary>
/// <remarks>Safe for use from many threads at once. What changes the version happens one after another; requests never wait for it.</remarks>
public abstract class VersionedModel : IAsyncDisposable, IDisposable
{
    private readonly LiveModel _model;

    private protected VersionedModel(VersionStore store, ArtifactReference reference, VersionedModelOptions options, ModelSlot slot)
    {
        options.Validate();
        _model = new LiveModel(store, reference, options, slot);
    }

    /// <summary>What is followed.</summary>
    public ArtifactReference Reference => _model.Reference;

    /// <summary>The version that answers; null: none yet. <see cref="VersionStore.ResolveAsync"/> tells more of it.</summary>
    public ArtifactPin? Live => _model.Live;

    /// <summary>The version that was live before, to which <see cref="RollBackAsync"/> goes back; null: there is none.</summary>
    public ArtifactPin? Before => _model.Before;

    /// <summary>The version that was rolled back from, while that holds; null: the reference decides.</summary>
    public ArtifactPin? RolledBackFrom => _model.RolledBackFrom;

    /// <summary>Why the version that the reference names is not live, or why it is not known which that is; null: neither.</summary>
    public Exception? Failure => _model.Failure;

    /// <summary>Begins to follow the reference, and waits for the first version unless the options say otherwise. A host calls this; may be called again.</summary>
    /// <param name="cancellationToken">Ends the waiting.</param>
    /// <exception cref="VersioningException">There is no version that can be used, and waiting would not help.</exception>
    public Task StartAsync(CancellationToken cancellationToken = default) => _model.StartAsync(cancellationToken);

    /// <summary>Waits until a version is live. Begins nothing.</summary>
    /// <param name="cancellationToken">Ends the waiting.</param>
    public Task WaitUntilLiveAsync(CancellationToken cancellationToken = default) => _model.IsLive.WaitAsync(cancellationToken);

    /// <summary>
    /// Looks now instead of at the next interval, and brings the version that the reference names, even if it was refused
    /// before. One that was rolled back from stays away.
    /// </summary>
    /// <param name="cancellationToken">Ends it; the version stays.</param>
    /// <returns>The version that is live then.</returns>
    /// <exception cref="VersioningException">The store can't be reached, or the version can't be used; the one before goes on.</exception>
    public Task<ArtifactPin?> RefreshAsync(CancellationToken cancellationToken = default) => _model.RefreshAsync(resume: false, cancellationToken);

    /// <summary>
    /// Goes back to the version that was live before, whose files are here, so the store is not asked. It stays until the
    /// reference names another version than the one that was rolled back from, or until <see cref="ResumeAsync"/>. That
    /// concerns this process, while it runs; whoever wants to go back everywhere moves the alias.
    /// </summary>
    /// <param name="cancellationToken">Ends it; the version stays.</param>
    /// <returns>The version that is live then.</returns>
    /// <exception cref="NotFoundException">No other version was live before.</exception>
    /// <exception cref="ConflictException">Another version became live meanwhile.</exception>
    public Task<ArtifactPin> RollBackAsync(CancellationToken cancellationToken = default) => _model.RollBackAsync(cancellationToken);

    /// <summary>Ends that a version was rolled back from, and brings the one that the reference names now.</summary>
    /// <inheritdoc cref="RefreshAsync"/>
    public Task<ArtifactPin?> ResumeAsync(CancellationToken cancellationToken = default) => _model.RefreshAsync(resume: true, cancellationToken);

    /// <summary>Ends following. Requests that are under way end as they would have; new ones fail.</summary>
    public async ValueTask DisposeAsync()
    {
        await _model.DisposeAsync().ConfigureAwait(false);
        GC.SuppressFinalize(this);
    }

    /// <summary>For containers that can't await; whoever can, does.</summary>
    public void Dispose()
    {
        DisposeAsync().AsTask().GetAwaiter().GetResult();
        GC.SuppressFinalize(this);
    }

    /// <inheritdoc/>
    public override string ToString() => $"{Reference}: {Live?.ToString() ?? "nothing yet"}";
}

/// <summary>An ML.NET model that follows a reference.</summary>
/// <typeparam name="TIn">The row that a request gives.</typeparam>
/// <typeparam name="TOut">The row that it gets; its members are columns that the model must have.</typeparam>
/// <inheritdoc cref="VersionedModel"/>
public sealed class VersionedModel<TIn, TOut> : VersionedModel
    where TIn : class
    where TOut : class, new()
{
    private readonly ModelSlot<MLNetModel<TIn, TOut>> _slot;

    internal VersionedModel(VersionStore store, ArtifactReference reference, VersionedModelOptions<TIn, TOut> options)
        : this(store, reference, options, new ModelSlot<MLNetModel<TIn, TOut>>(reference.ToString(), new MLNetLoader<TIn, TOut>(options), options.Clock, options.Log))
    {
    }

    private VersionedModel(VersionStore store, ArtifactReference reference, VersionedModelOptions options, ModelSlot<MLNetModel<TIn, TOut>> slot)
        : base(store, reference, options, slot) => _slot = slot;

    /// <summary>Answers a row with the version that is live.</summary>
    /// <exception cref="VersioningException">None is live yet.</exception>
    public TOut Predict(TIn input) => Predict(input, out _);

    /// <summary>Answers a row, and tells which version did.</summary>
    /// <exception cref="VersioningException">None is live yet.</exception>
    public TOut Predict(TIn input, out ArtifactPin version)
    {
        ArgumentNullException.ThrowIfNull(input);
        using ModelUse<MLNetModel<TIn, TOut>> use = _slot.Use();
        version = use.Version;
        return use.Model.Predict(input);
    }
}
