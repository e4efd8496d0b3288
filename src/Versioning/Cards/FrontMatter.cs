namespace Versioning.Cards;

/// <summary>
/// What stands between <c>---</c> lines at the beginning of a card, as model hubs have it. Of YAML it takes what is used
/// there: members of the top level that are a text or a list of texts. Everything else is stepped over, and never taken for
/// what it is not.
/// </summary>
internal sealed class FrontMatter
{
    private const string Fence = "---";
    private const int MaxItems = 1000;

    private readonly Dictionary<string, (int Line, IReadOnlyList<string>? Values)> _members = new(StringComparer.Ordinal);

    private FrontMatter(int lines, string body) => (Lines, Body) = (lines, body);

    /// <summary>How many lines it takes, fences included; 0: there is none.</summary>
    internal int Lines { get; }

    /// <summary>The card without it.</summary>
    internal string Body { get; }

    internal static FrontMatter Read(string card)
    {
        string[] lines = card.ReplaceLineEndings("\n").Split('\n');
        int end = lines[0].TrimEnd() == Fence ? Array.FindIndex(lines, 1, line => line.TrimEnd() is Fence or "...") : -1;
        if (end < 0)
        {
            return new FrontMatter(0, card);
        }

        var matter = new FrontMatter(end + 1, string.Join('\n', lines[(end + 1)..]));
        for (int i = 1; i < end;)
        {
            i = matter.ReadMember(lines, i, end);
        }

        return matter;
    }

    /// <summary>The texts of a member; none where it is not there, or empty.</summary>
    /// <exception cref="VersioningException">It is neither a text nor a list of texts.</exception>
    internal IReadOnlyList<string> this[string name] => !_members.TryGetValue(name, out (int Line, IReadOnlyList<string>? Values) member)
        ? []
        : member.Values ?? throw new VersioningException("invalid_card", $"'{name}' in line {member.Line} of the card is neither a text nor a list of texts.", "Write it as 'name: text', or as a list with one '- text' in each line.");

    /// <summary>The same where nothing depends on it: what is neither a text nor a list of texts is not there.</summary>
    internal IReadOnlyList<string> Find(string name) => _members.GetValueOrDefault(name).Values ?? [];

    private int ReadMember(string[] lines, int at, int end)
    {
        string line = lines[at];
        int colon = line.IndexOf(':', StringComparison.Ordinal);
        bool isMember = colon > 0 && !char.IsWhiteSpace(line[0]) && line[0] is not ('#' or '-') && (colon == line.Length - 1 || char.IsWhiteSpace(line[colon + 1]));
        if (!isMember)
        {
            return at + 1;
        }

        string value = YamlScalar.WithoutComment(line[(colon + 1)..]);
        int next = at + 1;
        List<string>? items = value.Length == 0 ? [] : null;
        while (next < end && IsBelow(lines[next]))
        {
            string below = YamlScalar.WithoutComment(lines[next++]);
            if (below.Length > 0)
            {
                // Below a text there is its rest, or what only '|' and '>' explain.
                string? item = items is { Count: < MaxItems } && below.StartsWith("- ", StringComparison.Ordinal) ? YamlScalar.Read(below[2..].Trim()) : null;
                items = item is null ? null : items;
                items?.Add(item!);
                value = items is null ? "|" : value;
            }
        }

        _members[YamlScalar.Read(line[..colon].Trim()) ?? ""] = (at + 1, items ?? YamlScalar.ReadList(value));
        return next;
    }

    private static bool IsBelow(string line) => line.Length == 0 || char.IsWhiteSpace(line[0]) || line.StartsWith("- ", StringComparison.Ordinal) || line[0] == '#' || line == "-";
}
