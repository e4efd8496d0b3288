using System.Text.Json;

namespace Versioning.EndToEnd.Tests;

/// <summary>What <c>vers audit</c> lists, for people and for pipelines, and what it finds of a journal that was tampered with.</summary>
public sealed class AuditTests
{
    private const string Fields = "sequence,index,entry,previous,time,author,tool,action,artifact,number,pin,label,from,to,message,commit,dirty,inputs,outputs,run,outcome,conditions,signedBy,description";

    private Vers _vers = null!;

    [OneTimeSetUp]
    public async Task MakeStore()
    {
        _vers = new Vers();
        await _vers.OkAsync("init");
        _vers.Write("data/a.txt", "hello");
        await _vers.OkAsync("commit", "datasets/d", "data", "-m", "first", "--author", "Anna");
        _vers.Write("data/a.txt", "hello again");
        await _vers.OkAsync("commit", "datasets/d", "data", "-m", "one\ntwo\u001b[31m\u2028\u0085three", "--author", "Ev\u202eil\t\u001b]0;x\u0007", "--alias", "production");
        await _vers.OkAsync("commit", "models/m", "data", "--author", "Anna", "--input", "datasets/d@1");
        await _vers.OkAsync("alias", "datasets/d", "production", "1");
    }

    [OneTimeTearDown]
    public void Remove() => _vers.Dispose();

    [Test]
    public async Task Lines_of_json_are_one_operation_each_whatever_authors_write()
    {
        Run run = await _vers.OkAsync("audit", "--format", "jsonl");
        string[] lines = run.Text.Split('\n');
        JsonElement[] records = [.. lines[..^1].Select(line => JsonDocument.Parse(line).RootElement)];
        JsonElement document = (await _vers.OkAsync("audit", "--json")).Json;
        using (Assert.EnterMultipleScope())
        {
            Assert.That(lines[^1], Is.Empty, "the last line ends too");
            Assert.That(run.Text.Where(c => char.IsControl(c) && c != '\n').Concat(run.Text.Where(c => c is '\u2028' or '\u2029')), Is.Empty);
            Assert.That(records.Select(r => string.Join(',', r.EnumerateObject().Select(p => p.Name))), Is.All.EqualTo(Fields));
            Assert.That(records.Select(r => $"{r.GetProperty("sequence")}.{r.GetProperty("index")} {r.GetProperty("action")} {r.GetProperty("artifact")} {r.GetProperty("number")} {r.GetProperty("from")}>{r.GetProperty("to")}"), Is.EqualTo(new[]
            {
                "1.0 publish datasets/d 1 >", "2.0 publish datasets/d 2 >", "2.1 alias datasets/d 2 >2", "3.0 publish models/m 1 >", "4.0 alias datasets/d 1 2>1",
            }));
            Assert.That(records[1].GetProperty("author").GetString(), Is.EqualTo("Ev\u202eil\t\u001b]0;x\u0007"));
            Assert.That(records[1].GetProperty("message").GetString(), Is.EqualTo("one\ntwo\u001b[31m\u2028\u0085three"));
            Assert.That(records[1].GetProperty("previous").GetString(), Is.EqualTo(records[0].GetProperty("entry").GetString()));
            Assert.That(records[3].GetProperty("inputs")[0].GetString(), Is.EqualTo(records[0].GetProperty("pin").GetString()));
            Assert.That(records.Select(r => r.GetProperty("time").GetString()), Is.All.Match(@"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$"));
            Assert.That(document.GetProperty("records").EnumerateArray().Select(r => JsonSerializer.Serialize(r)), Is.EqualTo(records.Select(r => JsonSerializer.Serialize(r))), "the same in one document");
            Assert.That((await _vers.RunAsync("audit", "--format", "jsonl", "--json")).Exit, Is.EqualTo(2));
        }
    }

    [Test]
    public async Task Text_says_who_did_what_and_breaks_nothing()
    {
        Run run = await _vers.OkAsync("audit");
        string[] lines = run.Text.Split(Environment.NewLine, StringSplitOptions.RemoveEmptyEntries);
        string[][] fields = [.. lines.Select(line => line.Split('\t'))];
        using (Assert.EnterMultipleScope())
        {
            Assert.That(fields, Has.Length.EqualTo(5).And.All.Length.EqualTo(5));
            Assert.That(fields[1][2], Is.EqualTo(@"Ev\u202eil\t\u001b]0;x\u0007"));
            Assert.That(fields[1][3], Does.EndWith(@": one\ntwo\u001b[31m\u2028\u0085three"));
            Assert.That(fields[4][3], Is.EqualTo("moved production of datasets/d from 2 to 1"));
            Assert.That(fields[4][4], Does.Match("^Versioning [0-9]"));
        }
    }

    [Test]
    public async Task Filters_are_by_artifact_version_author_time_and_operation()
    {
        using (Assert.EnterMultipleScope())
        {
            Assert.That(await Told("datasets/d", "--newest", "-n", "2"), Is.EqualTo("4 2"));
            Assert.That(await Told("*/m"), Is.EqualTo("3"));
            Assert.That(await Told("datasets/d@1"), Is.EqualTo("1 3 4"));
            Assert.That(await Told("--author", "anna", "--since", "1h", "--action", "publish"), Is.EqualTo("1 3"));
            Assert.That(await Told("--since", "2999-01-01"), Is.Empty);
            Assert.That(await Told("--until", "2001-01-01T00:00Z"), Is.Empty);
            foreach (string[] wrong in (string[][])[["--since", "yesterday"], ["--action", "publsh"], ["--verify", "--limit", "1"], ["--head", "--verify"], ["--expect", "41:abc"], ["--verify", "--expect", $"0:sha256:{new string('0', 64)}"]])
            {
                Assert.That((await _vers.RunAsync(["audit", .. wrong])).Exit, Is.EqualTo(2), string.Join(' ', wrong));
            }

            Assert.That((await _vers.RunAsync("audit", "datasets/none")).Exit, Is.EqualTo(3));
            Assert.That((await _vers.RunAsync("audit", "datasets/d@9")).Exit, Is.EqualTo(3));
        }
    }

    [Test]
    public async Task Verify_compares_with_a_head_the_lock_and_what_this_machine_saw()
    {
        Copy("seen");
        string head = (await InAsync("seen", "--head")).Text.Trim();
        Assert.That((await _vers.RunInAsync("seen", null, "pin", "models/m@1")).Exit, Is.Zero);
        JsonElement sound = (await InAsync("seen", "--expect", head, "--json")).Json;
        using (Assert.EnterMultipleScope())
        {
            Assert.That(head, Does.Match("^4:sha256:[0-9a-f]{64}$"));
            Assert.That(string.Join(',', sound.EnumerateObject().Select(p => p.Name)), Is.EqualTo("sound,head,entries,versions,objects,bytes,witnesses,foreignInputs,incomingUpTo,damages"));
            Assert.That((sound.GetProperty("sound").GetBoolean(), sound.GetProperty("head").GetString(), sound.GetProperty("versions").GetInt64(), sound.GetProperty("witnesses").GetInt64()), Is.EqualTo((true, head, 3L, 2L)));
            Assert.That((await InAsync("seen", "--head", "--json")).Json.GetProperty("head").GetString(), Is.EqualTo(head));
        }

        // The last two entries go: what is left is a sound journal.
        string journal = _vers.At("seen/.versions/journal/000000000000");
        foreach (string entry in Directory.GetFiles(journal).Order().Skip(2))
        {
            File.Delete(entry);
        }

        Run back = await InAsync("seen", "--verify");
        Run json = await InAsync("seen", "--expect", head, "--json");
        using (Assert.EnterMultipleScope())
        {
            Assert.That(back.Exit, Is.EqualTo(4));
            Assert.That(back.Text, Does.Match("^journal/0+/0+3 is missing: no entry publishes models/m@1#sha256:[0-9a-f]+, which was pinned"));
            Assert.That(back.Text, Does.Contain($"is missing: the journal ends with entry 2, but this machine saw {head} on 2"));
            Assert.That(back.Text, Does.EndWith($"2 damaged objects{Environment.NewLine}"));
            Assert.That((json.Exit, json.Json.GetProperty("sound").GetBoolean(), json.Json.GetProperty("damages").GetArrayLength()), Is.EqualTo((4, false, 2)));
            Assert.That(json.Json.GetProperty("damages")[1].GetProperty("problem").GetString(), Does.Contain($"{head} was expected"));
            Assert.That((await InAsync("seen", "--head")).Text, Does.StartWith("2:"), "readers see the earlier state");
        }
    }

    [Test]
    public async Task An_entry_that_was_changed_is_named()
    {
        Copy("changed");
        string entry = Directory.GetFiles(_vers.At("changed/.versions/journal/000000000000")).Order().ElementAt(1);
        byte[] bytes = File.ReadAllBytes(entry);
        bytes[60] ^= 1;
        File.Delete(entry);
        File.WriteAllBytes(entry, bytes);
        Run verify = await InAsync("changed", "--verify");
        Run list = await InAsync("changed", "--format", "jsonl");
        using (Assert.EnterMultipleScope())
        {
            Assert.That((verify.Exit, list.Exit), Is.EqualTo((4, 4)));
            Assert.That(verify.Text, Does.StartWith("journal/000000000000/00000000000000000002 "));
            Assert.That(verify.Text, Does.Contain("  hits models/m@1#sha256:"));
            Assert.That((list.Text, list.Error), Is.EqualTo(("", list.Error)));
            Assert.That(list.Error, Does.StartWith("vers: Journal entry 2 "));
        }
    }

    /// <summary>A copy of the workspace and its store, in a folder of it.</summary>
    private void Copy(string folder)
    {
        foreach (string file in Directory.GetFiles(_vers.At(".versions"), "*", SearchOption.AllDirectories))
        {
            _vers.Write(Path.Combine(folder, Path.GetRelativePath(_vers.Folder, file)), File.ReadAllBytes(file));
        }

        _vers.Write($"{folder}/versions.json", """{ "store": ".versions" }""");
    }

    private Task<Run> InAsync(string folder, params string[] arguments) => _vers.RunInAsync(folder, null, ["audit", .. arguments]);

    private async Task<string> Told(params string[] arguments) =>
        string.Join(' ', (await _vers.OkAsync(["audit", .. arguments])).Text.Split(Environment.NewLine, StringSplitOptions.RemoveEmptyEntries).Select(line => line.Split('\t')[0]).Distinct());
}
