using Microsoft.ML.OnnxRuntime;

namespace Versioning.ML;

/// <summary>An ONNX model that follows a reference.</summary>
/// <inheritdoc cref="VersionedModel"/>
public sealed class VersionedOnnxModel : VersionedModel
{
    private readonly ModelSlot<InferenceSession> _slot;

    internal VersionedOnnxModel(VersionStore store, ArtifactReference reference, VersionedOnnxModelOptions options)
        : this(store, reference, options, new ModelSlot<InferenceSession>(reference.ToString(), new OnnxLoader(options), options.Clock, options.Log))
    {
    }

    private VersionedOnnxModel(VersionStore store, ArtifactReference reference, VersionedModelOptions options, ModelSlot<InferenceSession> slot)
        : base(store, reference, options, slot) => _slot = slot;

    /// <summary>Takes the session of the version that is live, until the result is disposed.</summary>
    /// <exception cref="VersioningException">None is live yet.</exception>
    public OnnxModelUse Use() => new(_slot.Take());

    /// <summary>Runs something with the session of the version that is live. Neither the session nor what it made may be used after it.</summary>
    /// <exception cref="VersioningException">None is live yet.</exception>
    public T Run<T>(Func<InferenceSession, T> run)
    {
        ArgumentNullException.ThrowIfNull(run);
        using ModelUse<InferenceSession> use = _slot.Use();
        return run(use.Model);
    }
}

/// <summary>A session while someone uses it: it is not disposed of before this is, whatever version is live by then.</summary>
public sealed class OnnxModelUse : IDisposable
{
    private LoadedModel<InferenceSession>? _loaded;

    internal OnnxModelUse(LoadedModel<InferenceSession> loaded) => (_loaded, Version) = (loaded, loaded.Version);

    /// <summary>The session; safe for use from many threads.</summary>
    /// <exception cref="ObjectDisposedException">This was disposed.</exception>
    public InferenceSession Session => Volatile.Read(ref _loaded)?.Model ?? throw new ObjectDisposedException(nameof(OnnxModelUse));

    /// <summary>The version that it is.</summary>
    public ArtifactPin Version { get; }

    /// <summary>Lets the session go. May be called again.</summary>
    public void Dispose() => Interlocked.Exchange(ref _loaded, null)?.LetGo();
}
