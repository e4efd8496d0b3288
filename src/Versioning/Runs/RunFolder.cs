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

    private const string LostSuffix = ".lost", LeaseSuffix = ".lease";

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

    /// <summary>The folder of a run that is about to start. From before it is there until it ends or its process does, others on this machine see that somebody lives.</summary>
    internal static RunFolder Start(string cacheDirectory, string storeId, string runId)
    {
        string all = System.IO.Path.Join(cacheDirectory, FolderName, storeId);
        CacheDirectory.Make(all);
        var folder = new RunFolder(System.IO.Path.Join(all, runId));
        folder._lease = RunLease.Take(folder.Root + LeaseSuffix);
        CacheDirectory.Make(folder.Path);
        return folder;
    }

    /// <summary>The folder of a run, empty, or as an earlier process left it.</summary>
    internal static RunFolder Of(string cacheDirectory, string storeId, string runId)
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

    /// <summary>Whether the process of a run lives; null: this machine does not know.</summary>
    internal static bool? IsHeld(string cacheDirectory, string storeId, string runId) =>
        RunLease.IsHeld(System.IO.Path.Join(cacheDirectory, FolderName, storeId, runId + LeaseSuffix));

    /// <summary>The id of the run whose folder, copy of it, or lease has that name.</summary>
    internal static string IdOf(string name) => name.Split('.')[0];

    /// <summary>The names of what is here: ids of runs, alone or with something behind.</summary>
    internal static IReadOnlyList<string> Left(string cacheDirectory, string storeId)
    {
        string all = System.IO.Path.Join(cacheDirectory, FolderName, storeId);
        return Directory.Exists(all) ? [.. Directory.GetFileSystemEntries(all).Select(path => System.IO.Path.GetFileName(path))] : [];
    }

    /// <summary>Removes what is left under a name, of a run that is not open; not what somebody has made to start one.</summary>
    internal static void Sweep(string cacheDirectory, string storeId, string name)
    {
        string all = System.IO.Path.Join(cacheDirectory, FolderName, storeId), run = System.IO.Path.Join(all, IdOf(name));
        RunLease? free = null;
        if (File.Exists(run + LeaseSuffix) && !RunLease.TryTake(run + LeaseSuffix, out free))
        {
            return;
        }

        // Held until all is gone: whoever wants it meanwhile begins anew.
        using (free)
        {
            new RunFolder(run).Remove();
            new RunFolder(System.IO.Path.Join(all, name)).Remove();
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
        // Two may declare the same run lost.
        var copy = new RunFolder($"{Root}.{Guid.NewGuid():N}{LostSuffix}");
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

            File.Delete(Root + LeaseSuffix);
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
