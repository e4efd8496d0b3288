using System.IO.Compression;
using System.Text;

namespace Versioning.Capture;

/// <summary>The bytes that git's binary patches carry: what a file is to become, and, so that a patch can be taken back, what it was.</summary>
internal static class BinaryPatch
{
    private const string Alphabet = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz!#$%&()*+-;<=>?@^_`{|}~";

    private static ReadOnlySpan<byte> Beginning => "\nGIT binary patch\n"u8;

    public static bool IsBinary(ReadOnlySpan<byte> section) => section.IndexOf(Beginning) >= 0;

    /// <summary>What a section carries: whole contents, or what is put between copied parts.</summary>
    /// <param name="section">A section with a binary patch.</param>
    /// <param name="maxLength">What one content may be long; a longer one is refused before memory is taken.</param>
    /// <exception cref="InvalidDataException">It is no such section, or a content is too long.</exception>
    public static List<byte[]> Contents(ReadOnlySpan<byte> section, int maxLength)
    {
        var contents = new List<byte[]>();
        ReadOnlySpan<byte> rest = section[(section.IndexOf(Beginning) + Beginning.Length)..];
        while (!rest.IsEmpty)
        {
            string head = Encoding.ASCII.GetString(Line(ref rest));
            bool isDelta = head.StartsWith("delta ", StringComparison.Ordinal);
            if (!int.TryParse(head.AsSpan(head.IndexOf(' ', StringComparison.Ordinal) + 1), out int length) || length < 0 || length > maxLength)
            {
                throw new InvalidDataException($"A binary patch has a part '{head}'.");
            }

            using var packed = new MemoryStream();
            for (ReadOnlySpan<byte> line = Line(ref rest); !line.IsEmpty; line = Line(ref rest))
            {
                Decode(line, packed);
            }

            byte[] content = Inflate(packed, length);
            contents.Add(isDelta ? Inserted(content) : content);
        }

        return contents;
    }

    private static ReadOnlySpan<byte> Line(ref ReadOnlySpan<byte> rest)
    {
        int end = rest.IndexOf((byte)'\n');
        ReadOnlySpan<byte> line = end < 0 ? rest : rest[..end];
        rest = end < 0 ? default : rest[(end + 1)..];
        return line;
    }

    // The length as a letter, then five characters for every four bytes.
    private static void Decode(ReadOnlySpan<byte> line, MemoryStream output)
    {
        int length = line[0] is >= (byte)'A' and <= (byte)'Z' ? line[0] - 'A' + 1 : line[0] - 'a' + 27;
        line = line[1..];
        if (length is < 1 or > 52 || line.Length != (length + 3) / 4 * 5)
        {
            throw new InvalidDataException("A binary patch has a line of the wrong length.");
        }

        for (; length > 0; length -= 4, line = line[5..])
        {
            ulong value = 0;
            foreach (byte b in line[..5])
            {
                int digit = Alphabet.IndexOf((char)b, StringComparison.Ordinal);
                value = digit < 0 ? throw new InvalidDataException("A binary patch has a character that is none of its alphabet.") : (value * 85) + (ulong)digit;
            }

            for (int i = 0; i < Math.Min(4, length); i++)
            {
                output.WriteByte((byte)(value >> (24 - (8 * i))));
            }
        }
    }

    private static byte[] Inflate(MemoryStream packed, int length)
    {
        packed.Position = 0;
        byte[] content = new byte[length];
        using var inflated = new ZLibStream(packed, CompressionMode.Decompress);
        return inflated.ReadAtLeast(content, length, throwOnEndOfStream: false) == length
            ? content
            : throw new InvalidDataException("A binary patch has less content than it says.");
    }

    /// <summary>What a delta puts in; what it copies is in the other file.</summary>
    private static byte[] Inserted(ReadOnlySpan<byte> delta)
    {
        var inserted = new MemoryStream();
        int at = SkipNumber(delta, SkipNumber(delta, 0));
        while (at < delta.Length)
        {
            int command = delta[at++];
            if ((command & 0x80) != 0)
            {
                // One byte for each bit that says where, and how much.
                at += int.PopCount(command & 0x7f);
            }
            else if (command == 0 || at + command > delta.Length)
            {
                throw new InvalidDataException("A binary patch has a delta that ends too early.");
            }
            else
            {
                inserted.Write(delta.Slice(at, command));
                at += command;
            }
        }

        return inserted.ToArray();
    }

    private static int SkipNumber(ReadOnlySpan<byte> delta, int at)
    {
        while (at < delta.Length && (delta[at] & 0x80) != 0)
        {
            at++;
        }

        return at + 1;
    }
}
