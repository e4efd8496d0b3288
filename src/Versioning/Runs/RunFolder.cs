using System.Globalization;
using System.Text.Json;
using Versioning.Capture;
using Versioning.Files;
using Versioning.Journal;

namespace Versioning.Runs;

/// <summary>
/// The files that a run leaves, in a folder of this machine's cache until it ends: its log, and its metrics over steps.
/// What a process that was killed has left goes with the next run, unless that declares the run lost.
/// </summary>
internal sealed class RunFolder : IDisposable
{
    /// <summary>Their folder in the machine's cache.</summary>
    internal const string FolderName = "runs";

    private const string LostInfix = ".lost-";
    private const int MaxAttempts = 10;

    internal const string LogName = "log.txt", SeriesName = "metrics.jsonl", PatchName = "code.patch";

    private readonly Lock _lock = new();
    private StreamWriter? _series;
    private TextWriter? _log;
    private RunLease? _lease;

    private RunFolder(string root) => (Root, Path) = (root, System.IO.Path.Join(root, "left"));

    /// <summary>All of it; a file cache for the files below too.</summary>
    internal string Root { get; }

    /// <summary>The files.</summary>
    internal string Path { get; }

    /// <summary>What goes into the log, without credentials; opened when it is first used.</summary>
    internal TextWriter Log
    {
        get
        {
            lock (_lock)
            {
                return _log ??= TextWriter.Synchronized(new MaskedWriter(Open(LogName, FileMode.Append), SecretValues.OfEnvironment()));
            }
        }
    }

    /// <summary>
    /// The folder of a run that is about to start, and its id. It is held from now on, which says to others on this machine
    /// that the run's process lives, until it ends: so there is no moment at which the run is in the journal and nobody can tell.
    /// </summary>
    internal static (UInt128 Id, RunFolder Folder) Begin(string cacheDirectory, string storeId)
    {
        for (int attempt = 1; ; attempt++)
        {
            UInt128 id = Packs.PackId.New().Value;
            RunFolder folder = At(cacheDirectory, storeId, RunText.Of(id));
            CacheDirectory.Make(folder.Path);
            folder._lease = RunLease.TryTake(folder.Root);

            // Who cleans up may have it by now: then it is theirs. On a disk that knows no locks nobody ever can tell.
            if (folder._lease is not null || attempt == MaxAttempts)
            {
                return (id, folder);
            }
        }
    }

    /// <summary>The folder of a run as its process has left it, if it was on this machine.</summary>
    internal static RunFolder At(string cacheDirectory, string storeId, string runId) =>
        new(System.IO.Path.Join(cacheDirectory, FolderName, storeId, runId));

    /// <summary>Whether the process of a run lives; null: this machine does not know.</summary>
    internal static bool? IsHeld(string cacheDirectory, string storeId, string runId) =>
        RunLease.IsHeld(System.IO.Path.Join(cacheDirectory, FolderName, storeId, runId));

    /// <summary>The id of the run whose folder, or copy of it, this is.</summary>
    internal string RunId => System.IO.Path.GetFileName(Root).Split(LostInfix)[0];

    /// <summary>The folders here, and copies, whose processes are gone: they start no run any more.</summary>
    internal static IReadOnlyList<RunFolder> Abandoned(string cacheDirectory, string storeId)
    {
        string all = System.IO.Path.Join(cacheDirectory, FolderName, storeId);
        var abandoned = new List<RunFolder>();
        foreach (string root in Directory.Exists(all) ? Directory.GetDirectories(all) : [])
        {
            bool? isHeld = RunLease.IsHeld(root);
            if (isHeld == false)
            {
                abandoned.Add(new RunFolder(root));
            }
            else if (isHeld is null)
            {
                // Who made it a moment ago is about to take its lease: the next one that looks can tell.
                RunLease.TryTake(root)?.Dispose();
            }
        }

        return abandoned;
    }

    /// <summary>Removes it, unless somebody else does just that.</summary>
    internal void RemoveAbandoned()
    {
        _lease = RunLease.TryTake(Root);
        if (_lease is not null)
        {
            Remove();
        }
    }

    internal void Metric(string name, double value, long? step, DateTimeOffset time)
    {
        using var bytes = new MemoryStream();
        using (var json = new Utf8JsonWriter(bytes))
        {
            json.WriteStartObject();
            json.WriteString("name", name);
            if (step is { } number)
            {
                json.WriteNumber("step", number);
            }

            // A training that diverges is worth recording too, and JSON has no number for that.
            if (double.IsFinite(value))
            {
                json.WriteNumber("value", value);
            }
            else
            {
                json.WriteString("value", value.ToString(CultureInfo.InvariantCulture));
            }

            json.WriteString("time", time.UtcDateTime);
            json.WriteEndObject();
        }

        lock (_lock)
        {
            _series ??= Open(SeriesName, FileMode.Append);
            _series.WriteLine(System.Text.Encoding.UTF8.GetString(bytes.ToArray()));
            _series.Flush();
        }
    }

    internal void Write(string name, ReadOnlySpan<byte> content) => File.WriteAllBytes(System.IO.Path.Join(Path, name), content);

    /// <summary>Brings everything to the disk; what is logged from now on is ignored.</summary>
    internal void Close()
    {
        lock (_lock)
        {
            _log?.Dispose();
            _series?.Dispose();
            (_log, _series) = (null, null);
        }
    }

    /// <summary>A copy of what is there now, for a process may still be writing to it.</summary>
    internal RunFolder Snapshot()
    {
        // Each its own: several may do this at once, and one of them will end the run.
        var copy = new RunFolder($"{Root}{LostInfix}{Guid.NewGuid():N}");
        CacheDirectory.Make(copy.Path);
        copy._lease = RunLease.TryTake(copy.Root);
        try
        {
            foreach (string file in Directory.Exists(Path) ? Directory.GetFiles(Path) : [])
            {
                string name = System.IO.Path.GetFileName(file);
                if (name == LogName)
                {
                    CopyMasked(file, copy);
                }
                else
                {
                    File.Copy(file, System.IO.Path.Join(copy.Path, name));
                }
            }
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            // Who has ended the run meanwhile removes what it left.
        }

        return copy;
    }

    internal void Remove()
    {
        Close();
        if (OperatingSystem.IsWindows())
        {
            // There a file that is open can't be removed; elsewhere nobody may take what is half gone.
            _lease?.Dispose();
        }

        try
        {
            if (Directory.Exists(Root))
            {
                Directory.Delete(Root, recursive: true);
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // The next run removes it.
        }

        _lease?.Dispose();
    }

    /// <summary>Leaves the files to whoever declares the run lost.</summary>
    public void Dispose()
    {
        Close();
        _lease?.Dispose();
    }

    // Whoever wrote it may have known less of what is a credential.
    private static void CopyMasked(string path, RunFolder to)
    {
        using var reader = new StreamReader(new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete));
        using var masked = new MaskedWriter(to.Open(LogName, FileMode.Create), SecretValues.OfEnvironment());
        char[] part = new char[16 * 1024];
        while (reader.Read(part) is > 0 and int read)
        {
            masked.Write(part, 0, read);
        }
    }

    private StreamWriter Open(string name, FileMode mode)
    {
        var file = new FileStream(System.IO.Path.Join(Path, name), mode, FileAccess.Write, FileShare.Read);
        return new StreamWriter(file) { NewLine = "\n" };
    }
}
