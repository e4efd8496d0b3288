using System.CommandLine;
using System.Reflection;
using System.Text.RegularExpressions;

namespace Versioning.EndToEnd.Tests;

/// <summary>docs/cli.md has a section for each command, with each of its options and no other.</summary>
public sealed partial class CliDocumentTests
{
    private static readonly string Text = Document.Text("docs/cli.md");

    private static readonly RootCommand Root = (RootCommand)Assembly.Load("vers").GetType("Versioning.Tool.VersRoot", throwOnError: true)!
        .GetMethod("Create", BindingFlags.NonPublic | BindingFlags.Static)!.Invoke(null, null)!;

    private static IEnumerable<string> Commands => Root.Subcommands.Where(command => !command.Hidden).Select(command => command.Name);

    [TestCaseSource(nameof(Commands))]
    public void Section_HasTheCommandsOptions(string name)
    {
        Command command = Root.Subcommands.Single(c => c.Name == name);
        string[] options = [.. command.Options.Concat(command.Subcommands.SelectMany(sub => sub.Options)).Where(o => o is not System.CommandLine.Help.HelpOption).Select(o => o.Name)];
        string section = Section(name);
        string[] shown = [.. Option().Matches(section).Select(m => m.Value).Distinct()];
        Assert.That(section, Does.Contain($"`vers {name}"));
        Assert.That(options, Is.SubsetOf(shown), "not in the document");
        Assert.That(Row().Matches(section).Select(m => m.Groups[1].Value), Is.SubsetOf(options), "in the document only");
        Assert.That(command.Subcommands.Select(sub => sub.Name).Where(sub => !section.Contains($"`vers {name} {sub}`", StringComparison.Ordinal) && !section.Contains($"`{sub}`", StringComparison.Ordinal)), Is.Empty);
    }

    private static string Section(string name)
    {
        int start = Text.IndexOf($"\n## {name}\n", StringComparison.Ordinal);
        Assert.That(start, Is.Not.Negative, "no section");
        int end = Text.IndexOf("\n## ", start + 1, StringComparison.Ordinal);
        return end < 0 ? Text[start..] : Text[start..end];
    }

    [GeneratedRegex(@"--[a-z][a-z-]*")]
    private static partial Regex Option();

    [GeneratedRegex(@"^\| `(?:-\w`, `)?(--[a-z][a-z-]*)", RegexOptions.Multiline)]
    private static partial Regex Row();
}
