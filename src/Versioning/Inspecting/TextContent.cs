namespace Versioning.Inspecting;

/// <summary>What files of text share.</summary>
internal static class TextContent
{
    private static ReadOnlySpan<byte> Mark => [0xEF, 0xBB, 0xBF];

    /// <summary>Where the text begins: behind a byte order mark.</summary>
    /// <exception cref="InvalidDataException">It is none, or not one in UTF-8.</exception>
    internal static int Begin(ReadOnlySpan<byte> head) =>
        head.Contains((byte)0) ? throw new InvalidDataException("it is no text in UTF-8") : head.StartsWith(Mark) ? Mark.Length : 0;

    internal static string TooLong(ContentFile file) =>
        FormattableString.Invariant($"rows are not counted: its {file.Length:N0} bytes are more than the {file.MaxBytes:N0} that may be read");
}
