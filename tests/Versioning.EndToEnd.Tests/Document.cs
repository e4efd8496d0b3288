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

    /// <summary>All blocks of a language.</summary>
    internal static IEnumerable<string> Blocks(string path, string language) =>
        Fence().Matches(Text(path)).Where(m => m.Groups["language"].Value == language).Select(m => m.Groups["code"].Value);

    /// <summary>The files of a folder, by their paths in the repository; what was made in it is in folders.</summary>
    internal static IEnumerable<string> Files(string folder) =>
        Directory.EnumerateFiles(Path.Combine(Repository.Root, folder)).Select(file => $"{folder}/{Path.GetFileName(file)}");

    [GeneratedRegex("```(?<language>\\w*)\n(?<code>.*?)```", RegexOptions.Singleline)]
    private static partial Regex Fence();
}
