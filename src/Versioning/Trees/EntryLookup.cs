namespace Versioning.Trees;

/// <summary>Looks paths up in a stream of entries, both in order.</summary>
internal sealed class EntryLookup(IAsyncEnumerable<ManifestEntry> entries, CancellationToken cancellationToken) : IAsyncDisposable
{
    private readonly IAsyncEnumerator<ManifestEntry> _entries = entries.GetAsyncEnumerator(cancellationToken);
    private ManifestEntry? _next;
    private bool _ended;

    /// <summary>The entry of a path, or null. Paths have to be asked for in ascending order.</summary>
    internal async ValueTask<ManifestEntry?> FindAsync(byte[] path)
    {
        while (!_ended && (_next is null || _next.Path.AsSpan().SequenceCompareTo(path) < 0))
        {
            _ended = !await _entries.MoveNextAsync().ConfigureAwait(false);
            _next = _ended ? null : _entries.Current;
        }

        return _next is { } entry && entry.Path.AsSpan().SequenceEqual(path) ? entry : null;
    }

    public ValueTask DisposeAsync() => _entries.DisposeAsync();
}
