using System.Diagnostics;

namespace Versioning.EndToEnd.Tests;

/// <summary>What people and scripts see: help, text for pipes, notes, and what happens where nobody listens.</summary>
public sealed class OutputTests
{
    private Vers _vers = null!;

    [SetUp]
    public async Task MakeStore()
    {
        _vers = new Vers();
        await _vers.OkAsync("init");
        _vers.Write("data/a.txt", "hello");
    }

    [TearDown]
    public void Remove() => _vers.Dispose();

    [Test]
    public async Task Shared_options_may_stand_before_the_command()
    {
        Directory.CreateDirectory(_vers.At("w"));
        Assert.That((await _vers.RunInAsync("w", null, "--store", _vers.At("elsewhere"), "init")).Exit, Is.Zero);
        Run run = await _vers.OkAsync("--json", "--store", _vers.At("elsewhere"), "commit", "datasets/d", "data");
        Assert.That(run.Json.GetProperty("number").GetInt64(), Is.EqualTo(1));
        Assert.That((await _vers.OkAsync("ls")).Text, Is.Empty, "The store in this folder was not meant.");
    }

    [Test]
    public async Task Help_of_every_command_names_the_exit_codes()
    {
        string root = (await _vers.OkAsync("--help")).Text;
        string[] commands = ["init", "commit", "log", "show", "ls", "cat", "diff", "compare", "fetch", "verify", "tag", "alias", "audit", "quickstart"];
        using (Assert.EnterMultipleScope())
        {
            Assert.That(root, Does.Contain("Exit codes:").And.Contain("\n  7 ").And.Contain("130  cancelled"));
            foreach (string command in commands)
            {
                Assert.That(root, Does.Match($"\n  {command}  +[A-Z]"), "Arguments that may be left out are not shown as if they had to be given.");
                Assert.That((await _vers.OkAsync(command, "--help")).Text, Does.Match("Exit codes:\\s+0 "), command);
            }

            Run nothing = await _vers.RunAsync();
            Assert.That((nothing.Exit, nothing.Text), Is.EqualTo((2, "")));
            Assert.That(nothing.Error, Does.Contain("Usage:"));
        }
    }

    [Test]
    public async Task A_mistyped_command_is_told_what_it_may_have_meant()
    {
        Run run = await _vers.RunAsync("comit", "datasets/d", "data");
        Assert.That((run.Exit, run.Error), Is.EqualTo((2, $"vers: 'comit' is not a command.{Environment.NewLine}Did you mean 'commit'? See 'vers --help'.{Environment.NewLine}")));
    }

    [Test]
    public async Task Help_says_what_values_options_take_and_that_a_store_may_be_unavailable()
    {
        string commit = (await _vers.OkAsync("commit", "--help")).Text, restore = (await _vers.OkAsync("restore", "--help")).Text, show = (await _vers.OkAsync("show", "--help")).Text;
        using (Assert.EnterMultipleScope())
        {
            Assert.That(commit, Does.Contain("--metric <name=number>").And.Contain("--expect-latest <number>"));
            Assert.That(restore, Does.Contain("--link <auto|reflink|hard|symbolic|copy>"));
            Assert.That(show, Does.Contain("name@7, name@tag").And.Contain("6 store unavailable"));
        }
    }

    [Test]
    [Platform("Linux")]
    public async Task Help_that_can_not_be_written_is_one_line_too()
    {
        using Process process = _vers.StartShell("--help > /dev/full");
        Run run = await Vers.FinishAsync(process);
        Assert.That((run.Exit, run.Error), Is.EqualTo((1, $"vers: No space left on device{Environment.NewLine}")));
    }

    [Test]
    public async Task Nothing_that_is_pinned_matched_or_was_run_is_said()
    {
        await _vers.OkAsync("commit", "datasets/d", "data");
        await _vers.OkAsync("run", "train", "--", "true");
        Run ls = await _vers.OkAsync("ls", "datasets/d", "*.csv"), runs = await _vers.RunAsync("runs", "trian");
        using (Assert.EnterMultipleScope())
        {
            Assert.That(ls.Error, Is.EqualTo($"vers: Nothing in datasets/d matches '*.csv'.{Environment.NewLine}"));
            Assert.That((runs.Exit, runs.Error), Is.EqualTo((3, $"vers: There is no artifact 'runs/trian' in the store.{Environment.NewLine}Did you mean 'runs/train'? List what there is with 'vers ls'.{Environment.NewLine}")));
            foreach (string command in (string[])["status", "restore", "update"])
            {
                Run run = await _vers.OkAsync(command);
                Assert.That((run.Text, run.Error), Is.EqualTo(("", $"vers: '{_vers.At("versions.json")}' pins nothing: vers pin <reference>{Environment.NewLine}")));
            }
        }
    }

    [TestCase("show datasets/revews", "Did you mean 'datasets/reviews'? List what there is with 'vers ls'.")]
    [TestCase("log reviews", "Did you mean 'datasets/reviews'? List what there is with 'vers ls'.")]
    [TestCase("audit datasets/reveiws", "Did you mean 'datasets/reviews'? List what there is with 'vers ls'.")]
    [TestCase("ls models/churn", "List what there is with 'vers ls'.")]
    [TestCase("foo", "See 'vers --help'.")]
    [TestCase("lgo", "Did you mean 'log'? See 'vers --help'.")]
    public async Task A_mistyped_name_is_told_what_it_may_have_meant(string line, string hint)
    {
        await _vers.OkAsync("commit", "datasets/reviews", "data");
        Assert.That((await _vers.RunAsync(line.Split(' '))).Error.TrimEnd().Split(Environment.NewLine)[^1], Is.EqualTo(hint));
    }

    [TestCase("ls --jsn", "'--jsn' is not an option of 'vers ls'.", "'--json'")]
    [TestCase("ls datasets/d --conut 3", "'--conut' is not an option of 'vers ls'.", "behind '--'")]
    [TestCase("status --chek", "'--chek' is not an option of 'vers status'.", "'--check'")]
    [TestCase("cache show -x", "'-x' is not an option of 'vers cache show'.", "behind '--'")]
    [TestCase("cache shwo", "'shwo' is not a command of 'vers cache'.", "'show'")]
    [TestCase("-x", "'-x' is not an option of 'vers'.", "'vers --help'")]
    public async Task A_mistyped_option_is_not_taken_for_an_argument(string line, string message, string hint)
    {
        await _vers.OkAsync("commit", "datasets/d", "data");
        Run run = await _vers.RunAsync(line.Split(' '));
        Assert.That((run.Exit, run.Text), Is.EqualTo((2, "")));
        Assert.That(run.Error, Does.StartWith($"vers: {message}").And.Contain(hint));
    }

    [TestCase("<path>", "commit", "datasets/d", "")]
    [TestCase("--output", "fetch", "datasets/d", "-o", "")]
    [TestCase("--to", "copy", "datasets/d", "--to", "")]
    [TestCase("--store", "--store", "", "ls")]
    public async Task An_empty_variable_of_a_script_is_no_defect_of_the_tool(string what, params string[] line)
    {
        Run run = await _vers.RunAsync(line);
        Assert.That(run.Exit, Is.EqualTo(2));
        Assert.That(run.Error, Does.StartWith($"vers: {what} is empty.{Environment.NewLine}See 'vers"));
    }

    [Test]
    public async Task A_file_that_is_not_there_is_not_found()
    {
        Run run = await _vers.RunAsync("key", "show", "nix.pem");
        Assert.That(run.Exit, Is.EqualTo(3), run.Error);
    }

    [Test]
    public async Task What_begins_like_an_option_goes_behind_two_dashes()
    {
        _vers.Write("data/-a", "dash");
        await _vers.OkAsync("commit", "datasets/d", "data", "-m", "-x");
        Assert.That((await _vers.OkAsync("cat", "datasets/d", "--", "-a")).Text, Is.EqualTo("dash"));
    }

    [Test]
    public async Task Lists_in_a_pipe_are_one_line_each_with_tabs_whatever_the_names_hold()
    {
        _vers.Write("data/b\nc", "x");
        await _vers.OkAsync("commit", "datasets/d", "data", "-m", "one\ntwo\u001b[31m");
        string[] files = Lines(await _vers.OkAsync("ls", "datasets/d"));
        string[] log = Lines(await _vers.OkAsync("log", "datasets/d"));
        using (Assert.EnterMultipleScope())
        {
            Assert.That(files, Has.Length.EqualTo(2));
            Assert.That(files[0].Split('\t'), Is.EqualTo(new[] { "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824", "5", "file", "a.txt" }));
            Assert.That(files[1], Does.EndWith("\tb\\nc"));
            Assert.That(log, Has.Length.EqualTo(1));
            Assert.That(log[0].Split('\t')[^1], Is.EqualTo("one\\ntwo\\u001b[31m"));
            Assert.That(Lines(await _vers.OkAsync("audit")), Has.All.Not.Contain('\u001b'));
        }
    }

    [Test]
    public async Task Nothing_taken_and_nothing_matched_is_said()
    {
        Run commit = await _vers.OkAsync("commit", "datasets/d", "data", "--include", "*.csv");
        Run fetch = await _vers.OkAsync("fetch", "datasets/d", "--include", "*.csv", "-o", "out");
        using (Assert.EnterMultipleScope())
        {
            Assert.That(commit.Error, Does.Contain("has no files"));
            Assert.That(fetch.Error, Does.Contain("matches --include"));
        }
    }

    [Test]
    public async Task Init_does_not_claim_a_workspace_that_names_another_store()
    {
        _vers.Write("w/versions.json", "{ \"store\": \"other\" }");
        _vers.Write("same/versions.json", "{ \"store\": \"./.versions/\" }");
        _vers.Write("broken/versions.json", "{ \"store\": ");
        using (Assert.EnterMultipleScope())
        {
            Assert.That((await _vers.RunInAsync("w", null, "init")).Exit, Is.EqualTo(5));
            Assert.That(Directory.Exists(_vers.At("w/.versions")), Is.False);
            Assert.That((await _vers.RunInAsync("same", null, "init")).Exit, Is.Zero);
            Assert.That((await _vers.RunInAsync("broken", null, "init")).Exit, Is.EqualTo(1));
        }
    }

    [Test]
    public async Task Quickstart_does_not_record_the_checkout_that_it_is_started_in()
    {
        foreach (string[] arguments in (string[][])[["init", "-q"], ["-c", "user.name=t", "-c", "user.email=t@example.invalid", "commit", "-q", "--allow-empty", "-m", "x"]])
        {
            using Process git = Process.Start(new ProcessStartInfo("git", arguments) { WorkingDirectory = Directory.CreateDirectory(_vers.At("checkout")).FullName })!;
            await git.WaitForExitAsync();
            Assert.That(git.ExitCode, Is.Zero);
        }

        Run run = await _vers.RunInAsync("checkout", null, "quickstart");
        Assert.That(run.Exit, Is.Zero, run.Error);
        Assert.That(run.Text, Does.Not.Contain("with code").And.Not.Contain("  code "));
    }

    [Test]
    [Platform("Linux")]
    public async Task Where_nobody_listens_the_exit_code_still_tells()
    {
        await _vers.OkAsync("commit", "datasets/d", "data");
        using (Assert.EnterMultipleScope())
        {
            Assert.That(await Shell("ls --json >/dev/full"), Is.EqualTo((1, "vers: No space left on device\n")));
            Assert.That((await Shell("ls --json >&-")).Exit, Is.EqualTo(1));
            Assert.That(await Shell("ls datasets/none 2>&-"), Is.EqualTo((3, "")));
            Assert.That(await Shell("commit datasets/d data --rehash 2>&- >/dev/null"), Is.EqualTo((0, "")));
        }
    }

    private async Task<(int Exit, string Error)> Shell(string command)
    {
        using Process process = _vers.StartShell(command);
        Run run = await Vers.FinishAsync(process);
        return (run.Exit, run.Error);
    }

    private static string[] Lines(Run run) => run.Text.Split(Environment.NewLine, StringSplitOptions.RemoveEmptyEntries);
}
