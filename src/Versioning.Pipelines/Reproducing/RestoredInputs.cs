namespace Versioning.Pipelines.Reproducing;

/// <summary>The inputs of a run where its command finds them, until this is disposed.</summary>
internal sealed class RestoredInputs : IDisposable
{
    private readonly List<LocalVersion> _cached = [];
    private readonly List<(string Was, string Is)> _moved = [];

    /// <summary>Brings a version to its place.</summary>
    /// <exception cref="ConflictException">Something else is in the way.</exception>
    internal async Task AddAsync(VersionStore store, ArtifactPin pin, InputPlace place, CancellationToken cancellationToken)
    {
        if (place.Path is { } path)
        {
            await store.FetchAsync(pin, path, new FetchOptions { Include = [.. place.Include], Force = place.IsOurs }, cancellationToken: cancellationToken).ConfigureAwait(false);
            return;
        }

        LocalVersion local = await store.FetchAsync(pin, place.Include, cancellationToken: cancellationToken).ConfigureAwait(false);
        _cached.Add(local);
        _moved.Add((place.At!, local.Path));
    }

    /// <summary>An argument that may name where inputs lay on another machine.</summary>
    internal string Told(string argument) => _moved.Aggregate(argument, (text, moved) => text.Replace(moved.Was, moved.Is, StringComparison.Ordinal));

    public void Dispose() => _cached.ForEach(local => local.Dispose());
}
