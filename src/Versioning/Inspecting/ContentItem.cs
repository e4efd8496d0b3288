namespace Versioning.Inspecting;

/// <summary>Something that a file holds: a tensor, a column, a count.</summary>
/// <param name="What">What it is, as <see cref="ContentChange.What"/> has it.</param>
/// <param name="Name">Its name, or null where there is only one.</param>
/// <param name="Detail">Type, shape or count.</param>
/// <param name="Values">Its values, where they can be compared.</param>
internal sealed record ContentItem(string What, string? Name, string Detail, ContentValues? Values = null)
{
    /// <summary>Of a column within a group, the group of the top level, which its name begins with.</summary>
    internal string? Group { get; init; }
}

/// <summary>The values of a tensor: one range of the file, or what they hash to.</summary>
/// <param name="Form">In which of several ways they are written; ranges of different forms can't be compared.</param>
/// <param name="Offset">Where the range begins.</param>
/// <param name="Length">How long it is.</param>
/// <param name="Hash">Of values that are strewn over the file; the range is empty then.</param>
internal sealed record ContentValues(int Form, long Offset, long Length, Digest? Hash = null);

/// <summary>What a file holds.</summary>
/// <param name="Items">In the order of the file.</param>
/// <param name="Notes">What could not be found out, and why.</param>
internal sealed record ContentSummary(IReadOnlyList<ContentItem> Items, IReadOnlyList<string> Notes);
