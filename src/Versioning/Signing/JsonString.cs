using System.Buffers;
using System.Buffers.Text;

namespace Versioning.Signing;

/// <summary>
/// Strings of JSON in one way only, as signatures need: <c>"</c> and <c>\</c> with a backslash before, characters below 32 as
/// <c>\u00</c> and two lower-case digits, everything else as it is in UTF-8.
/// </summary>
internal static class JsonString
{
    internal static void Write(ArrayBufferWriter<byte> text, ReadOnlySpan<byte> utf8)
    {
        text.Write("\""u8);
        while (IndexOfSpecial(utf8) is >= 0 and int at)
        {
            text.Write(utf8[..at]);
            byte special = utf8[at];
            if (special is (byte)'"' or (byte)'\\')
            {
                text.Write([(byte)'\\', special]);
            }
            else
            {
                text.Write("\\u00"u8);
                _ = Utf8Formatter.TryFormat(special, text.GetSpan(2), out int written, new StandardFormat('x', 2));
                text.Advance(written);
            }

            utf8 = utf8[(at + 1)..];
        }

        text.Write(utf8);
        text.Write("\""u8);
    }

    private static int IndexOfSpecial(ReadOnlySpan<byte> utf8)
    {
        int low = utf8.IndexOfAnyInRange((byte)0, (byte)31);
        int quote = (low < 0 ? utf8 : utf8[..low]).IndexOfAny((byte)'"', (byte)'\\');
        return quote >= 0 ? quote : low;
    }
}
