namespace Versioning.Files;

/// <summary>Stamps of one path after the other; neighbours share the opening of their folder. For one thread.</summary>
internal sealed class PosixStampReader(TargetDirectories directories) : IDisposable
{
    private byte[]? _folder;
    private DirectoryLease? _lease;

    /// <summary>The stamp of what stands at a path, no link followed; false where nothing does or it can't be looked at.</summary>
    internal bool TryRead(ReadOnlySpan<byte> path, out FileStamp stamp)
    {
        ReadOnlySpan<byte> folder = path[..Math.Max(0, path.LastIndexOf((byte)'/'))];
        if (_folder is null || !folder.SequenceEqual(_folder))
        {
            Enter(path, folder);
        }

        stamp = default;
        ReadOnlySpan<byte> name = path[(folder.Length == 0 ? 0 : folder.Length + 1)..];
        if (_lease is not { } lease || !PosixStat.TryRead(lease.Handle, Posix.Terminated(name, stackalloc byte[256]), out StatxRecord record))
        {
            return false;
        }

        stamp = record.Stamp;
        return true;
    }

    public void Dispose() => _lease?.Dispose();

    private void Enter(ReadOnlySpan<byte> path, ReadOnlySpan<byte> folder)
    {
        _lease?.Dispose();
        _lease = null;
        _folder = folder.ToArray();
        try
        {
            _lease = directories.TryLease(directories.Parent(path, out _));
        }
        catch (VersioningException)
        {
            // Something is in its place: whoever looks closer says what.
        }
    }
}
