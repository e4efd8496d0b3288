using System.Diagnostics;
using System.Text.Json;

namespace Versioning.EndToEnd.Tests;

/// <summary>Which store a command means, and what init leaves behind.</summary>
public sealed class StoreLookupTests
{
    private Vers _vers = null!;

    [SetUp]
    public void MakeFolder() => _vers = new Vers();

    [TearDown]
    public void Remove() => _vers.Dispose();

    [Test]
    public async Task The_option_comes_before_the_variable_and_that_before_the_nearest_file()
    {
        _vers.Write("outer/inner/deep/data.txt", "x");
        foreach (string name in new[] { "option", "variable", "outer", "outer/inner" })
        {
            Directory.CreateDirectory(_vers.At(name));
            Run init = await _vers.RunInAsync(name, null, "init", "--json");
            Assert.That(init.Exit, Is.Zero, init.Text);
            Run commit = await _vers.RunInAsync(name, null, "commit", "datasets/" + name.Replace('/', '-'), _vers.At("outer/inner/deep"));
            Assert.That(commit.Exit, Is.Zero, commit.Error);
        }

        (string, string) variable = ("VERSIONING_STORE", _vers.At("variable/.versions"));
        using (Assert.EnterMultipleScope())
        {
            Assert.That(await Artifact(variable, "--store", _vers.At("option/.versions")), Is.EqualTo("datasets/option"));
            Assert.That(await Artifact(variable), Is.EqualTo("datasets/variable"));
            Assert.That(await Artifact(null), Is.EqualTo("datasets/outer-inner"));
        }

        async Task<string?> Artifact((string, string)? set, params string[] more)
        {
            Run run = await _vers.RunInAsync("outer/inner/deep", set, ["ls", "--json", .. more]);
            return run.Json.GetProperty("artifacts")[0].GetProperty("name").GetString();
        }
    }

    [Test]
    public async Task No_store_is_an_error_with_a_hint()
    {
        Run run = await _vers.RunAsync("ls", "--json");
        JsonElement error = run.Json.GetProperty("error");
        using (Assert.EnterMultipleScope())
        {
            Assert.That(run.Exit, Is.EqualTo(3));
            Assert.That(error.GetProperty("code").GetString(), Is.EqualTo("no_store"));
            Assert.That(error.GetProperty("hint").GetString(), Does.Contain("vers init"));
        }
    }

    [Test]
    public async Task A_folder_with_other_things_gets_no_store()
    {
        _vers.Write("data/a.csv", "1");
        Run run = await _vers.RunAsync("init", "data");
        Assert.That(run.Exit, Is.EqualTo(5));
        Assert.That(run.Error, Does.Contain("'a.csv'").And.Contain("vers commit datasets/<name> data"));
        Assert.That(Directory.EnumerateFileSystemEntries(_vers.At("data")).Count(), Is.EqualTo(1));
        Assert.That(File.Exists(_vers.At("versions.json")), Is.False);
        Directory.CreateDirectory(_vers.At("share/.snapshot"));
        await _vers.OkAsync("init", "share");
        await _vers.OkAsync("init", "share");
    }

    [TestCase("{ \"store\": \"s\", \"colour\": 1 }", "'colour' is not known there")]
    [TestCase("{ \"pins\": {} }", "it names no store")]
    [TestCase("{ \"store\": 7 }", "'store' is not a text")]
    [TestCase("{\n  \"store\": \"s\",\n  oops\n}", "LineNumber: 2")]
    public async Task A_broken_file_is_told_the_same_way_by_every_command(string text, string why)
    {
        _vers.Write("versions.json", text);
        Run list = await _vers.RunAsync("ls"), status = await _vers.RunAsync("status");
        Assert.That((list.Exit, list.Error), Is.EqualTo((status.Exit, status.Error)));
        Assert.That(list.Error, Does.Contain(why).And.Contain(_vers.At("versions.json")));
    }

    [Test]
    public async Task Init_keeps_the_store_out_of_git()
    {
        Git("init", "-q");
        _vers.Write(".gitignore", "bin/");
        await _vers.OkAsync("init");
        await _vers.OkAsync("init");
        using (Assert.EnterMultipleScope())
        {
            Assert.That(await File.ReadAllTextAsync(_vers.At(".gitignore")), Is.EqualTo("bin/\n/.versions/\n"));
            Assert.That(Git("status", "--porcelain", "--untracked-files=all"), Does.Contain("versions.json").And.Not.Contain(".versions/"));
        }
    }

    private string Git(params string[] arguments)
    {
        using Process git = Process.Start(new ProcessStartInfo("git", arguments) { WorkingDirectory = _vers.Folder, RedirectStandardOutput = true })!;
        string output = git.StandardOutput.ReadToEnd();
        git.WaitForExit();
        return output;
    }
}
