using System.Globalization;

namespace Versioning.Inspecting;

/// <summary>Rows of a JSON Lines file and the keys of their objects; it is read once, a line at a time.</summary>
internal static class JsonLinesContent
{
    /// <summary>Longer lines are refused, in bytes.</summary>
    internal const int MaxLine = 16 << 20;

    private const int FirstBuffer = 256 * 1024;

    internal static async ValueTask<ContentSummary> ReadAsync(ContentFile file, CancellationToken cancellationToken)
    {
        if (!file.MayRead(file.Length))
        {
            throw new InvalidDataException(TextContent.TooLong(file));
        }

        var rows = new JsonRows();
        byte[] buffer = new byte[(int)Math.Min(FirstBuffer, file.Length)];
        int kept = 0;
        for (long offset = 0; offset < file.Length;)
        {
            if (kept == buffer.Length)
            {
                Array.Resize(ref buffer, buffer.Length < MaxLine ? 2 * buffer.Length : throw new InvalidDataException(FormattableString.Invariant($"line {rows.Lines + 1:N0} is longer than {MaxLine:N0} bytes")));
            }

            int count = await file.ReadAsync(offset, buffer.AsMemory(kept), cancellationToken).ConfigureAwait(false);
            int start = offset == 0 ? TextContent.Begin(buffer.AsSpan(0, count)) : 0;
            offset += count;
            int end = kept + count, searched = kept;
            while (buffer.AsSpan(searched, end - searched).IndexOf((byte)'\n') is >= 0 and int line)
            {
                rows.Add(buffer.AsSpan(start..(searched + line)));
                start = searched = Math.Max(start, searched + line + 1);
            }

            kept = end - start;
            buffer.AsSpan(start, kept).CopyTo(buffer);
        }

        rows.Add(buffer.AsSpan(0, kept));
        return new ContentSummary([new("rows", null, rows.Count.ToString(CultureInfo.InvariantCulture)), .. rows.Keys], []);
    }
}
