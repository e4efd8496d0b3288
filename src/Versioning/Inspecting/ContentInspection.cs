namespace Versioning.Inspecting;

/// <summary>Looks into the two states of one file. What is damaged, or not what its name says, becomes a line that says so.</summary>
internal static class ContentInspection
{
    /// <param name="format">The format that the name promises.</param>
    /// <param name="before">The file as it was, or null.</param>
    /// <param name="after">The file as it is, or null.</param>
    /// <param name="cancellationToken">Ends it.</param>
    internal static async ValueTask<IReadOnlyList<ContentChange>> CompareAsync(ContentFormat format, ContentFile? before, ContentFile? after, CancellationToken cancellationToken)
    {
        var changes = new ChangeList();
        ContentSummary? old = await SummaryAsync(before, reason => changes.Add(new(null, "unread", null, reason, null))).ConfigureAwait(false);
        ContentSummary? now = await SummaryAsync(after, reason => changes.Add(new(null, "unread", null, null, reason))).ConfigureAwait(false);
        foreach (string note in (old?.Notes ?? []).Union(now?.Notes ?? []))
        {
            changes.Add(new(null, "note", null, old?.Notes.Contains(note) is true ? note : null, now?.Notes.Contains(note) is true ? note : null));
        }

        // What one side has says nothing where the other can't be read.
        if ((before is null || old is not null) && (after is null || now is not null))
        {
            await new ContentComparison(before, after, changes).RunAsync(old?.Items ?? [], now?.Items ?? [], cancellationToken).ConfigureAwait(false);
        }

        return changes.Finish();

        async ValueTask<ContentSummary?> SummaryAsync(ContentFile? file, Action<string> unread)
        {
            try
            {
                return file is null ? null : await format(file, cancellationToken).ConfigureAwait(false);
            }
            catch (Exception e) when (e is InvalidDataException or IntegrityException)
            {
                unread(e.Message);
                return null;
            }
        }
    }
}
