using System.Text.Json;

namespace Versioning.EndToEnd.Tests;

/// <summary>Runs side by side in every format, with names and values of others that try to be more than text.</summary>
public sealed class CompareTests
{
    private const string Quoted = "a \"b\", c", Formula = "=cmd|' /C calc'!A1", Cells = "x|y\\|z <b>*\n2";

    private Vers _vers = null!;
    private ArtifactPin _data = null!;

    [OneTimeSetUp]
    public async Task MakeRuns()
    {
        _vers = new Vers();
        var options = new VersionStoreOptions { Author = "tester", CacheDirectory = _vers.At("cache") };
        await using VersionStore store = await VersionStore.CreateAsync(_vers.At(".versions"), options);
        _vers.Write("versions.json", """{ "store": ".versions" }""");
        CommitResult data = await store.CommitAsync("datasets/d", Path.GetDirectoryName(_vers.Write("data/a.csv", "1"))!);
        for (int i = 0; i < 2; i++)
        {
            var start = new StartRunOptions { Folder = _vers.Folder, Message = i == 0 ? "first" : Formula, Parameters = { ["quoted"] = i == 0 ? "" : Quoted, ["cells"] = i == 0 ? "-1" : Cells } };
            await using Versioning.Run run = await store.StartRunAsync("train", start);
            run.LogMetric("f1", i == 0 ? 0.9 : 0.95);
            run.LogMetric(i == 0 ? "loss" : "@top", 0.5);
            await run.ProduceAsync("models/m", _vers.Write("model", $"{i}"));
            await run.CompleteAsync();
        }

        _data = data.Pin;
    }

    [OneTimeTearDown]
    public void Remove() => _vers.Dispose();

    [Test]
    public async Task Compare_writes_every_format()
    {
        JsonElement json = (await _vers.OkAsync("compare", "runs/train@1", "@2", "--format", "json")).Json;
        string csv = (await _vers.OkAsync("compare", "runs/train@1", "@2", "--format", "csv")).Text;
        string markdown = (await _vers.OkAsync("compare", "runs/train@1", "@2", "--format", "markdown")).Text;
        string[] table = (await _vers.OkAsync("compare", "runs/train@1", "@2", "models/m@1", "--all")).Text.Split(Environment.NewLine);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(Fields(json), Is.EqualTo("versions,rows"));
            Assert.That(json.GetProperty("versions").EnumerateArray().Select(v => v.GetProperty("number").GetInt64()), Is.EqualTo(new[] { 1L, 2L }));
            Assert.That(json.GetProperty("rows").EnumerateArray().Select(Fields), Is.All.EqualTo("group,name,differs,values,differences"));
            Assert.That(string.Concat(json.GetProperty("rows")[1].GetRawText().Where(c => !char.IsWhiteSpace(c))), Is.EqualTo("""{"group":"metrics","name":"f1","differs":true,"values":[0.9,0.95],"differences":[null,0.05]}"""));
            Assert.That(json.GetProperty("rows").EnumerateArray().Single(row => row.GetProperty("name").GetString() == "cells").GetProperty("values")[1].GetString(), Is.EqualTo(Cells));

            Assert.That(csv, Does.StartWith("group,name,runs/train@1,runs/train@2,\"runs/train@2 - runs/train@1\"\r\nmetrics,\"'@top\",,0.5,\r\nmetrics,f1,0.9,0.95,0.05\r\nmetrics,loss,0.5,,\r\n"));
            Assert.That(csv, Does.Contain("\r\nparams,cells,-1,\"x|y\\|z <b>*\\n2\",\r\nparams,quoted,\"\",\"a \"\"b\"\", c\",\r\n"));
            Assert.That(csv, Does.Contain($"\r\nversion,message,first,\"'{Formula}\",\r\n"));
            Assert.That(csv, Does.Match("\r\noutputs,models/m,models/m@1#sha256:[0-9a-f]{64},models/m@2#sha256:[0-9a-f]{64},\r\n"));

            Assert.That(markdown, Does.StartWith("|  |  | runs/train@1 | runs/train@2 |\n| --- | --- | --- | --- |\n| metrics | @top | – | 0.5 |\n|  | f1 | 0.9 | 0.95 (+0.05) |\n|  | loss | 0.5 | – |\n| params | cells | -1 | x\\|y\\\\\\|z \\<b\\>\\*\\\\n2 |\n"));
            Assert.That(markdown, Does.Match("\n\\| outputs \\| models/m \\| 1 \\([0-9a-f]{12}\\) \\| 2 \\([0-9a-f]{12}\\) \\|\n"));

            Assert.That(table[0], Is.EqualTo("group\tname\truns/train@1\truns/train@2\tmodels/m@1\truns/train@2 - runs/train@1\tmodels/m@1 - runs/train@1"));
            Assert.That(table, Does.Contain("metrics\tf1\t0.9\t0.95\t0.9\t0.05\t0").And.Contain("run\toutcome\tsucceeded\tsucceeded\tsucceeded\t\t"));
            Assert.That(table.SkipLast(1), Has.All.Matches<string>(line => line!.Count(c => c == '\t') == 6));
        }
    }

    [Test]
    public async Task Compare_says_where_nothing_differs_and_what_it_can_not_do()
    {
        Run same = await _vers.OkAsync("compare", $"{_data}", "datasets/d");
        using (Assert.EnterMultipleScope())
        {
            Assert.That(same.Text, Is.EqualTo($"group\tname\tdatasets/d@1\tdatasets/d@1\tdatasets/d@1 - datasets/d@1{Environment.NewLine}"));
            Assert.That(same.Error, Does.Contain("differs"));
            Assert.That((await FailAsync("compare", "datasets/d", "datasets/none", "--format", "json")).Exit, Is.EqualTo(3));
            Assert.That((await FailAsync("compare", "datasets/d", "--format=json")).Exit, Is.EqualTo(2), "one is too few");
            Assert.That((await FailAsync("compare", "datasets/d", "@1", "--json", "--format", "csv")).Exit, Is.EqualTo(2));
            Assert.That((await FailAsync("runs", "--lost", "x", "--format", "markdown", "--json")).Exit, Is.EqualTo(2));
        }
    }

    [Test]
    public async Task Runs_of_one_name_have_a_column_for_each_metric()
    {
        string[] table = (await _vers.OkAsync("runs", "train")).Text.Split(Environment.NewLine);
        string csv = (await _vers.OkAsync("runs", "--format", "csv")).Text;
        string markdown = (await _vers.OkAsync("runs", "train", "-n", "1", "--format", "markdown")).Text;
        string open = (await _vers.OkAsync("runs", "--open", "--format", "csv")).Text;
        using (Assert.EnterMultipleScope())
        {
            Assert.That(table, Has.Length.EqualTo(4));
            Assert.That(table[0], Is.EqualTo("run\toutcome\tended\tauthor\tmetric.@top\tmetric.f1\tmetric.loss\toutputs\tmessage"));
            Assert.That(table[1].Split('\t')[4..7], Is.EqualTo(new[] { "0.5", "0.95", "" }));
            Assert.That(table[2].Split('\t')[4..7], Is.EqualTo(new[] { "", "0.9", "0.5" }));
            Assert.That(csv, Does.StartWith("run,outcome,ended,author,metrics,outputs,message\r\nruns/train@2,succeeded,\""));
            Assert.That(csv, Does.Contain(",\"'@top=0.5, f1=0.95\",").And.Contain(",\"f1=0.9, loss=0.5\","));
            Assert.That(markdown.Split('\n')[0], Is.EqualTo("| run | outcome | ended | author | @top | f1 | outputs | message |"));
            Assert.That(markdown.Split('\n'), Has.Length.EqualTo(4));
            Assert.That(open, Is.EqualTo("name,id,started,author,machine,state,command\r\n"));
        }
    }

    private async Task<Run> FailAsync(params string[] arguments)
    {
        Run run = await _vers.RunAsync(arguments);
        Assert.That(Fields(run.Json.GetProperty("error")), Is.EqualTo("code,message,hint"), run.Text + run.Error);
        return run;
    }

    private static string Fields(JsonElement element) => string.Join(',', element.EnumerateObject().Select(p => p.Name));
}
