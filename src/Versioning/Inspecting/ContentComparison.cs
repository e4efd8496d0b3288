namespace Versioning.Inspecting;

/// <summary>Compares what two states of a file hold: what came, what went, what is another.</summary>
internal sealed class ContentComparison(ContentFile? before, ContentFile? after, ChangeList changes)
{
    private readonly RangeComparison? _ranges = before is null || after is null ? null : new RangeComparison(before, after);
    private long _notCompared;

    internal async ValueTask RunAsync(IReadOnlyList<ContentItem> old, IReadOnlyList<ContentItem> now, CancellationToken cancellationToken)
    {
        Dictionary<ItemKey, ContentItem> oldByKey = Keyed(old), nowByKey = Keyed(now);
        if (before is not null && after is not null)
        {
            ColumnChanges.Take(oldByKey, nowByKey, changes);
        }

        foreach ((ItemKey key, ContentItem item) in nowByKey)
        {
            if (!oldByKey.Remove(key, out ContentItem? was))
            {
                changes.Add(new(FileChangeKind.Added, item.What, item.Name, null, item.Detail));
            }
            else if (was.Detail != item.Detail || !await SameValuesAsync(was.Values, item.Values, cancellationToken).ConfigureAwait(false))
            {
                changes.Add(new(FileChangeKind.Modified, item.What, item.Name, was.Detail, item.Detail));
            }
        }

        foreach ((ItemKey _, ContentItem item) in oldByKey)
        {
            changes.Add(new(FileChangeKind.Removed, item.What, item.Name, item.Detail, null));
        }

        if (_notCompared > 0)
        {
            string text = FormattableString.Invariant($"the values of {_notCompared:N0} tensors were not compared: more than {after!.MaxBytes:N0} bytes would have to be read");
            changes.Add(new(null, "note", null, text, text));
        }
    }

    /// <summary>Two items of one name are told apart by their order.</summary>
    private static Dictionary<ItemKey, ContentItem> Keyed(IReadOnlyList<ContentItem> items)
    {
        var seen = new Dictionary<(string, string?), int>();
        var keyed = new Dictionary<ItemKey, ContentItem>(items.Count);
        foreach (ContentItem item in items)
        {
            int count = seen.GetValueOrDefault((item.What, item.Name));
            seen[(item.What, item.Name)] = count + 1;
            keyed.Add(new ItemKey(item.What, item.Name, count), item);
        }

        return keyed;
    }

    private async ValueTask<bool> SameValuesAsync(ContentValues? was, ContentValues? now, CancellationToken cancellationToken)
    {
        if (was is null || now is null || was.Hash is not null || now.Hash is not null || was.Form != now.Form || was.Length != now.Length)
        {
            return Equals(was, now);
        }

        try
        {
            if (await _ranges!.AreEqualAsync(was.Offset, now.Offset, now.Length, cancellationToken).ConfigureAwait(false) is { } equal)
            {
                return equal;
            }

            _notCompared++;
        }
        catch (Exception e) when (e is InvalidDataException or IntegrityException)
        {
            changes.Add(new(null, "unread", null, e.Message, e.Message));
        }

        return true;
    }
}

/// <summary>By what an item is found in the other state of a file.</summary>
internal readonly record struct ItemKey(string What, string? Name, int Occurrence);
