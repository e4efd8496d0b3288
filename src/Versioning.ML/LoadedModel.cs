namespace Versioning.ML;

/// <summary>
/// One model in memory, counted by those who use it. It is disposed of when it was retired and the last of them let go,
/// whichever comes last, once, and never on the thread of a request.
/// </summary>
/// <remarks>Taking and letting go is one interlocked operation each. Retiring makes the count negative, so nobody takes it any more.</remarks>
internal sealed class LoadedModel<TModel>(TModel model, HeldFiles files, Action<TModel, HeldFiles> dispose)
    where TModel : class
{
    private const int Retired = int.MinValue;

    private int _uses;
    private int _isDisposed;

    internal TModel Model => model;

    internal ArtifactPin Version => files.Version;

    internal HeldFiles Files => files;

    internal bool TryTake()
    {
        if (Interlocked.Increment(ref _uses) > 0)
        {
            return true;
        }

        LetGo();
        return false;
    }

    internal void LetGo() => DisposeIfUnused(Interlocked.Decrement(ref _uses));

    /// <summary>Called once, by whoever has put another one in its place.</summary>
    internal void Retire() => DisposeIfUnused(Interlocked.Add(ref _uses, Retired));

    private void DisposeIfUnused(int uses)
    {
        // Someone who came too late may have counted up and down meanwhile, so it may be seen twice.
        if (uses == Retired && Interlocked.Exchange(ref _isDisposed, 1) == 0)
        {
            ThreadPool.UnsafeQueueUserWorkItem(static loaded => loaded.DisposeOf(), this, preferLocal: false);
        }
    }

    private void DisposeOf() => dispose(model, files);
}
