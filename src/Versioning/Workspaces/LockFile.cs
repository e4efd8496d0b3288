using System.Text;
using Versioning.Files;

namespace Versioning.Workspaces;

/// <summary><c>versions.lock</c> as it lies in a workspace.</summary>
internal sealed class LockFile
{
    internal const string FileName = "versions.lock";
    private const int MaxLength = 64 * 1024 * 1024;

    private readonly string _path;

    private LockFile(string path, IEnumerable<PinnedVersion> pins) => (_path, Pins) = (path, [.. pins.OrderBy(p => p.Name, StringComparer.Ordinal)]);

    /// <summary>What is locked, by name.</summary>
    internal IReadOnlyList<PinnedVersion> Pins { get; }

    /// <summary>Reads a lock; one that is not there says nothing.</summary>
    internal static LockFile Read(string path)
    {
        if (!File.Exists(path))
        {
            return new LockFile(path, []);
        }

        if (new FileInfo(path).Length > MaxLength)
        {
            throw Wrong(path, 1, "it is too long to be a lock");
        }

        try
        {
            return new LockFile(path, LockText.Parse(File.ReadAllText(path)).Select(p => Typed(path, p)));
        }
        catch (LockTextException e)
        {
            throw Wrong(path, e.Line, e.Message);
        }
    }

    /// <summary>What a version is called in a lock.</summary>
    internal static PinnedVersion Lock(PinIntent intent, ArtifactVersion version) =>
        new(intent.Name, intent.Requested, version.Pin, version.Content, version.FileCount, version.ByteCount) { Include = [.. intent.Include] };

    internal PinnedVersion? Find(string name) => Pins.FirstOrDefault(p => p.Name == name);

    /// <summary>What is locked for a pin; null: not what is asked for.</summary>
    internal PinnedVersion? Find(PinIntent intent) => VersionFor(intent) is { } locked && locked.Include.SequenceEqual(intent.Include) ? locked : null;

    /// <summary>The same versions with what is wanted of them now: that is no reason to move on to others.</summary>
    internal LockFile WithIncludes(IEnumerable<PinIntent> intents) => intents.Aggregate(this, (locked, intent) =>
        locked.Find(intent) is null && locked.VersionFor(intent) is { } pin ? locked.With(pin with { Include = [.. intent.Include] }) : locked);

    internal LockFile With(PinnedVersion pin) => new(_path, [.. Pins.Where(p => p.Name != pin.Name), pin]);

    internal LockFile Without(string name) => new(_path, Pins.Where(p => p.Name != name));

    internal LockFile Only(IEnumerable<string> names) => new(_path, Pins.Where(p => names.Contains(p.Name)));

    /// <summary>Writes it where it says something else than before.</summary>
    internal void Write()
    {
        byte[] text = Encoding.UTF8.GetBytes(LockText.Write(Pins.Select(Plain)));
        if (!File.Exists(_path) || !File.ReadAllBytes(_path).AsSpan().SequenceEqual(text))
        {
            WholeFile.Write(_path, text);
        }
    }

    private PinnedVersion? VersionFor(PinIntent intent) => Find(intent.Name) is { } locked && locked.Requested.ToString() == intent.Requested ? locked : null;

    private static LockedPin Plain(PinnedVersion pin) => new(pin.Name, 0)
    {
        Requested = pin.Requested.ToString(),
        Number = pin.Pin.Number,
        Digest = pin.Pin.Digest.ToString(),
        Manifest = pin.Manifest.ToString(),
        Files = pin.Files,
        Bytes = pin.Bytes,
        Include = pin.Include,
    };

    private static PinnedVersion Typed(string path, LockedPin pin)
    {
        if (!References.IsArtifactName(pin.Artifact) || pin.Number < 1)
        {
            throw Wrong(path, pin.Line, $"'{pin.Name}' does not name a version");
        }

        try
        {
            _ = new Globs(pin.Include);
        }
        catch (VersioningException e)
        {
            throw Wrong(path, pin.Line, $"'include' of '{pin.Name}': {e.Message.TrimEnd('.')}");
        }

        return new PinnedVersion(pin.Name, pin.Requested, new ArtifactPin(pin.Artifact, pin.Number, DigestOf(pin.Digest)), DigestOf(pin.Manifest), pin.Files, pin.Bytes) { Include = pin.Include };
    }

    private static Digest DigestOf(string text) => Digest.TryParse(text, out Digest digest) ? digest : throw new ArgumentException("Not a digest.", nameof(text));

    private static VersioningException Wrong(string path, int line, string what) =>
        new("invalid_lock", $"{path}({line}): {what}.", "The lock is written by vers; take it from git, or write it anew with 'vers update'.");
}
