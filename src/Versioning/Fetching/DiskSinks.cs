using Versioning.Files;
using Versioning.Trees;

namespace Versioning.Fetching;

/// <summary>Writes files into a folder; each gets its name when it is whole. Dispose removes those that did not come so far.</summary>
internal sealed class DiskSinks(TargetFolder target, bool replace) : IDisposable
{
    private readonly Lock _lock = new();
    private readonly HashSet<PendingFile> _pending = [];

    internal FileSink Create(ManifestEntry entry) => new DiskSink(this, entry);

    /// <summary>Makes what has no content of its own in the store: an empty file, a link.</summary>
    internal void CreateWithoutContent(ManifestEntry entry)
    {
        if (entry.LinkTarget is { } link)
        {
            target.CreateLink(entry.Path, link, replace);
        }
        else
        {
            target.WriteWhole(entry.Path, [], entry.Kind, replace);
        }
    }

    public void Dispose()
    {
        foreach (PendingFile file in _pending)
        {
            file.Dispose();
        }
    }

    private sealed class DiskSink(DiskSinks all, ManifestEntry entry) : FileSink(entry)
    {
        private PendingFile? _file;

        private protected override void Write(long offset, ReadOnlySpan<byte> content)
        {
            if (content.Length == Entry.Size)
            {
                all.WriteWhole(Entry, content);
            }
            else if (Open() is { } file && content.ContainsAnyExcept((byte)0))
            {
                file.Write(content, offset);
            }
        }

        private protected override ValueTask CompleteAsync(CancellationToken cancellationToken)
        {
            if (_file is { } file)
            {
                file.Commit(all.Replace);
                all.Forget(file);
            }

            return ValueTask.CompletedTask;
        }

        private PendingFile Open()
        {
            if (Volatile.Read(ref _file) is { } open)
            {
                return open;
            }

            lock (all._lock)
            {
                return _file ??= all.Begin(Entry);
            }
        }
    }

    private bool Replace => replace;

    private void WriteWhole(ManifestEntry entry, ReadOnlySpan<byte> content) => target.WriteWhole(entry.Path, content, entry.Kind, replace);

    private PendingFile Begin(ManifestEntry entry)
    {
        PendingFile file = target.Create(entry.Path, entry.Size, entry.Kind);
        _pending.Add(file);
        return file;
    }

    private void Forget(PendingFile file)
    {
        lock (_lock)
        {
            _pending.Remove(file);
        }
    }
}
