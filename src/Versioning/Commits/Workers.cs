namespace Versioning.Commits;

/// <summary>Runs pieces of work on the thread pool, a bounded number side by side.</summary>
internal sealed class Workers(int count) : IDisposable
{
    private readonly SemaphoreSlim _free = new(count);

    internal async Task RunAsync(Func<Task> work, CancellationToken cancellationToken)
    {
        await _free.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            await Task.Run(work, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            _free.Release();
        }
    }

    public void Dispose() => _free.Dispose();
}
