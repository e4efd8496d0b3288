namespace Versioning.Files;

/// <summary>What a place of a <see cref="Wildcard"/> takes.</summary>
internal enum WildcardKind
{
    /// <summary>One certain character.</summary>
    Literal,

    /// <summary>One character out of a set; never a slash.</summary>
    Set,

    /// <summary>Any characters within a segment, or none.</summary>
    AnyInSegment,

    /// <summary>Any characters, or none.</summary>
    Anything,

    /// <summary>Nothing, or whatever ends in a slash.</summary>
    Folders,

    /// <summary>Behind <see cref="Folders"/>, which it belongs to: on the way to the slash.</summary>
    WithinFolders,
}

/// <summary>One place of a pattern: its kind, the character of a literal, the ranges of a set.</summary>
internal readonly record struct WildcardToken(WildcardKind Kind, char Character = default, bool Negated = false, (char Low, char High)[]? Ranges = null)
{
    /// <summary>One character within a segment, whichever.</summary>
    public static WildcardToken AnyCharacter { get; } = new(WildcardKind.Set, Negated: true, Ranges: []);

    public bool IsOptional => Kind is WildcardKind.AnyInSegment or WildcardKind.Anything or WildcardKind.Folders;

    /// <summary>Whether a literal or a set takes the character.</summary>
    public bool Takes(char c)
    {
        if (Kind == WildcardKind.Literal)
        {
            return c == Character;
        }

        bool within = false;
        foreach ((char low, char high) in Ranges!)
        {
            within |= c >= low && c <= high;
        }

        return within != Negated && c != '/';
    }
}

/// <summary>A pattern over whole paths. All its places are followed at once, so none takes more time than its length times the path's.</summary>
internal sealed class Wildcard
{
    private const int MaxLength = 1024;

    private readonly WildcardToken[] _tokens;

    private Wildcard(WildcardToken[] tokens)
    {
        _tokens = tokens;
        Prefix = string.Concat(tokens.TakeWhile(t => t.Kind == WildcardKind.Literal).Select(t => t.Character));
    }

    /// <summary>What every path that matches begins with.</summary>
    public string Prefix { get; }

    /// <summary>Whether only that very path matches.</summary>
    public bool IsLiteral => Prefix.Length == _tokens.Length;

    /// <param name="tokens">The places; <see cref="WildcardKind.WithinFolders"/> is put in here.</param>
    public static Wildcard Of(IEnumerable<WildcardToken> tokens) => new(
        [.. tokens.SelectMany(t => t.Kind == WildcardKind.Folders ? (IEnumerable<WildcardToken>)[t, new(WildcardKind.WithinFolders)] : [t])]);

    /// <summary>Refuses a pattern that no one would write.</summary>
    public static void CheckLength(string pattern)
    {
        if (pattern.Length > MaxLength)
        {
            throw new VersioningException("invalid_option", $"The pattern '{pattern[..40]}…' has {pattern.Length} characters; at most {MaxLength} are allowed.");
        }
    }

    public bool IsMatch(ReadOnlySpan<char> path)
    {
        int literals = Prefix.Length;
        return path.StartsWith(Prefix, StringComparison.Ordinal)
            && (literals == _tokens.Length ? literals == path.Length : Follow(path[literals..], literals));
    }

    private bool Follow(ReadOnlySpan<char> path, int first)
    {
        int count = _tokens.Length + 1;
        Span<bool> now = stackalloc bool[2 * MaxLength + 2];
        now = now[..count];
        Span<bool> next = stackalloc bool[2 * MaxLength + 2];
        next = next[..count];
        Reach(now, first);
        foreach (char c in path)
        {
            next.Clear();
            bool any = false;
            for (int i = first; i < _tokens.Length; i++)
            {
                if (now[i])
                {
                    any = true;
                    Step(next, i, c);
                }
            }

            if (!any)
            {
                return false;
            }

            Span<bool> old = now;
            now = next;
            next = old;
        }

        return now[^1];
    }

    private void Step(Span<bool> next, int at, char c)
    {
        WildcardToken token = _tokens[at];
        switch (token.Kind)
        {
            case WildcardKind.AnyInSegment when c == '/':
                break;
            case WildcardKind.AnyInSegment or WildcardKind.Anything:
                Reach(next, at);
                break;
            case WildcardKind.Folders or WildcardKind.WithinFolders:
                int within = token.Kind == WildcardKind.Folders ? at + 1 : at;
                next[within] = true;
                if (c == '/')
                {
                    Reach(next, within + 1);
                }

                break;
            default:
                if (token.Takes(c))
                {
                    Reach(next, at + 1);
                }

                break;
        }
    }

    /// <summary>Marks a place and those that follow it without a character.</summary>
    private void Reach(Span<bool> places, int at)
    {
        while (!places[at])
        {
            places[at] = true;
            if (at == _tokens.Length || !_tokens[at].IsOptional)
            {
                return;
            }

            at += _tokens[at].Kind == WildcardKind.Folders ? 2 : 1;
        }
    }
}
