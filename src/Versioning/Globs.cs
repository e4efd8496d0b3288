using System.Text;
using System.Text.RegularExpressions;

namespace Versioning;

/// <summary>Globs over the paths of a version: <c>*</c> and <c>?</c> stay within a segment, <c>**</c> crosses them, <c>[…]</c> is a set; the whole path must match.</summary>
internal sealed class Globs
{
    private readonly Regex[] _patterns;

    internal Globs(IEnumerable<string> globs) => _patterns = [.. globs.Select(Compile)];

    internal bool IsEmpty => _patterns.Length == 0;

    internal bool IsMatch(string path) => Array.Exists(_patterns, p => p.IsMatch(path));

    private static Regex Compile(string glob)
    {
        var regex = new StringBuilder("\\A");
        for (int i = 0; i < glob.Length; i++)
        {
            char c = glob[i];
            if (glob.AsSpan(i).StartsWith("**/"))
            {
                regex.Append("(?:[^/]+/)*");
                i += 2;
            }
            else if (glob.AsSpan(i).StartsWith("**"))
            {
                regex.Append(".*");
                i++;
            }
            else if (c == '[' && glob.IndexOf(']', i + 1) is > 0 and var end)
            {
                string set = glob[(i + 1)..end];
                regex.Append('[').Append(set.StartsWith('!') ? "^" : "").Append(Regex.Escape(set.TrimStart('!')).Replace("]", "\\]", StringComparison.Ordinal)).Append(']');
                i = end;
            }
            else
            {
                regex.Append(c switch { '*' => "[^/]*", '?' => "[^/]", _ => Regex.Escape(c.ToString()) });
            }
        }

        return new Regex(regex.Append("\\z").ToString(), RegexOptions.CultureInvariant | RegexOptions.Singleline | RegexOptions.NonBacktracking);
    }
}
