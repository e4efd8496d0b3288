using System.Collections.Concurrent;

namespace Versioning.Storage;

/// <summary>The directories of a store that are known to exist and to survive a power failure.</summary>
/// <remarks>
/// That a directory exists does not say that its own entry is durable: another writer may have created it a moment ago
/// and not flushed its parent yet. So each writer flushes the parents once itself before it relies on a directory.
/// </remarks>
internal sealed class DurableDirectories(string root)
{
    private readonly ConcurrentDictionary<string, bool> _known = new(StringComparer.Ordinal);
    private volatile string? _anchor;

    /// <summary>Creates a directory at or below the root, and its parents, where they are missing.</summary>
    /// <returns>Whether it was not known before.</returns>
    /// <exception cref="VanishedException">What <see cref="Rely"/> said is not there any more.</exception>
    public bool Ensure(string directory)
    {
        if (_known.ContainsKey(directory))
        {
            return false;
        }

        string? parent = Path.GetDirectoryName(directory);
        if (parent is not null)
        {
            if (directory != root)
            {
                if (!Ensure(parent) && !Directory.Exists(parent))
                {
                    // All above may be gone too, and would be made on the way without being flushed.
                    throw new DirectoryNotFoundException($"'{parent}' was removed.");
                }

                RequireAnchor();
                Make(directory);
                PlatformFiles.FlushDirectory(parent);
            }
            else
            {
                EnsureRoot(parent);
            }
        }

        return _known.TryAdd(directory, true);
    }

    /// <summary>
    /// Says which file was seen below the root, and stays there as long as the root is what it was: where a disk or share was
    /// taken away, another folder stands in its place, or none, and what is written there would be lost.
    /// </summary>
    public void Rely(string file) => _anchor = file;

    /// <summary>Forgets everything, because someone removed a directory.</summary>
    public void Forget() => _known.Clear();

    private void EnsureRoot(string parent)
    {
        RequireAnchor();

        // Above the root everything is someone else's: only what is created here is flushed, and an existing
        // parent that may not be opened was made durable by whoever made the root.
        Stack<string> missing = [];
        for (string? above = root; above is not null && !Directory.Exists(above); above = Path.GetDirectoryName(above))
        {
            missing.Push(above);
        }

        Make(root);
        while (missing.TryPop(out string? created))
        {
            PlatformFiles.FlushDirectory(Path.GetDirectoryName(created)!);
        }

        try
        {
            PlatformFiles.FlushDirectory(parent);
        }
        catch (UnauthorizedAccessException)
        {
        }
    }

    private void RequireAnchor()
    {
        if (_anchor is { } anchor && !File.Exists(anchor))
        {
            throw new VanishedException(root, anchor);
        }
    }

    private static void Make(string directory)
    {
        DiskSteps.Before(DiskStep.MakeDirectory);
        try
        {
            Directory.CreateDirectory(directory);
        }
        catch (IOException e) when (File.Exists(directory))
        {
            throw new NotADirectoryException(directory, e);
        }
    }

    /// <summary>Thrown where the store that was in a directory is there no more.</summary>
    internal sealed class VanishedException(string root, string anchor)
        : IOException($"The store that was in '{root}' is gone: it has no '{Path.GetFileName(anchor)}' any more.");

    /// <summary>Thrown where a file has the name of a directory.</summary>
    internal sealed class NotADirectoryException(string path, Exception inner)
        : IOException($"'{path}' is a file where a directory belongs.", inner);
}
