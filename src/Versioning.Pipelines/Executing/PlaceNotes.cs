using System.Text;
using System.Text.Json;
using Versioning.Files;
using Versioning.Pipelines.Running;

namespace Versioning.Pipelines.Executing;

/// <summary>
/// What this machine knows of the places in a workspace that stages use: which version lies there, or several where one
/// was to take the place of another and did not get to the end, or that a command was let write there. Without it, files in the way are compared with versions of the artifact.
/// </summary>
internal sealed class PlaceNotes : IDisposable
{
    /// <summary>A command was let write there, so all that is there is its own.</summary>
    internal const string Written = "written";

    internal const string BusyCode = "workspace_busy";

    private const string FolderName = "stages";

    private readonly Lock _lock = new();
    private readonly string _path;
    private readonly FileStream _lease;
    private readonly SortedDictionary<string, string> _notes;

    private PlaceNotes(string path, FileStream lease)
    {
        (_path, _lease, _notes) = (path, lease, Read(path));
        Commands = new CommandMarks(Path.ChangeExtension(path, "commands"));
    }

    /// <summary>The commands that run there.</summary>
    internal CommandMarks Commands { get; }

    /// <summary>Opens those of a workspace, which nobody else has meanwhile.</summary>
    /// <exception cref="ConflictException">Stages are run there by another process, or a command of one that was killed.</exception>
    internal static PlaceNotes Open(string cacheDirectory, string workspace)
    {
        string folder = Path.Join(cacheDirectory, FolderName);
        CacheDirectory.Make(folder);
        string path = Path.Join(folder, Digest.Of(Encoding.UTF8.GetBytes(Path.TrimEndingDirectorySeparator(workspace))).ToHex()[..32] + ".json");
        var notes = new PlaceNotes(path, Lease(path, workspace));
        try
        {
            notes.Commands.RequireEnded(workspace);
            return notes;
        }
        catch
        {
            notes.Dispose();
            throw;
        }
    }

    private static FileStream Lease(string path, string workspace)
    {
        try
        {
            return new FileStream(path + ".lease", FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, bufferSize: 0);
        }
        catch (IOException)
        {
            throw new ConflictException(BusyCode, $"Stages are run in '{workspace}' by another process.", "Wait for it, or work in another checkout.");
        }
    }

    internal string? Of(string place)
    {
        lock (_lock)
        {
            return _notes.GetValueOrDefault(place);
        }
    }

    /// <summary>Notes that a version is about to come to a place, beside what is there: until it is whole, files of both may be.</summary>
    internal void Add(string place, string pin)
    {
        string? before = Of(place);
        if (before is null)
        {
            Set(place, pin);
        }
        else if (before != Written && !Pins(before).Contains(pin))
        {
            Set(place, $"{before} {pin}");
        }
    }

    /// <summary>The versions that a note names.</summary>
    internal static string[] Pins(string? note) => note is null or Written ? [] : note.Split(' ');

    internal void Set(string place, string note)
    {
        lock (_lock)
        {
            if (_notes.TryGetValue(place, out string? before) && before == note)
            {
                return;
            }

            _notes[place] = note;
            using var bytes = new MemoryStream();
            using (var json = new Utf8JsonWriter(bytes))
            {
                json.WriteStartObject();
                foreach ((string name, string value) in _notes)
                {
                    json.WriteString(name, value);
                }

                json.WriteEndObject();
            }

            WholeFile.Write(_path, bytes.ToArray());
        }
    }

    public void Dispose() => _lease.Dispose();

    private static SortedDictionary<string, string> Read(string path)
    {
        var notes = new SortedDictionary<string, string>(StringComparer.Ordinal);
        try
        {
            using var document = JsonDocument.Parse(File.ReadAllBytes(path));
            foreach (JsonProperty note in document.RootElement.EnumerateObject().Where(note => note.Value.ValueKind == JsonValueKind.String))
            {
                notes[note.Name] = note.Value.GetString()!;
            }
        }
        catch (Exception e) when (e is IOException or JsonException or InvalidOperationException)
        {
            // Nothing is known then.
        }

        return notes;
    }
}
