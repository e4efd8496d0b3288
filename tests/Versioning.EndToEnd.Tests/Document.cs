using System.Text.RegularExpressions;
using Versioning.Tests.Architecture;

namespace Versioning.EndToEnd.Tests;

/// <summary>What documents of the repository show.</summary>
internal static partial class Document
{
    internal static string Text(string path) => File.ReadAllText(Path.Combine(Repository.Root, path)).ReplaceLineEndings("\n");

    /// <summary>The first block of a language after a heading.</summary>
    internal static string Block(string path, string heading, string language)
    {
        string text = Text(path);
        int start = text.IndexOf(heading, StringComparison.Ordinal);
        Assert.That(start, Is.Not.Negative, $"{path} has no '{heading}'.");
        Match? block = Fence().Matches(text, start).FirstOrDefault(m => m.Groups["language"].Value == language);
        return block?.Groups["code"].Value ?? throw new AssertionException($"{path} has no {language} after '{heading}'.");
    }

    [GeneratedRegex("```(?<language>\\w*)\n(?<code>.*?)```", RegexOptions.Singleline)]
    private static partial Regex Fence();
}
