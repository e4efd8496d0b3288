using System;
using System.Collections.Generic;
using System.Linq;
using System.Text;
using Microsoft.CodeAnalysis.CSharp;

namespace Versioning.Generators;

/// <summary>Names in C# for names of pins. What a pin is called depends on nothing but its own name, so that no other pin renames it.</summary>
internal static class Identifiers
{
    /// <summary>A type can't be called as its members, and should not be as those of every object.</summary>
    private static readonly HashSet<string> Taken = new(
        [.. PinMembers.Names, nameof(Equals), nameof(GetHashCode), nameof(GetType), nameof(ToString), nameof(ReferenceEquals), "MemberwiseClone", "Finalize"],
        StringComparer.Ordinal);

    /// <summary>The types that a pin lies in, and its own: <c>models/churn-v2</c> is <c>Models</c>, <c>ChurnV2</c>.</summary>
    /// <param name="name">The pin's name.</param>
    /// <param name="root">The type that holds all.</param>
    internal static IReadOnlyList<string> Path(string name, string root)
    {
        var path = new List<string>();
        foreach (string segment in name.Split('/'))
        {
            string identifier = Pascal(segment);
            string outer = path.Count == 0 ? root : path[path.Count - 1];
            path.Add(Taken.Contains(identifier) || identifier == outer ? identifier + "_" : identifier);
        }

        return path;
    }

    /// <summary>A namespace that C# takes, whatever the project is called.</summary>
    internal static string Namespace(string name) => string.Join(".", name.Split('.').Where(s => s.Length > 0).Select(Valid));

    /// <summary>One identifier that C# takes.</summary>
    internal static string Valid(string name)
    {
        string valid = new([.. name.Select(c => SyntaxFacts.IsIdentifierPartCharacter(c) ? c : '_')]);
        valid = SyntaxFacts.IsIdentifierStartCharacter(valid[0]) ? valid : "_" + valid;
        return SyntaxFacts.GetKeywordKind(valid) == SyntaxKind.None ? valid : "@" + valid;
    }

    private static string Pascal(string segment)
    {
        var text = new StringBuilder();
        foreach (string part in segment.Split('.', '_', '-').Where(p => p.Length > 0))
        {
            // 1.4 and 14 are different versions of something.
            if (text.Length > 0 && char.IsDigit(text[text.Length - 1]) && char.IsDigit(part[0]))
            {
                text.Append('_');
            }

            text.Append(char.ToUpperInvariant(part[0])).Append(part, 1, part.Length - 1);
        }

        return text.Length == 0 || char.IsDigit(text[0]) ? "_" + text : text.ToString();
    }
}
