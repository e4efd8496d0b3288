using System.Text;
using Versioning.Cards;
using Versioning.Files;
using Versioning.Inspecting;

namespace Versioning.Pipelines.Reproducing;

/// <summary>Compares what a command left with a recorded version, file by file, as a commit would take it. Nothing is stored.</summary>
internal sealed class OutputComparison(VersionStore store, ArtifactPin pin, string path, string? card)
{
    private const int MaxChanges = 1000, MaxInspected = 20;
    private const long MaxBytesPerFile = 64 * 1024 * 1024;

    private readonly List<FileChange> _changes = [];
    private long _count;

    internal async Task<ReproducedOutput> RunAsync(CancellationToken cancellationToken)
    {
        using SourceTree? source = Open();
        using IEnumerator<SourceFile> files = (source?.Enumerate(cancellationToken) ?? []).GetEnumerator();
        bool hasFile = files.MoveNext();
        await foreach (FileEntry entry in store.ListFilesAsync(pin, cancellationToken: cancellationToken).ConfigureAwait(false))
        {
            byte[] name = Encoding.UTF8.GetBytes(entry.Path);
            for (; hasFile && files.Current.Path.AsSpan().SequenceCompareTo(name) < 0; hasFile = files.MoveNext())
            {
                Add(new FileChange(FileChangeKind.Added, files.Current.ToString(), null, Hash(files.Current, cancellationToken)));
            }

            if (!hasFile || !files.Current.Path.AsSpan().SequenceEqual(name))
            {
                Add(new FileChange(FileChangeKind.Removed, entry.Path, entry, null));
                continue;
            }

            await CompareAsync(entry, files.Current, cancellationToken).ConfigureAwait(false);
            hasFile = files.MoveNext();
        }

        for (; hasFile; hasFile = files.MoveNext())
        {
            Add(new FileChange(FileChangeKind.Added, files.Current.ToString(), null, Hash(files.Current, cancellationToken)));
        }

        return new ReproducedOutput(pin, path, _count, _changes) { IsMissing = source is null };
    }

    private SourceTree? Open()
    {
        if (!Path.Exists(path))
        {
            return null;
        }

        // What the command left under the name of a card speaks for itself.
        bool hasOwn = card is null || !File.Exists(card) || Path.Exists(Path.Join(path, Card.FileName));
        var tree = SourceTree.Open(path, PathFilter.None);
        return hasOwn ? tree : new CardTree(tree, Card.Of(new CommitOptions { CardFile = card })!);
    }

    private async ValueTask CompareAsync(FileEntry entry, SourceFile file, CancellationToken cancellationToken)
    {
        FileEntry now = Hash(file, cancellationToken) with { Path = entry.Path };
        bool isSameKind = now.Kind == entry.Kind || (OperatingSystem.IsWindows() && FileKind.Link != now.Kind && FileKind.Link != entry.Kind);
        if (isSameKind && now.Size == entry.Size && now.Sha256 == entry.Sha256)
        {
            return;
        }

        var change = new FileChange(FileChangeKind.Modified, entry.Path, entry, now);
        bool isInspected = _count < MaxInspected && now.Kind != FileKind.Link && entry.Kind != FileKind.Link;
        Add(isInspected && ContentFormats.Of(entry.Path) is { } format ? change with { Content = await InspectAsync(format, entry, file, cancellationToken).ConfigureAwait(false) } : change);
    }

    private async ValueTask<IReadOnlyList<ContentChange>> InspectAsync(ContentFormat format, FileEntry entry, SourceFile file, CancellationToken cancellationToken)
    {
        await using var before = new ContentFile(await store.OpenReadAsync(pin, entry.Path, cancellationToken).ConfigureAwait(false), MaxBytesPerFile);
        await using var after = new ContentFile(new FileStream(file.Open(), FileAccess.Read), MaxBytesPerFile);
        return await ContentInspection.CompareAsync(format, before, after, cancellationToken).ConfigureAwait(false);
    }

    private static FileEntry Hash(SourceFile file, CancellationToken cancellationToken)
    {
        if (file.LinkTarget is { } target)
        {
            return new FileEntry(file.ToString(), FileKind.Link, target.Length, Digest.Of(target));
        }

        if (file is CardSource)
        {
            byte[] content = new byte[file.Stamp.Size];
            file.TryRead(content);
            return new FileEntry(file.ToString(), FileKind.File, content.Length, Digest.Of(content));
        }

        using Microsoft.Win32.SafeHandles.SafeFileHandle handle = file.Open();
        return new FileEntry(file.ToString(), file.Kind, RandomAccess.GetLength(handle), FileHashing.Sha256(handle, cancellationToken));
    }

    private void Add(FileChange change)
    {
        if (_count++ < MaxChanges)
        {
            _changes.Add(change);
        }
    }
}
