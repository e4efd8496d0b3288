namespace Versioning.Pipelines.Executing;

/// <summary>Puts versions into places of the workspace, and makes room for what a command will make. What nobody knows stays.</summary>
internal sealed class Places(VersionStore store, string root, PlaceNotes notes, bool overwrite)
{
    internal const string InTheWayCode = "output_in_the_way";

    // Without a note, what lies there is mostly one of the last.
    private const int RecentVersions = 3;

    /// <summary>Empties the place of an output.</summary>
    /// <param name="path">The place.</param>
    /// <param name="artifact">What lies there, if anything.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <exception cref="ConflictException">A file is there that is in no version that is known.</exception>
    internal async Task ClearAsync(string path, string artifact, CancellationToken cancellationToken)
    {
        string full = Find(path);
        FoundFile[] found = [.. FoundFile.In(full)];
        await RequireKnownAsync(path, artifact, found, cancellationToken).ConfigureAwait(false);
        notes.Set(path, PlaceNotes.Written);
        Remove(full, [.. found, .. FoundFile.Abandoned(full)]);
    }

    /// <summary>Remembers which version lies in a place.</summary>
    internal void Holds(string path, ArtifactVersion version) => notes.Set(path, version.Pin.ToString());

    /// <summary>Makes a place hold exactly the files of a version.</summary>
    /// <returns>Whether anything had to be written or removed.</returns>
    /// <exception cref="ConflictException">A file is there that is in no version that is known.</exception>
    internal async Task<bool> BringAsync(string path, bool isFile, ArtifactVersion version, IReadOnlyList<string> include, CancellationToken cancellationToken)
    {
        string full = Find(path);
        if (isFile)
        {
            // Beside it may be its card.
            include = [Literal(Path.GetFileName(path))];
        }

        FileEntry[] wanted = await store.ListFilesAsync(version, cancellationToken: cancellationToken).Where(Wanted(include)).ToArrayAsync(cancellationToken).ConfigureAwait(false);
        if (isFile && wanted.Length != 1)
        {
            throw new ConflictException("output_other", $"{version.Artifact}@{version.Number} has no file '{Path.GetFileName(path)}', as versions.json says.", "Correct 'outputs' in versions.json, or run the stage with --force.");
        }

        var byPath = wanted.ToDictionary(entry => entry.Path, StringComparer.Ordinal);
        FoundFile[] found = [.. FoundFile.In(full)];
        FoundFile[] extra = [.. found.Where(file => !byPath.ContainsKey(file.Path))];
        if (extra.Length > 0)
        {
            await RequireKnownAsync(path, version.Artifact, extra, cancellationToken).ConfigureAwait(false);
            notes.Add(path, version.Pin.ToString());
            Remove(full, extra);
        }

        notes.Add(path, version.Pin.ToString());
        string target = isFile ? Path.GetDirectoryName(full)! : full;
        FetchResult result;
        try
        {
            result = await store.FetchAsync(version, target, new FetchOptions { Include = [.. include], Force = overwrite }, cancellationToken: cancellationToken).ConfigureAwait(false);
        }
        catch (ConflictException e) when (e.Code == "file_exists")
        {
            FoundFile[] other = [.. found.Where(file => byPath.TryGetValue(file.Path, out FileEntry? entry) && !file.Is(entry, cancellationToken))];
            await RequireKnownAsync(path, version.Artifact, other, cancellationToken).ConfigureAwait(false);
            result = await store.FetchAsync(version, target, new FetchOptions { Include = [.. include], Force = true }, cancellationToken: cancellationToken).ConfigureAwait(false);
        }

        Holds(path, version);
        return extra.Length > 0 || result.Written > 0;
    }

    /// <summary>The full path of a place. What lies behind a link is not in the workspace, whoever made it.</summary>
    private string Find(string path)
    {
        string at = root;
        foreach (string segment in path.Split('/'))
        {
            at = Path.Join(at, segment);
            if (new FileInfo(at).LinkTarget is not null && Directory.Exists(at))
            {
                throw new ConflictException("path_blocked", $"'{at}' is a link, so nothing is written or removed through it.", "Remove it, or give what lies there another path in versions.json.");
            }
        }

        return at;
    }

    private static string Literal(string name) => string.Concat(name.Select(character => character is '*' or '?' or '[' ? $"[{character}]" : character.ToString()));

    private static Func<FileEntry, bool> Wanted(IReadOnlyList<string> include)
    {
        var globs = new Globs(include);
        return entry => globs.IsEmpty || globs.IsMatch(entry.Path);
    }

    private async Task RequireKnownAsync(string path, string artifact, FoundFile[] found, CancellationToken cancellationToken)
    {
        string? note = notes.Of(path);
        if (overwrite || found.Length == 0 || note == PlaceNotes.Written)
        {
            return;
        }

        var unknown = new List<FoundFile>(found);
        await foreach (ArtifactVersion version in CandidatesAsync(artifact, note, cancellationToken).ConfigureAwait(false))
        {
            Dictionary<string, FileEntry> entries = await store.ListFilesAsync(version, cancellationToken: cancellationToken).ToDictionaryAsync(entry => entry.Path, StringComparer.Ordinal, cancellationToken).ConfigureAwait(false);
            unknown.RemoveAll(file => entries.TryGetValue(file.Path, out FileEntry? entry) && file.Is(entry, cancellationToken));
            if (unknown.Count == 0)
            {
                return;
            }
        }

        throw new ConflictException(
            InTheWayCode,
            $"'{unknown[0].FullPath}' lies where {artifact} goes, and is in no version of it that is known here{(unknown.Count > 1 ? $"; {unknown.Count - 1} more like it" : "")}.",
            "Move it away or commit it, or use --overwrite to have it deleted.");
    }

    private async IAsyncEnumerable<ArtifactVersion> CandidatesAsync(string artifact, string? note, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var noted = new List<ArtifactVersion>();
        foreach (string pin in PlaceNotes.Pins(note))
        {
            try
            {
                noted.Add(await store.ResolveAsync(pin, cancellationToken).ConfigureAwait(false));
            }
            catch (Exception e) when (e is NotFoundException or IntegrityException || e is VersioningException { Code: "invalid_reference" })
            {
                // Retired, or of another store that the workspace had.
            }
        }

        foreach (ArtifactVersion version in noted)
        {
            yield return version;
        }

        var recent = new List<ArtifactVersion>();
        try
        {
            recent = await store.LogAsync(artifact, cancellationToken).Take(RecentVersions).ToListAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (NotFoundException)
        {
            // It will be the first.
        }

        foreach (ArtifactVersion version in recent.ExceptBy(noted.Select(version => version.Pin), version => version.Pin))
        {
            yield return version;
        }
    }

    private static void Remove(string place, IEnumerable<FoundFile> files)
    {
        foreach (FoundFile file in files)
        {
            File.Delete(file.FullPath);

            // Folders that are empty now go too, the place itself stays as it is.
            for (string? folder = Path.GetDirectoryName(file.FullPath); folder is not null && folder.Length > place.Length && !Directory.EnumerateFileSystemEntries(folder).Any(); folder = Path.GetDirectoryName(folder))
            {
                Directory.Delete(folder);
            }
        }

        if (Directory.Exists(place) && !Directory.EnumerateFileSystemEntries(place).Any())
        {
            Directory.Delete(place);
        }
    }
}
