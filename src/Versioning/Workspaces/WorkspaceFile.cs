using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Versioning.Files;

namespace Versioning.Workspaces;

/// <summary><c>versions.json</c>: the store and what is pinned, by intent. People write it too, so changes keep their layout.</summary>
internal sealed class WorkspaceFile
{
    internal const string FileName = "versions.json";
    private const string PinsName = "pins", StagesName = "stages";
    private const int MaxLength = 16 * 1024 * 1024;

    internal static readonly JsonDocumentOptions Options = new() { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true };

    private readonly byte[] _text;

    private WorkspaceFile(string path, byte[] text, string? schema, string? store, IReadOnlyList<PinIntent> pins, string? stages) =>
        (FullPath, _text, Schema, Store, Pins, Stages) = (path, text, schema, store, pins, stages);

    internal string FullPath { get; }

    internal string Root => Path.GetDirectoryName(FullPath)!;

    /// <summary>Where its JSON schema is; null: that is not said.</summary>
    internal string? Schema { get; }

    /// <summary>The store as it is written there; null: none is named.</summary>
    internal string? Store { get; }

    /// <summary>What is pinned, by name.</summary>
    internal IReadOnlyList<PinIntent> Pins { get; }

    /// <summary>The object that declares stages, as it is written there; null: there is none. Who runs them reads it.</summary>
    internal string? Stages { get; }

    /// <summary>The store's path or URI; a relative path is one from the workspace.</summary>
    internal string StoreLocation => LocationOf(Store ?? throw Wrong(FullPath, "it names no store", "Make one with 'vers init', which names it there, or say which: \"store\": \"…\"."));

    /// <summary>The path of a store that lies in the workspace, from there; null: it lies elsewhere.</summary>
    internal string? StoreFolder =>
        Store is { } store && !store.Contains("://", StringComparison.Ordinal) && !store.Contains('\0', StringComparison.Ordinal)
        && Path.GetRelativePath(Root, LocationOf(store)).Replace('\\', '/') is var path && path is not ("." or "..") && !path.StartsWith("../", StringComparison.Ordinal) && !Path.IsPathRooted(path)
            ? path
            : null;

    /// <summary>The file in a folder or in the nearest folder above it, or null.</summary>
    internal static string? Find(string folder)
    {
        for (string? at = Path.GetFullPath(folder); at is not null; at = Path.GetDirectoryName(at))
        {
            if (Path.Combine(at, FileName) is var file && File.Exists(file))
            {
                return file;
            }
        }

        return null;
    }

    internal static WorkspaceFile Read(string path)
    {
        string full = Path.GetFullPath(path);
        if (new FileInfo(full).Length > MaxLength)
        {
            throw Wrong(full, "it is too long to be one");
        }

        return Parse(full, File.ReadAllBytes(full));
    }

    /// <exception cref="VersioningException">The text is not a workspace's.</exception>
    internal static WorkspaceFile Parse(string path, byte[] text)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(text.AsSpan().StartsWith("\uFEFF"u8) ? text.AsMemory(3) : text, Options);
            JsonElement root = document.RootElement;
            Require(root.ValueKind == JsonValueKind.Object, path, "it is not an object");
            string? schema = null, store = null, stages = null;
            var pins = new List<PinIntent>();
            foreach (JsonProperty member in root.EnumerateObject())
            {
                switch (member.Name)
                {
                    case "$schema":
                        schema = member.Value.ValueKind == JsonValueKind.String ? member.Value.GetString() : null;
                        break;
                    case "store":
                        store = Text(path, member);
                        break;
                    case PinsName:
                        Require(member.Value.ValueKind == JsonValueKind.Object, path, $"'{PinsName}' is not an object");
                        pins.AddRange(member.Value.EnumerateObject().Select(pin => ReadPin(path, pin)));
                        break;
                    case StagesName:
                        Require(member.Value.ValueKind == JsonValueKind.Object, path, $"'{StagesName}' is not an object");
                        stages = member.Value.GetRawText();
                        break;
                    default:
                        throw Wrong(path, $"'{member.Name}' is not known there; it may have '$schema', 'store', '{PinsName}' and '{StagesName}'");
                }
            }

            Require(pins.DistinctBy(p => p.Name).Count() == pins.Count, path, "a pin stands there twice");
            RequireApart(path, pins);
            var file = new WorkspaceFile(path, text, schema, store, pins, stages);
            if (pins.Find(file.IsInStore) is { } inside)
            {
                throw Wrong(path, $"pin '{inside.Name}' goes to '{inside.Path}', where the store is");
            }

            return file;
        }
        catch (JsonException e)
        {
            throw new VersioningException("invalid_workspace", $"'{path}' is not sound JSON: {e.Message}", "Comments and trailing commas are allowed.", e);
        }
    }

    /// <summary>The file in a folder, or one that says nothing yet.</summary>
    internal static WorkspaceFile ReadOrNew(string folder) =>
        Path.Join(Path.GetFullPath(folder), FileName) is var path && File.Exists(path) ? Read(path) : Parse(path, "{\n}\n"u8.ToArray());

    /// <summary>A store as a path or URI; a relative path is one from the workspace.</summary>
    internal string LocationOf(string store) => store.Contains("://", StringComparison.Ordinal) ? store : Path.GetFullPath(store, Root);

    /// <summary>The text with a store, where it names none, and a schema then.</summary>
    internal WorkspaceFile WithStore(string store)
    {
        if (Store is not null)
        {
            return this;
        }

        byte[] text = Schema is null ? JsonEdit.Set(_text, null, "$schema", Quote(WorkspaceSchema.Reference), first: true) : _text;
        return Parse(FullPath, JsonEdit.Set(text, null, "store", Quote(store)));
    }

    /// <summary>The text with a pin set or changed.</summary>
    /// <exception cref="ConflictException">Another pin has its folder, or one above or below it, or the store does.</exception>
    internal WorkspaceFile With(PinIntent pin)
    {
        PinIntent there = pin.Path is null ? pin : pin with
        {
            Path = InWorkspace(pin.Path) ?? throw new VersioningException("invalid_option", $"Pin '{pin.Name}' can't go to '{pin.Path}': that is not a folder in the workspace '{Root}'.", "Name a folder below it."),
        };
        if (IsInStore(there))
        {
            throw new ConflictException("path_taken", $"Pin '{pin.Name}' can't go to '{there.Path}': the store is in '{StoreFolder}'.", "Name another folder.");
        }

        if (Pins.FirstOrDefault(other => other.Name != pin.Name && Overlap(other, there)) is { } other)
        {
            throw new ConflictException(
                "path_taken",
                $"Pin '{pin.Name}' can't go to '{there.Path}': pin '{other.Name}' has '{other.Path}', and pins go neither to the same folder nor one into the other.",
                $"Name another folder, or take that one out first: vers unpin {other.Name}");
        }

        byte[] text = JsonEdit.Set(_text, PinsName, pin.Name, Json(pin));
        return Parse(FullPath, text);
    }

    /// <summary>The text without a pin.</summary>
    internal WorkspaceFile Without(string name) => Parse(FullPath, JsonEdit.Remove(_text, PinsName, name));

    internal void Write()
    {
        if (!File.Exists(FullPath) || !File.ReadAllBytes(FullPath).AsSpan().SequenceEqual(_text))
        {
            WholeFile.Write(FullPath, _text);
        }
    }

    private static string Json(PinIntent pin)
    {
        if (pin.Artifact == pin.Name && pin.Path == pin.Name && pin.Include.Count == 0)
        {
            return Quote(pin.Selector);
        }

        var members = new List<string>();
        if (pin.Artifact != pin.Name)
        {
            members.Add($"\"artifact\": {Quote(pin.Artifact)}");
        }

        members.Add($"\"version\": {Quote(pin.Selector)}");
        if (pin.Path != pin.Name)
        {
            members.Add($"\"path\": {(pin.Path is null ? "false" : Quote(pin.Path))}");
        }

        if (pin.Include.Count > 0)
        {
            members.Add($"\"include\": [{string.Join(", ", pin.Include.Select(Quote))}]");
        }

        return $"{{ {string.Join(", ", members)} }}";
    }

    private static string Quote(string text) => $"\"{JsonEncodedText.Encode(text, JavaScriptEncoder.UnsafeRelaxedJsonEscaping)}\"";

    private static PinIntent ReadPin(string path, JsonProperty pin)
    {
        string name = pin.Name;
        Require(References.IsArtifactName(name), path, $"'{name}' can't be the name of a pin");
        if (pin.Value.ValueKind == JsonValueKind.String)
        {
            return new PinIntent(name, name, Selector(path, name, Text(path, pin, mayBeEmpty: true)), name, []);
        }

        Require(pin.Value.ValueKind == JsonValueKind.Object, path, $"pin '{name}' is neither a version nor an object");
        (string artifact, string selector, string? target) = (name, "", name);
        IReadOnlyList<string> include = [];
        foreach (JsonProperty member in pin.Value.EnumerateObject())
        {
            switch (member.Name)
            {
                case "artifact":
                    artifact = Text(path, member);
                    Require(References.IsArtifactName(artifact), path, $"'{artifact}' of pin '{name}' is not the name of an artifact");
                    break;
                case "version":
                    selector = Selector(path, name, Text(path, member, mayBeEmpty: true));
                    break;
                case "path":
                    target = member.Value.ValueKind == JsonValueKind.False ? null : TargetPath(path, name, Text(path, member));
                    break;
                case "include":
                    Require(member.Value.ValueKind == JsonValueKind.Array && member.Value.EnumerateArray().All(g => g.ValueKind == JsonValueKind.String), path, $"'include' of pin '{name}' is not a list of globs");
                    include = [.. member.Value.EnumerateArray().Select(g => g.GetString()!)];
                    _ = new Globs(include);
                    break;
                default:
                    throw Wrong(path, $"'{member.Name}' of pin '{name}' is not known; it may have 'artifact', 'version', 'path' and 'include'");
            }
        }

        return new PinIntent(name, artifact, selector, target, include);
    }

    private static string Selector(string path, string name, string selector)
    {
        Require(selector.AsSpan().IndexOfAny('@', '#') < 0, path, $"version '{selector}' of pin '{name}' is not a number, a tag, an alias or 'sha256:…'");
        return selector;
    }

    private static string TargetPath(string path, string name, string target) =>
        InWorkspace(target) ?? throw Wrong(path, $"path '{target}' of pin '{name}' is not a folder in the workspace");

    /// <summary>A folder in the workspace, in its shortest form; null: it is none.</summary>
    private static string? InWorkspace(string target)
    {
        string[] segments = [.. target.Replace('\\', '/').Split('/').Where(s => s is not ("" or "."))];
        bool isInside = !Path.IsPathRooted(target) && !target.Contains(':', StringComparison.Ordinal) && segments.Length > 0 && !segments.Contains("..");
        return isInside ? string.Join('/', segments) : null;
    }

    private bool IsInStore(PinIntent pin) => pin.Path is not null && StoreFolder is { } store && IsWithin(pin.Path, store);

    /// <summary>What one pin restores must not be what another one removes.</summary>
    private static void RequireApart(string path, List<PinIntent> pins)
    {
        PinIntent[] sorted = [.. pins.Where(p => p.Path is not null).OrderBy(p => p.Path + "/", StringComparer.OrdinalIgnoreCase)];
        foreach ((PinIntent outer, PinIntent inner) in sorted.Zip(sorted.Skip(1)))
        {
            Require(!Overlap(outer, inner), path, $"pins '{outer.Name}' and '{inner.Name}' go to the same folder or one into the other: '{outer.Path}' and '{inner.Path}'");
        }
    }

    private static bool Overlap(PinIntent one, PinIntent other) =>
        one.Path is not null && other.Path is not null && (IsWithin(one.Path, other.Path) || IsWithin(other.Path, one.Path));

    private static bool IsWithin(string inner, string outer) => (inner + "/").StartsWith(outer + "/", StringComparison.OrdinalIgnoreCase);

    private static string Text(string path, JsonProperty member, bool mayBeEmpty = false)
    {
        string? text = member.Value.ValueKind == JsonValueKind.String ? member.Value.GetString() : null;
        Require(text is not null && (mayBeEmpty || text.Length > 0), path, $"'{member.Name}' is not a text");
        return text!;
    }

    private static void Require(bool holds, string path, string otherwise)
    {
        if (!holds)
        {
            throw Wrong(path, otherwise);
        }
    }

    private static VersioningException Wrong(string path, string what, string hint = "See docs/pins.md for what it may say.") =>
        new("invalid_workspace", $"'{path}' is not what it should be: {what}.", hint);
}
