using Versioning.Files;
using Versioning.Trees;

namespace Versioning.Commits;

/// <summary>A run of neighbouring files that one worker reads into one slab; entries that need no reading lie in between.</summary>
internal sealed class FileBatch : IngestItem
{
    /// <summary>How many files one batch takes, read or not.</summary>
    internal const int MaxFiles = 512;

    private readonly List<BatchedFile> _files = [];
    private Slab? _slab;
    private int _used;

    internal IReadOnlyList<BatchedFile> Files => _files;

    /// <summary>Complete when every file was read.</summary>
    internal Task Reading { get; private set; } = Task.CompletedTask;

    internal bool NeedsSlab => _slab is null;

    internal bool IsFull => _files.Count >= MaxFiles;

    /// <summary>Whether the slab has room for a file of that length.</summary>
    internal bool Fits(long length) => _used + length <= SlabPool.Length;

    internal void Use(Slab slab) => _slab = slab;

    /// <summary>Adds an entry that needs no reading.</summary>
    internal void Add(ManifestEntry entry, FileIdentity identity) => _files.Add(new BatchedFile(entry, identity));

    /// <summary>Adds a file to be read; the batch has a slab in which it fits.</summary>
    /// <param name="file">The file.</param>
    /// <param name="old">What the manifest that is built on has at its path, or null.</param>
    internal void Add(SourceFile file, ManifestEntry? old)
    {
        _files.Add(new BatchedFile(file, old, _slab!, _used));
        _used += (int)file.Stamp.Size;
    }

    internal void Start(SmallFileReader reader, Workers workers, CancellationToken cancellationToken)
    {
        if (_slab is not null)
        {
            Reading = workers.RunAsync(() => reader.ReadAsync(_files, cancellationToken), cancellationToken);
        }
    }

    internal override Task SettleAsync() => EndOf(Reading);

    /// <summary>Gives the slab back; the bytes of the pieces are gone then.</summary>
    internal void Return() => _slab?.Dispose();
}

/// <summary>One file of a batch: its entry, or, once it was read, what the entry is made from.</summary>
internal sealed class BatchedFile
{
    internal BatchedFile(ManifestEntry entry, FileIdentity identity) => (Entry, Identity) = (entry, identity);

    internal BatchedFile(SourceFile source, ManifestEntry? old, Slab slab, int start) => (Source, Old, Slab, Start) = (source, old, slab, start);

    internal SourceFile? Source { get; }

    internal ManifestEntry? Old { get; }

    internal Slab? Slab { get; }

    internal int Start { get; }

    /// <summary>The finished entry, or null where <see cref="Pieces"/> have to be stored first.</summary>
    internal ManifestEntry? Entry { get; set; }

    internal FileIdentity Identity { get; set; }

    /// <summary>Whether it became too long to be read whole since the walk: it has to be read in parts, later.</summary>
    internal bool HasGrown { get; set; }

    internal FilePiece[] Pieces { get; set; } = [];
}
