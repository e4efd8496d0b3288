using System.Reflection;
using System.Text.Json;

namespace Versioning.EndToEnd.Tests;

/// <summary>Cards and Croissant from the command line, and cards that try to be more than text.</summary>
public sealed class CardTests
{
    private const string Card = "---\nlicense: mit\n---\n# Title\n\nWhat it is \u001b[31m.\n";

    private Vers _vers = null!;

    [SetUp]
    public async Task MakeStore()
    {
        _vers = new Vers();
        await _vers.OkAsync("init");
        _vers.Write("data/a.csv", "id,name\n1,x\n");
        _vers.Write("card.md", Card);
    }

    [TearDown]
    public void Remove() => _vers.Dispose();

    [Test]
    public async Task Commit_and_show_with_a_card()
    {
        await _vers.OkAsync("commit", "datasets/d", "data", "--card", "card.md");
        await _vers.OkAsync("commit", "datasets/d", "data", "-m", "none");
        Run text = await _vers.OkAsync("show", "datasets/d@1");
        Run none = await _vers.RunAsync("show", "datasets/d@2", "--card", "--json");
        using (Assert.EnterMultipleScope())
        {
            Assert.That(text.Text, Does.Contain("  meta     card = README.md").And.EndsWith($"{Environment.NewLine}{Card}"));
            Assert.That((await _vers.OkAsync("show", "datasets/d@1", "--card")).Text, Is.EqualTo(Card));
            Assert.That((await _vers.OkAsync("show", "datasets/d@1", "--json")).Json.GetProperty("card").GetString(), Is.EqualTo(Card));
            Assert.That((await _vers.OkAsync("show", "datasets/d@1", "--card", "--json")).Json.EnumerateObject().Select(p => p.Name), Is.EqualTo(new[] { "pin", "card" }));
            Assert.That((await _vers.OkAsync("show", "datasets/d@2")).Text, Does.EndWith($"  card     none{Environment.NewLine}"));
            Assert.That((none.Exit, none.Json.GetProperty("error").GetProperty("code").GetString()), Is.EqualTo((3, "card_not_found")));
            _vers.Write("data/README.md", "other");
            Assert.That((await _vers.RunAsync("commit", "datasets/d", "data", "--card", "card.md")).Exit, Is.EqualTo(5));
            _vers.Write("secret.md", "client_secret = \"hunter2hunter2\"\n");
            Assert.That((await _vers.RunAsync("commit", "datasets/d", "data", "--card", "secret.md")).Exit, Is.EqualTo(2));
        }
    }

    [Test]
    public async Task Croissant_goes_to_stdout_or_into_a_whole_file()
    {
        await _vers.OkAsync("commit", "datasets/d", "data", "--card", "card.md");
        await _vers.OkAsync("commit", "datasets/bare", "data");
        JsonElement printed = (await _vers.OkAsync("croissant", "datasets/d")).Json;
        Run written = await _vers.OkAsync("croissant", "datasets/d", "-o", "out.json", "--json", "--url", "https://example.org/d", "--no-record-sets");
        JsonElement file = JsonDocument.Parse(await File.ReadAllBytesAsync(_vers.At("out.json"))).RootElement;
        Run refused = await _vers.RunAsync("croissant", "datasets/bare", "-o", "out.json", "--json");
        using (Assert.EnterMultipleScope())
        {
            Assert.That(printed.GetProperty("license")[0].GetString(), Is.EqualTo("https://spdx.org/licenses/MIT.html"));
            Assert.That(printed.GetProperty("recordSet")[0].GetProperty("field").GetArrayLength(), Is.EqualTo(2));
            Assert.That(written.Json.EnumerateObject().Select(p => p.Name), Is.EqualTo(new[] { "pin", "path" }));
            Assert.That(file.GetProperty("distribution")[1].GetProperty("contentUrl").GetString(), Is.EqualTo("https://example.org/d/a.csv"));
            Assert.That(file.TryGetProperty("recordSet", out _), Is.False);
            Assert.That((refused.Exit, refused.Json.GetProperty("error").GetProperty("code").GetString()), Is.EqualTo((2, "croissant_incomplete")));
            Assert.That(refused.Text, Does.Contain("--license").And.Contain("--description"));
            Assert.That(Directory.GetFiles(_vers.Folder, "out.json*"), Has.Length.EqualTo(1), "nothing unfinished is left, and the old file stays");
        }
    }

    [Test]
    public void Markdown_on_a_terminal_is_readable_and_harmless()
    {
        string[] lines = Rendered("---\na: b\n---\n# One\n## [Two] #\n- item `[x]` **bold** [text](https://x)\n> quote\n```cs\n# code\n```\n\u001b]0;title\u0007\u009b31m \tend");
        using (Assert.EnterMultipleScope())
        {
            Assert.That(lines, Is.EqualTo(new[]
            {
                "[grey]---[/]", "[grey]a: b[/]", "[grey]---[/]", "[bold underline]One[/]", "[bold][[Two]][/]",
                "• item [aqua][[x]][/] [bold]bold[/] [underline]text[/] [grey](https://x)[/]", "[grey]│[/] [italic]quote[/]",
                "[grey]  ```cs[/]", "[grey]  # code[/]", "[grey]  ```[/]", "\\u001b]]0;title\\u0007\\u009b31m     end",
            }));
            Assert.That(string.Concat(Rendered(string.Concat(Enumerable.Range(0, 256).Select(i => (char)i)))).Any(char.IsControl), Is.False);
            Assert.That(Rendered($"# a{new string(' ', 1 << 20)}#x#")[0], Does.EndWith("#x[/]"), "soon, too");
            Assert.That(Rendered("**[unclosed](`** [/] [red]"), Is.EqualTo(new[] { "[bold][[unclosed]](`[/] [[/]] [[red]]" }));
        }
    }

    private static string[] Rendered(string markdown) => [.. (IEnumerable<string>)Assembly.Load("vers").GetType("Versioning.Tool.Output.MarkdownText", throwOnError: true)!
        .GetMethod("Lines", BindingFlags.NonPublic | BindingFlags.Static)!.Invoke(null, [markdown])!];
}
