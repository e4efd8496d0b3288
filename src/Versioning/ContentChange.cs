using System.Globalization;

namespace Versioning;

/// <summary>One difference within a file that two versions have, or what a file that only one of them has holds.</summary>
/// <param name="Kind">How they differ; null where it says what could not be found out, and why.</param>
/// <param name="What"><c>tensor</c>, <c>input</c>, <c>output</c>, <c>opset</c>, <c>rows</c>, <c>row groups</c>, <c>row types</c>, <c>column</c>, <c>columns</c>, <c>header</c>, <c>delimiter</c>, <c>key</c>; where <paramref name="Kind"/> is null <c>unread</c>, <c>note</c> or <c>more</c>.</param>
/// <param name="Name">Which one; null where there is only one. Of a column that got another name, the old one.</param>
/// <param name="Before">What it was, such as <c>BF16 [4096, 4096]</c>, <c>int64</c> or, in plain digits, a count; null where it was not. Why, where <paramref name="Kind"/> is null.</param>
/// <param name="After">What it is. The same as <paramref name="Before"/> where only the values of a tensor differ.</param>
public sealed record ContentChange(FileChangeKind? Kind, string What, string? Name, string? Before, string? After)
{
    /// <summary>The name that a column has now, where it had another one in the first version.</summary>
    public string? NewName { get; init; }

    /// <summary>The difference in one line, such as <c>~ rows 1,000 → 1,200</c>.</summary>
    public override string ToString() => Kind switch
    {
        FileChangeKind.Added => $"+ {Subject}{Described(After)}",
        FileChangeKind.Removed => $"- {Subject}{Described(Before)}",
        null => Before is null ? $"? after: {After}" : After is null ? $"? before: {Before}" : $"? {After}",
        _ when NewName is not null => $"~ {Subject} → {NewName}{Described(After)}",
        _ when Before == After => $"~ {Subject}{Described(After)}, other values",
        _ => $"~ {Subject}{Described(Before)} → {Shown(After)}",
    };

    private string Subject => Name is null ? What : $"{What} {Name}";

    // Types follow names of columns as they do in a schema. A column of a CSV file has none.
    private string Described(string? text) => string.IsNullOrEmpty(text) ? "" : $"{(What is "column" or "key" or "input" or "output" ? ":" : "")} {Shown(text)}";

    private static string? Shown(string? text) => long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out long count)
        ? count.ToString("N0", CultureInfo.InvariantCulture)
        : text;
}
