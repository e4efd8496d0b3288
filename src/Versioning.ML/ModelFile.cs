namespace Versioning.ML;

/// <summary>Which file of a version is the model.</summary>
internal static class ModelFile
{
    private const int MostNames = 3;

    // A link to another file of the version is not a second model.
    private static readonly EnumerationOptions Real = new() { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.ReparsePoint };

    /// <param name="files">The version.</param>
    /// <param name="path">Where it lies in the version, as the application says; null: it does not.</param>
    /// <param name="extension">How it is called otherwise: <c>model</c> at the top with this extension, or the only one with it.</param>
    /// <returns>Its full path.</returns>
    /// <exception cref="NotFoundException">There is none.</exception>
    /// <exception cref="ConflictException">There are several.</exception>
    internal static string Find(LocalVersion files, string? path, string extension)
    {
        if (path is not null)
        {
            return files.PathOf(path);
        }

        if (Path.Join(files.Path, "model" + extension) is var usual && File.Exists(usual))
        {
            return usual;
        }

        string[] found = [.. Directory.EnumerateFiles(files.Path, "*" + extension, Real).Order(StringComparer.Ordinal).Take(MostNames + 1)];
        return found switch
        {
            [string only] => only,
            [] => throw new NotFoundException("model_file_not_found", $"{files.Pin.ToShortText()} has no file *{extension}.", $"Commit the model as model{extension}, or set Path to the file that it is."),
            _ => throw new ConflictException("model_file_ambiguous", $"{files.Pin.ToShortText()} has several files *{extension}: {string.Join(", ", found.Take(MostNames).Select(file => Path.GetRelativePath(files.Path, file)))}{(found.Length > MostNames ? ", …" : "")}.", $"Set Path to the one that is the model, or call it model{extension}."),
        };
    }
}
