namespace Versioning.Inspecting;

/// <summary>Differences within one file, of which only so many are kept.</summary>
internal sealed class ChangeList
{
    internal const int Max = 10_000;

    private readonly List<ContentChange> _kept = [];
    private long _more;

    internal void Add(ContentChange change)
    {
        if (_kept.Count < Max)
        {
            _kept.Add(change);
        }
        else
        {
            _more++;
        }
    }

    internal IReadOnlyList<ContentChange> Finish()
    {
        if (_more > 0)
        {
            string text = FormattableString.Invariant($"{_more:N0} more differences");
            _kept.Add(new ContentChange(null, "more", null, text, text));
        }

        return _kept;
    }
}
