using System.Text;
using Versioning.Files;

namespace Versioning.Capture;

/// <summary>Which changes may be read at all: by name, length, filter and place, before any content is looked at.</summary>
internal sealed class PatchChoice(CheckoutIndex checkout, long maxBytes)
{
    // Git holds a file that it compares in memory.
    private const long MaxTracked = 128 * 1024 * 1024;

    private readonly List<LeftOutPath> _leftOut = [];
    private readonly PathTree _staying = new();
    private readonly IndexInfo _entries = new();
    private readonly PathList _unchanged = new();
    private long _untracked;

    public IReadOnlyList<LeftOutPath> LeftOut => _leftOut;

    /// <summary>Whether tracked files differ; null: only some that go through a filter may, which only the filter knows.</summary>
    public bool? HasTracked { get; private set; }

    /// <summary>What the index is to be told, as <c>update-index --index-info</c> reads it.</summary>
    public ReadOnlyMemory<byte> Entries => _entries.Text;

    /// <summary>Paths that are to count as unchanged.</summary>
    public ReadOnlyMemory<byte> Unchanged => _unchanged.Text;

    public void Choose(IReadOnlyList<ChangedPath> tracked, IReadOnlyList<byte[]> untracked)
    {
        HashSet<string> filtered = Filtered([.. tracked.Where(c => c.IsThere).Select(c => c.Path), .. untracked]);
        HasTracked = tracked.Any(change => !filtered.Contains(Encoding.UTF8.GetString(change.Path))) ? true : tracked.Count == 0 ? false : null;
        foreach (ChangedPath change in tracked)
        {
            if (Reason(change.Path, filtered, change.IsThere && !change.IsRepository, MaxTracked, out _) is { } reason)
            {
                Add(change.Path, reason);
                Keep(change);
            }
        }

        // An entry that is kept has taken the place of these in the index.
        foreach (ChangedPath change in tracked.Where(change => change.IsThere && !change.WasThere && _staying.IsInTheWayOf(change.Path)))
        {
            Add(change.Path, LeftOutReason.InTheWay);
        }

        foreach (byte[] path in untracked)
        {
            bool isRepository = path[^1] == '/';
            LeftOutReason? reason = isRepository
                ? LeftOutReason.Repository
                : Reason(path, filtered, mustBeRead: true, maxBytes - _untracked, out long length) ?? (_staying.IsInTheWayOf(path) ? LeftOutReason.InTheWay : Count(length));
            if (reason is { } why)
            {
                Add(path, why);
            }
            else
            {
                _entries.SetUnknown(checkout.Commit, path);
            }
        }
    }

    public void Add(ReadOnlySpan<byte> path, LeftOutReason reason) => _leftOut.Add(new LeftOutPath(PathText.Show(path), reason));

    private LeftOutReason? Count(long length)
    {
        _untracked += length;
        return null;
    }

    // The index gets what the commit has, and git does not look at the file.
    private void Keep(ChangedPath change)
    {
        if (change.WasThere)
        {
            _entries.Set(change);
            _unchanged.Add(change.Path);
            _staying.Add(change.Path);
        }
        else
        {
            _entries.Remove(checkout.Commit, change.Path);
        }
    }

    private LeftOutReason? Reason(byte[] path, HashSet<string> filtered, bool mustBeRead, long maxLength, out long length)
    {
        length = 0;
        if (!PathText.IsUtf8(path))
        {
            return LeftOutReason.NotUtf8;
        }

        string text = Encoding.UTF8.GetString(path);
        if (Secrets.IsSecretFile(text))
        {
            return LeftOutReason.SecretFile;
        }

        if (filtered.Contains(text))
        {
            return LeftOutReason.Filtered;
        }

        if (!mustBeRead)
        {
            return null;
        }

        var file = new FileInfo(Path.Join(checkout.Top, text));
        try
        {
            length = file.LinkTarget is { } target ? target.Length : file.Length;
            if (length > maxLength)
            {
                return LeftOutReason.TooLong;
            }

            if (length > 0 && file.LinkTarget is null)
            {
                using var open = File.OpenHandle(file.FullName, share: FileShare.ReadWrite | FileShare.Delete);
            }

            return null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return LeftOutReason.Unreadable;
        }
    }

    private HashSet<string> Filtered(IReadOnlyList<byte[]> paths)
    {
        var found = new HashSet<string>(StringComparer.Ordinal);
        if (checkout.Filters.Count == 0 || paths.Count == 0)
        {
            return found;
        }

        var input = new PathList();
        foreach (byte[] path in paths)
        {
            input.Add(path);
        }

        // Path, attribute and value, one after another.
        string[] fields = Encoding.UTF8.GetString(checkout.Run(256 * 1024 * 1024, input.Text, "check-attr", "-z", "--stdin", "filter")).Split('\0');
        for (int i = 0; i + 2 < fields.Length; i += 3)
        {
            if (checkout.Filters.Contains(fields[i + 2], StringComparer.Ordinal))
            {
                found.Add(fields[i]);
            }
        }

        return found;
    }
}
