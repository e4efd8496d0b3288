namespace Versioning.ML;

/// <summary>A model while one request uses it.</summary>
internal readonly ref struct ModelUse<TModel>(LoadedModel<TModel> loaded)
    where TModel : class
{
    internal TModel Model => loaded.Model;

    internal ArtifactPin Version => loaded.Version;

    /// <summary>Called once.</summary>
    public void Dispose() => loaded.LetGo();
}
