using Versioning.Inspecting;

namespace Versioning.Croissants;

/// <summary>Opens a file of the version of which so many bytes may be read.</summary>
internal delegate ValueTask<ContentFile> OpenContent(FileEntry file, long maxBytes, CancellationToken cancellationToken);

/// <summary>
/// Finds the tables among the files: those of one folder and ending are taken to be alike, some of each are looked into,
/// and those with the same columns are one table. Memory and reads are bounded, however many files there are.
/// </summary>
/// <param name="maxFiles">How many files are looked into.</param>
/// <param name="open">Opens one of them.</param>
internal sealed class TableSurvey(int maxFiles, OpenContent open)
{
    /// <summary>Tables in more folders are not described.</summary>
    private const int MaxFamilies = 1000;

    private const int KeptPerFile = 4;

    private readonly Dictionary<(string Folder, string Ending), TableFamily> _families = [];
    private int _kept;
    private bool _isFull;

    /// <summary>Files come in the byte order of their paths.</summary>
    internal void Add(FileEntry file)
    {
        string ending = Path.GetExtension(file.Path);
        if (maxFiles == 0 || TableFormats.Of(file.Path) is null)
        {
            return;
        }

        string folder = file.Path[..(file.Path.LastIndexOf('/') + 1)];
        if (!_families.TryGetValue((folder, ending), out TableFamily? family))
        {
            if (_families.Count == MaxFamilies)
            {
                _isFull = true;
                return;
            }

            family = _families[(folder, ending)] = new TableFamily(folder, ending);
        }

        family.Count++;
        if (family.Kept.Count == 0 || (family.Kept.Count < maxFiles && _kept < KeptPerFile * (long)maxFiles))
        {
            family.Kept.Add(file);
            _kept++;
        }
    }

    internal async Task<IReadOnlyList<Table>> FindAsync(CancellationToken cancellationToken)
    {
        var groups = new List<TableGroup>();
        var inspected = new Dictionary<TableFamily, List<(FileEntry File, IReadOnlyList<TableField>? Fields)>>();

        // One of each family first, so that no family goes without because of a large one.
        int left = maxFiles;
        for (int round = 0; left > 0 && _families.Values.Any(family => family.Kept.Count > round); round++)
        {
            foreach (TableFamily family in _families.Values.Where(family => family.Kept.Count > round).Take(left))
            {
                FileEntry file = family.Kept[round];
                inspected.TryAdd(family, []);
                inspected[family].Add((file, await ReadAsync(file, cancellationToken).ConfigureAwait(false)));
                left--;
            }
        }

        foreach ((TableFamily family, List<(FileEntry File, IReadOnlyList<TableField>? Fields)> files) in inspected)
        {
            TableGroup.Add(groups, family, files);
        }

        var names = new HashSet<string>(StringComparer.Ordinal);
        return [.. groups.Select(group => group.ToTable(names, family => HasBelow(family)))];
    }

    private async ValueTask<IReadOnlyList<TableField>?> ReadAsync(FileEntry file, CancellationToken cancellationToken)
    {
        try
        {
            ContentFile content = await open(file, TableFormats.MaxBytes, cancellationToken).ConfigureAwait(false);
            await using (content.ConfigureAwait(false))
            {
                return await TableFormats.Of(file.Path)!(content, cancellationToken).ConfigureAwait(false) is { Count: > 0 and <= TableFormats.MaxFields } fields ? fields : null;
            }
        }
        catch (InvalidDataException)
        {
            // Not what its name says: it is a file like any other.
            return null;
        }
    }

    /// <summary>Whether files that have the same ending lie in folders of a family's folder.</summary>
    private bool HasBelow(TableFamily family) => _isFull || _families.Values.Any(other =>
        other.Ending == family.Ending && other.Folder.Length > family.Folder.Length && other.Folder.StartsWith(family.Folder, StringComparison.Ordinal));
}

/// <summary>The files of one folder with one ending.</summary>
/// <param name="folder">The folder with a slash at its end; empty for the root.</param>
/// <param name="ending">The ending with its dot.</param>
internal sealed class TableFamily(string folder, string ending)
{
    internal string Folder => folder;

    internal string Ending => ending;

    internal long Count { get; set; }

    /// <summary>The first of them.</summary>
    internal List<FileEntry> Kept { get; } = [];

    /// <summary>A glob that matches exactly these, where a star does not match a slash.</summary>
    internal string Glob => $"{CroissantNames.Literal(folder)}*{CroissantNames.Literal(ending)}";

    /// <summary>What it matches besides, where a star does.</summary>
    internal string GlobBelow => $"{CroissantNames.Literal(folder)}*/*{CroissantNames.Literal(ending)}";
}
