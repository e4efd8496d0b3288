using System.Security.Cryptography;
using System.Text;

namespace Versioning.Benchmarks.Measuring;

/// <summary>What a folder holds, links followed: how many files and bytes, and a hash over every path and every byte.</summary>
internal readonly record struct FolderContent(long Files, long Bytes, string Sha256)
{
    private const int Buffer = 1 << 20;

    /// <summary>Reads everything below a path; a single file counts as a folder that holds only it.</summary>
    public static FolderContent Of(string path)
    {
        string root = File.Exists(path) ? Path.GetDirectoryName(path)! : path;
        string[] files = File.Exists(path) ? [path] : Directory.Exists(path) ? Directory.GetFiles(path, "*", SearchOption.AllDirectories) : [];
        (string Path, long Length, byte[] Hash)[] entries = new (string, long, byte[])[files.Length];
        Parallel.For(0, files.Length, i =>
        {
            using FileStream file = new(files[i], FileMode.Open, FileAccess.Read, FileShare.Read, Buffer);
            entries[i] = (Path.GetRelativePath(root, files[i]), file.Length, SHA256.HashData(file));
        });
        return Of(entries);
    }

    /// <summary>The content that files of these paths, lengths and hashes make up, in any order.</summary>
    public static FolderContent Of(IEnumerable<(string Path, long Length, byte[] Hash)> entries)
    {
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        (long files, long bytes) = (0, 0);
        foreach ((string path, long length, byte[] content) in entries.OrderBy(entry => entry.Path, StringComparer.Ordinal))
        {
            hash.AppendData(Encoding.UTF8.GetBytes(path + "\0"));
            hash.AppendData(content);
            (files, bytes) = (files + 1, bytes + length);
        }

        return new(files, bytes, Convert.ToHexStringLower(hash.GetHashAndReset()));
    }

    /// <summary>Empty where both hold the same, else how they differ.</summary>
    public string Difference(FolderContent expected) =>
        this == expected ? ""
        : (Files, Bytes) == (expected.Files, expected.Bytes) ? "other content than the source"
        : $"{Files} files of {Bytes} bytes instead of {expected.Files} of {expected.Bytes}";
}
