namespace Versioning.Inspecting;

/// <summary>Columns that got another name, or another order.</summary>
internal static class ColumnChanges
{
    private const string Column = "column";

    /// <summary>
    /// Takes columns out that only have another name: one that went and one that came, of the same type, at the same place
    /// behind the same column that stayed.
    /// </summary>
    internal static void Take(Dictionary<ItemKey, ContentItem> old, Dictionary<ItemKey, ContentItem> now, ChangeList changes)
    {
        ItemKey[] before = [.. old.Keys.Where(key => key.What == Column)], after = [.. now.Keys.Where(key => key.What == Column)];
        Dictionary<(ItemKey? Behind, int Place), ItemKey> went = Places(before, now);
        foreach ((var place, ItemKey came) in Places(after, old))
        {
            if (went.TryGetValue(place, out ItemKey gone) && old[gone].Detail == now[came].Detail)
            {
                changes.Add(new(FileChangeKind.Modified, Column, gone.Name, old[gone].Detail, now[came].Detail) { NewName = came.Name });
                old.Remove(gone);
                now.Remove(came);
            }
        }

        if (!before.Where(now.ContainsKey).SequenceEqual(after.Where(old.ContainsKey)))
        {
            changes.Add(new(FileChangeKind.Modified, "columns", null, "in one order", "in another"));
        }
    }

    private static Dictionary<(ItemKey? Behind, int Place), ItemKey> Places(ItemKey[] columns, Dictionary<ItemKey, ContentItem> others)
    {
        var places = new Dictionary<(ItemKey? Behind, int Place), ItemKey>();
        ItemKey? behind = null;
        int place = 0;
        foreach (ItemKey column in columns)
        {
            if (others.ContainsKey(column))
            {
                (behind, place) = (column, 0);
            }
            else
            {
                places.Add((behind, place++), column);
            }
        }

        return places;
    }
}
