using System.IO.Hashing;
using System.Text;
using Microsoft.Win32.SafeHandles;
using Versioning.Storage;

namespace Versioning.Files;

/// <summary>
/// Files of the machine's cache: XxHash128 of a name and the content (16 bytes), content. They appear whole, by a rename;
/// one that is missing, damaged or out of place is as good as none, and a failure of the disk stops nothing.
/// </summary>
internal static class CheckedFile
{
    internal const int HashLength = 16;

    /// <param name="path">The file.</param>
    /// <param name="name">What it is called wherever the cache lies.</param>
    /// <param name="maxLength">More is not read, in bytes.</param>
    /// <param name="read">Told of the open file where it is sound; may be null.</param>
    /// <returns>The content, or null. A damaged file is removed.</returns>
    internal static ReadOnlyMemory<byte>? Read(string path, string name, int maxLength, Action<SafeFileHandle>? read = null)
    {
        try
        {
            if (!File.Exists(path))
            {
                return null;
            }

            using SafeFileHandle file = File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            long length = RandomAccess.GetLength(file);
            if (length >= HashLength && length <= maxLength)
            {
                byte[] bytes = GC.AllocateUninitializedArray<byte>((int)length);
                ReadOnlyMemory<byte> content = bytes.AsMemory(HashLength);
                if (FileReading.Fill(file, bytes, 0) == bytes.Length && HashOf(name, content.Span).AsSpan().SequenceEqual(bytes.AsSpan(0, HashLength)))
                {
                    read?.Invoke(file);
                    return content;
                }
            }
        }
        catch (Exception e) when (FileCache.IsHarmless(e))
        {
            return null;
        }

        Delete(path);
        return null;
    }

    /// <summary>Makes the file, and its folder; false where that failed.</summary>
    internal static bool Write(string path, string name, ReadOnlySpan<byte> content)
    {
        string temporary = $"{path}.{Guid.NewGuid():N}";
        try
        {
            DiskSteps.Before(DiskStep.MakeDirectory);
            CacheDirectory.Make(Path.GetDirectoryName(path)!);
            DiskSteps.Before(DiskStep.CreateFile);
            using (SafeFileHandle file = File.OpenHandle(temporary, FileMode.CreateNew, FileAccess.Write))
            {
                DiskSteps.Before(DiskStep.Write);
                RandomAccess.Write(file, HashOf(name, content), 0);
                RandomAccess.Write(file, content, HashLength);
            }

            DiskSteps.Before(DiskStep.Rename);
            File.Move(temporary, path, overwrite: true);
            return true;
        }
        catch (Exception e) when (FileCache.IsHarmless(e))
        {
            Delete(temporary);
            return false;
        }
    }

    internal static void Delete(string path)
    {
        try
        {
            DiskSteps.Before(DiskStep.Remove);
            File.Delete(path);
        }
        catch (Exception e) when (FileCache.IsHarmless(e))
        {
            // Nothing depends on it.
        }
    }

    private static byte[] HashOf(string name, ReadOnlySpan<byte> content)
    {
        var hash = new XxHash128();
        hash.Append(Encoding.UTF8.GetBytes(name));
        hash.Append(content);
        return hash.GetHashAndReset();
    }
}
