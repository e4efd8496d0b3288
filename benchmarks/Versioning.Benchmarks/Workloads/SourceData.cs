using Versioning.Benchmarks.Measuring;

namespace Versioning.Benchmarks.Workloads;

/// <summary>Both versions of one workload on disk, offered to tools as one folder that goes from the first to the second.</summary>
internal sealed class SourceData(string workload, string data, ulong seed, double scale)
{
    private readonly string _first = Path.Combine(data, workload);

    public string Workload => workload;

    /// <summary>Whether the folder holds one large file, <c>data</c>, rather than many.</summary>
    public bool IsFile => workload is "w1" or "w4";

    /// <summary>What tools read.</summary>
    public string Folder => IsFile ? Path.Combine(data, workload + "-folder") : _first;

    public string SecondFile => Path.Combine(data, Second(workload));

    /// <summary>The path of one file that both versions have.</summary>
    public string OneFile { get; private set; } = "data";

    /// <summary>What a fetch of the second version has to give.</summary>
    public FolderContent SecondContent { get; private set; }

    /// <summary>Makes what is missing, and takes back what an interrupted run has changed.</summary>
    public void Generate()
    {
        Directory.CreateDirectory(data);
        foreach (string name in IsFile ? [workload, Second(workload)] : (string[])[workload])
        {
            string path = Path.Combine(data, name);
            if (!File.Exists(path))
            {
                Generator.Write(name, path, seed, scale);
            }
        }
    }

    /// <summary>Looks once at what both versions hold, so that the rest can be compared with it.</summary>
    public void Inspect()
    {
        Reset();
        Edit();
        SecondContent = FolderContent.Of(Folder);
        Reset();
    }

    /// <summary>Whether a file is the one that both versions have.</summary>
    public bool IsOneFile(string path) =>
        File.Exists(path) && File.ReadAllBytes(path).AsSpan().SequenceEqual(File.ReadAllBytes(Path.Combine(Folder, OneFile)));

    /// <summary>Takes long files out of the page cache while another workload is measured.</summary>
    public void LeaveCache()
    {
        if (IsFile)
        {
            PageCache.Drop(_first);
            PageCache.Drop(SecondFile);
        }
    }

    /// <summary>Shows the first version.</summary>
    public void Reset()
    {
        if (IsFile)
        {
            Show(_first);
            return;
        }

        if (!Directory.Exists(_first))
        {
            throw new UsageException($"{_first} is not there: run without --skip-generate.");
        }

        Generator.Write(workload, _first, seed, scale);
        OneFile = Images.KeptName(seed, scale);
    }

    /// <summary>Shows the second version.</summary>
    public void Edit()
    {
        if (IsFile)
        {
            Show(SecondFile);
        }
        else
        {
            EditCopy(_first);
        }
    }

    /// <summary>Turns a copy of the first version into the second.</summary>
    public void EditCopy(string folder) => Generator.Write(Second(workload), folder, seed, scale);

    private void Show(string file)
    {
        Directory.CreateDirectory(Folder);
        string shown = Path.Combine(Folder, "data");
        File.Delete(shown);
        if (Shell.Output("ln", "-v", file, shown).Length == 0)
        {
            throw new UsageException($"{file} is not there: run without --skip-generate.");
        }
    }

    private static string Second(string workload) => workload switch
    {
        "w1" => "w2",
        "w3" => "w3b",
        "w4" => "w4b",
        _ => throw new UsageException($"'{workload}' is not a workload to compare: w1, w3, w4."),
    };
}
