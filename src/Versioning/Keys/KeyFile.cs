namespace Versioning.Keys;

/// <summary>Files that hold private keys: nobody but their owner may read them.</summary>
internal static class KeyFile
{
    private const int MaxLength = 64 * 1024;
    private const UnixFileMode Others =
        UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.GroupExecute | UnixFileMode.OtherRead | UnixFileMode.OtherWrite | UnixFileMode.OtherExecute;

    /// <exception cref="VersioningException">It is not there, is no small file, or others may read it.</exception>
    internal static string Read(string path)
    {
        string what = $"The key '{path}'";
        try
        {
            using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read);

            // Of the file that is open, not of what has its name by then.
            if (!OperatingSystem.IsWindows() && (File.GetUnixFileMode(file.SafeFileHandle) & Others) != 0)
            {
                throw KeyText.Invalid(what, "can be read or changed by others than its owner, so it is not used", $"Run: chmod 600 '{path}'. If others may have read it, make a new key and revoke this one.");
            }

            if (file.Length > MaxLength)
            {
                throw KeyText.Invalid(what, $"has {file.Length} bytes, which no key has", null);
            }

            using var reader = new StreamReader(file);
            return reader.ReadToEnd();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new VersioningException("invalid_key", $"{what} can't be read: {e.Message}", "Name the PEM file of a private key.", e);
        }
    }

    /// <exception cref="ConflictException">There is something at that path.</exception>
    internal static void Create(string path, string pem)
    {
        if (Path.Exists(path))
        {
            throw new ConflictException("file_exists", $"There is something at '{path}' already.", "A key is never overwritten: choose another path.");
        }

        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        using var writer = new StreamWriter(path, options);
        writer.Write(pem);
    }
}
