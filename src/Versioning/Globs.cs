using Versioning.Files;

namespace Versioning;

/// <summary>Globs over the paths of a version: <c>*</c> and <c>?</c> stay within a segment, <c>**</c> crosses them, <c>[…]</c> is a set; the whole path must match.</summary>
internal sealed class Globs
{
    private readonly Wildcard[] _patterns;

    internal Globs(IEnumerable<string> globs) => _patterns = [.. globs.Select(Parse)];

    internal bool IsEmpty => _patterns.Length == 0;

    internal bool IsMatch(string path) => Array.Exists(_patterns, p => p.IsMatch(path));

    private static Wildcard Parse(string glob)
    {
        Wildcard.CheckLength(glob);
        var tokens = new List<WildcardToken>();
        for (int i = 0; i < glob.Length;)
        {
            char c = glob[i];
            if (glob.AsSpan(i).StartsWith("**/"))
            {
                tokens.Add(new(WildcardKind.Folders));
                i += 3;
            }
            else if (glob.AsSpan(i).StartsWith("**"))
            {
                tokens.Add(new(WildcardKind.Anything));
                i += 2;
            }
            else if (c == '[' && GitPattern.Bracket(glob, ref i) is { } set)
            {
                tokens.Add(set);
            }
            else
            {
                tokens.Add(c switch { '*' => new(WildcardKind.AnyInSegment), '?' => WildcardToken.AnyCharacter, _ => new(WildcardKind.Literal, c) });
                i++;
            }
        }

        return Wildcard.Of(tokens);
    }
}
