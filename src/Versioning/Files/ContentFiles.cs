using Microsoft.Win32.SafeHandles;
using Versioning.Storage;

namespace Versioning.Files;

/// <summary>What decides which files of the content cache go first.</summary>
internal static class ContentFiles
{
    /// <summary>Names of executable files end so: the same content is then there twice, as a mode belongs to the file.</summary>
    internal const string ExecutableSuffix = ".x";

    internal static DateTime Used(FileInfo file) => file.LastAccessTimeUtc;

    /// <summary>A file that has another name is in some folder: removing it here would free nothing. One that can't be looked at counts as such.</summary>
    internal static bool IsInUse(FileInfo file)
    {
        try
        {
            using SafeFileHandle handle = File.OpenHandle(file.FullName, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            return OperatingSystem.IsWindows()
                ? PlatformFiles.CountLinks(handle) > 1
                : Posix.IsSupported && PosixStat.TryRead(handle, out StatxRecord record) && record.Links > 1;
        }
        catch (Exception e) when (FileCache.IsHarmless(e))
        {
            return true;
        }
    }

    /// <summary>What a file has to contain, by its name; null: it is none of ours.</summary>
    internal static (Digest Sha256, FileKind Kind)? Parse(string name)
    {
        bool isExecutable = name.EndsWith(ExecutableSuffix, StringComparison.Ordinal);
        string hex = isExecutable ? name[..^ExecutableSuffix.Length] : name;
        return Digest.TryParse($"sha256:{hex}", out Digest sha256) && sha256.ToHex() == hex ? (sha256, isExecutable ? FileKind.Executable : FileKind.File) : null;
    }
}
