namespace Versioning.Capture;

/// <summary>The lines that begin hunks: <c>@@ -1,3 +1,4 @@ what stands above</c>.</summary>
internal static class HunkHeads
{
    /// <summary>A section without what stands above its hunks: git shows a line there that did not change, applies without it, and it may hold anything.</summary>
    public static PatchSection Strip(PatchSection section)
    {
        ReadOnlySpan<byte> rest = section.Bytes.Span;
        using var stripped = new MemoryStream(rest.Length);
        while (!rest.IsEmpty)
        {
            int end = rest.IndexOf((byte)'\n') + 1;
            ReadOnlySpan<byte> line = end == 0 ? rest : rest[..end];
            rest = rest[line.Length..];
            int close = line.StartsWith("@@ -"u8) ? line[4..].IndexOf(" @@"u8) : -1;
            if (close < 0)
            {
                stripped.Write(line);
            }
            else
            {
                stripped.Write(line[..(close + 7)]);
                stripped.WriteByte((byte)'\n');
            }
        }

        return section with { Bytes = stripped.ToArray() };
    }
}
