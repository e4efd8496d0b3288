using System.Buffers.Binary;
using System.IO.Hashing;
using System.Text;
using Versioning.Files;
using Versioning.Packs;
using Versioning.Storage;

namespace Versioning.Commits;

/// <summary>
/// The packs that commits of one artifact uploaded from this machine and did not publish, so that the next one uses them.
/// A hint: what of it holds is found out at the store, and without it everything is uploaded again.
/// </summary>
internal sealed class UploadLog
{
    /// <summary>Their folder in the machine's cache.</summary>
    internal const string FolderName = "uploads";

    private const int IdLength = 16;

    /// <summary>More than a terabyte of packs.</summary>
    private const int MaxPacks = 40_000;

    private readonly string _path;
    private readonly Lock _lock = new();

    /// <param name="cacheDirectory">This machine's cache.</param>
    /// <param name="storeId">Which store.</param>
    /// <param name="artifact">What is committed.</param>
    internal UploadLog(string cacheDirectory, string storeId, string artifact)
    {
        UInt128 name = XxHash128.HashToUInt128(Encoding.UTF8.GetBytes($"{storeId}/{artifact}"));
        _path = Path.Join(cacheDirectory, FolderName, name.ToString("x32", System.Globalization.CultureInfo.InvariantCulture));
    }

    /// <summary>The packs that were left, each once; none where there is no log or it can't be read.</summary>
    internal IReadOnlyList<PackId> Read()
    {
        try
        {
            if (!File.Exists(_path) || new FileInfo(_path).Length > MaxPacks * IdLength)
            {
                return [];
            }

            byte[] bytes = File.ReadAllBytes(_path);
            return [.. bytes.Chunk(IdLength).Where(id => id.Length == IdLength).Select(id => new PackId(BinaryPrimitives.ReadUInt128BigEndian(id))).Distinct()];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }

    /// <summary>Takes note of a pack that is in the store now.</summary>
    internal void Add(PackId pack) => Try(() =>
    {
        byte[] id = new byte[IdLength];
        BinaryPrimitives.WriteUInt128BigEndian(id, pack.Value);
        CacheDirectory.Make(Path.GetDirectoryName(_path)!);
        DiskSteps.Before(DiskStep.Write);
        using var file = new FileStream(_path, FileMode.Append, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);
        file.Write(id);
    });

    /// <summary>What was uploaded is published: nothing is left.</summary>
    internal void Clear() => Try(() =>
    {
        // Mostly there is none, and where its folder is missing too, deleting it would throw.
        if (File.Exists(_path))
        {
            DiskSteps.Before(DiskStep.Remove);
            File.Delete(_path);
        }
    });

    private void Try(Action action)
    {
        lock (_lock)
        {
            try
            {
                action();
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // No cache is as good as an empty one.
            }
        }
    }
}
