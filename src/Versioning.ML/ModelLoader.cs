namespace Versioning.ML;

/// <summary>Makes models of one kind out of the files of a version.</summary>
internal abstract class ModelLoader<TModel>
    where TModel : class, IDisposable
{
    /// <summary>The kind, for measures.</summary>
    internal abstract string Kind { get; }

    /// <summary>Loads it, on a thread that may be blocked. Whatever it throws refuses the version.</summary>
    internal abstract TModel Load(LocalVersion files);

    /// <summary>The application's own check. Whatever it throws refuses the version.</summary>
    internal abstract Task CheckAsync(TModel model, LocalVersion files, CancellationToken cancellationToken);
}
