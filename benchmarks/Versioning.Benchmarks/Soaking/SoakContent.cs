using System.Security.Cryptography;
using System.Text;

namespace Versioning.Benchmarks.Soaking;

/// <summary>The files that a commit publishes: they follow from its number alone, so whoever fetches them knows whether they are right.</summary>
internal static class SoakContent
{
    private const string Name = "nonce.txt";

    public static string Write(string folder, long id)
    {
        if (Directory.Exists(folder))
        {
            Directory.Delete(folder, recursive: true);
        }

        foreach ((string path, byte[] content) in Files(id))
        {
            string full = Path.Combine(folder, path);
            Directory.CreateDirectory(Path.GetDirectoryName(full)!);
            File.WriteAllBytes(full, content);
        }

        return folder;
    }

    /// <summary>What is wrong with a folder that was fetched; null: nothing.</summary>
    public static string? Problem(string folder)
    {
        string nonce = Path.Combine(folder, Name);
        if (!File.Exists(nonce) || !long.TryParse(File.ReadAllText(nonce), out long id))
        {
            return $"{nonce} is not what was committed";
        }

        string? wrong = Files(id).Where(file => !File.Exists(Path.Combine(folder, file.Path)) || !File.ReadAllBytes(Path.Combine(folder, file.Path)).AsSpan().SequenceEqual(file.Content))
            .Select(file => file.Path).FirstOrDefault();
        return wrong is null ? null : $"{wrong} in {folder} is not what call {id} committed";
    }

    private static IEnumerable<(string Path, byte[] Content)> Files(long id)
    {
        yield return (Name, Encoding.ASCII.GetBytes(FormattableString.Invariant($"{id}")));
        yield return ("own.bin", Bytes(id, (int)(id * 7919 % 200_000)));
        yield return (FormattableString.Invariant($"shared/{id % 5}.bin"), Bytes(-1 - (id % 5), 300_000));
        for (int i = 0; i < 3; i++)
        {
            yield return (FormattableString.Invariant($"small/{i}.txt"), Encoding.ASCII.GetBytes(FormattableString.Invariant($"{id} {i}\n")));
        }
    }

    private static byte[] Bytes(long key, int length)
    {
        byte[] bytes = new byte[length];
        for (int i = 0; i * SHA256.HashSizeInBytes < length; i++)
        {
            byte[] part = SHA256.HashData(Encoding.ASCII.GetBytes(FormattableString.Invariant($"{key}/{i}")));
            part.AsSpan(0, Math.Min(part.Length, length - (i * part.Length))).CopyTo(bytes.AsSpan(i * part.Length));
        }

        return bytes;
    }
}
