using System.Text;

namespace Versioning.Croissants;

/// <summary>Addresses and identifiers: each of what a version has and of what its tables have gets one of its own.</summary>
internal static class CroissantNames
{
    private const string Files = "files", FileSets = "filesets";

    private const int MaxName = 100;

    /// <summary>The path as a relative address: every character that means something there is escaped, so different paths stay different.</summary>
    internal static string Address(string path) => string.Join('/', path.Split('/').Select(Uri.EscapeDataString));

    internal static string FileId(string path) => $"{Files}/{Address(path)}";

    internal static string FileSetId(string table) => $"{FileSets}/{table}";

    /// <summary>Below the table's; a slash of its own would be another level.</summary>
    internal static string FieldId(string table, string field) => $"{table}/{Uri.EscapeDataString(field)}";

    /// <summary>A name for a table that no other one has, nor anything else as the beginning of its identifier.</summary>
    internal static string Unique(string wanted, HashSet<string> taken)
    {
        var plain = new StringBuilder();
        foreach (char c in wanted.AsSpan(0, Math.Min(wanted.Length, MaxName)))
        {
            plain.Append(char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.' ? c : '_');
        }

        string name = plain.ToString().Trim('.') is { Length: > 0 } some ? some : "table";
        string free = name;
        for (int i = 2; free is Files or FileSets || !taken.Add(free); i++)
        {
            free = FormattableString.Invariant($"{name}-{i}");
        }

        return free;
    }

    /// <summary>The text as a glob that matches nothing else.</summary>
    internal static string Literal(string path) => string.Concat(path.Select(c => c is '*' or '?' or '[' ? $"[{c}]" : c.ToString()));
}
