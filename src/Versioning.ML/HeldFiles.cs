namespace Versioning.ML;

/// <summary>
/// The files of a version, held in this machine's cache until everyone who shares them let go: the model that was
/// loaded from them, and whoever may want to load them once more.
/// </summary>
internal sealed class HeldFiles(LocalVersion files)
{
    private int _holders = 1;

    internal LocalVersion Files => files;

    internal ArtifactPin Version => files.Pin;

    internal HeldFiles Share()
    {
        Interlocked.Increment(ref _holders);
        return this;
    }

    internal void LetGo()
    {
        if (Interlocked.Decrement(ref _holders) == 0)
        {
            files.Dispose();
        }
    }
}
