using System.Text;

namespace Versioning.Pipelines.Tests;

/// <summary>A workspace with a store, whose stages are shell scripts.</summary>
internal sealed class PipelineFolder : IAsyncDisposable
{
    private readonly TempFolder _folder;
    private readonly bool _isOwner;

    private PipelineFolder(TempFolder folder, string root, VersionStore store, bool isOwner) => (_folder, Root, Store, _isOwner) = (folder, root, store, isOwner);

    internal string Root { get; }

    internal VersionStore Store { get; }

    internal MemoryStream Output { get; } = new();

    internal List<StageStatus> Started { get; } = [];

    internal string Printed => Encoding.UTF8.GetString(Output.ToArray());

    internal static async Task<PipelineFolder> MakeAsync()
    {
        var folder = new TempFolder();
        string root = Directory.CreateDirectory(folder.Of("here")).FullName;
        return new PipelineFolder(folder, root, await VersionStore.CreateAsync(folder.Of("store"), folder.Options), isOwner: true);
    }

    /// <summary>Another checkout of the same, on another machine: nothing is shared but the store and the files that are named.</summary>
    internal async Task<PipelineFolder> ElsewhereAsync(params string[] files)
    {
        string root = Directory.CreateDirectory(_folder.Of("there")).FullName;
        var there = new PipelineFolder(_folder, root, await VersionStore.OpenAsync(_folder.Of("store"), new VersionStoreOptions { Author = "other", CacheDirectory = _folder.Of("cache-there") }), isOwner: false);
        foreach (string file in files)
        {
            there.Write(file, File.ReadAllText(At(file)));
        }

        return there;
    }

    internal string At(string path) => Path.Combine(Root, path);

    internal string Read(string path) => File.ReadAllText(At(path));

    internal void Write(string path, string text)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(At(path))!);
        File.WriteAllText(At(path), text);
    }

    /// <summary>Declares stages; the store is next to the workspace.</summary>
    internal void Declare(string stages, string pins = "{}") => Write("versions.json", $$"""{ "store": "../store", "pins": {{pins}}, "stages": {{stages}} }""");

    internal async Task<ArtifactVersion> CommitAsync(string artifact, string text, CommitOptions? options = null)
    {
        string file = _folder.Write($"committed/{artifact}/a.txt", text);
        return (await Store.CommitAsync(artifact, Path.GetDirectoryName(file)!, options)).Version;
    }

    internal Task<IReadOnlyList<StageStatus>> CheckAsync(params string[] stages) => Pipeline.Open(Root).CheckAsync(Store, new PipelineOptions { Stages = stages });

    internal Task<IReadOnlyList<StageResult>> RunAsync(params string[] stages) => Pipeline.Open(Root).RunAsync(Store, Options(stages));

    internal PipelineOptions Options(string[] stages, bool force = false, bool overwrite = false, bool wait = true, IReadOnlyDictionary<string, string>? parameters = null, int jobs = 2, IProgress<OpenRunInfo>? waiting = null) => new()
    {
        Stages = stages,
        Parameters = parameters ?? new Dictionary<string, string>(),
        Force = force,
        Overwrite = overwrite,
        Wait = wait,
        Jobs = jobs,
        Output = Output,
        Starting = new Listener<StageStatus>(Started.Add),
        Waiting = waiting,
    };

    /// <summary>Outcomes as <c>stage:outcome</c>.</summary>
    internal static string Told(IEnumerable<StageResult> results) => string.Join(' ', results.Select(result => $"{result.Stage}:{result.Outcome}"));

    internal static string Told(IEnumerable<StageStatus> statuses) => string.Join(' ', statuses.Select(status => $"{status.Stage}:{(status.IsUpToDate ? "fresh" : string.Join('+', status.Reasons.Select(reason => reason.Kind)))}"));

    public async ValueTask DisposeAsync()
    {
        await Store.DisposeAsync();
        if (_isOwner)
        {
            _folder.Dispose();
        }
    }
}

/// <summary>Told on the thread that reports.</summary>
internal sealed class Listener<T>(Action<T> heard) : IProgress<T>
{
    private readonly Lock _lock = new();

    public void Report(T value)
    {
        lock (_lock)
        {
            heard(value);
        }
    }
}
