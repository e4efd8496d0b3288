using System.Text.Json;

namespace Versioning.EndToEnd.Tests;

/// <summary>The JSON of every command and the exit codes: what programs rely on.</summary>
public sealed class ContractTests
{
    private Vers _vers = null!;

    [SetUp]
    public async Task MakeStore()
    {
        _vers = new Vers();
        await _vers.OkAsync("init");
        _vers.Write("data/a.txt", "hello");
        _vers.Write("data/b.bin", Bytes(100_000, 1));
    }

    [TearDown]
    public void Remove() => _vers.Dispose();

    [Test]
    public async Task Every_command_has_its_json_fields()
    {
        const string Version = "name,number,digest,pin,content,kind,files,bytes,created,author,message,tags,aliases,inputs,params,meta,metrics,code,madeBy,signatures";
        JsonElement first = (await _vers.OkAsync("commit", "datasets/d", "data", "--json", "-m", "first", "--metric", "rows=2")).Json;
        Assert.That(Fields(first), Is.EqualTo("name,number,digest,content,files,bytes,storedBytes,unchanged,seconds"));
        using (Assert.EnterMultipleScope())
        {
            Assert.That(first.GetProperty("name").GetString(), Is.EqualTo("datasets/d"));
            Assert.That(first.GetProperty("number").GetInt64(), Is.EqualTo(1));
            Assert.That(first.GetProperty("digest").GetString(), Does.Match("^sha256:[0-9a-f]{64}$"));
            Assert.That(first.GetProperty("content").GetString(), Does.Match("^sha256:[0-9a-f]{64}$"));
            Assert.That(first.GetProperty("files").GetInt64(), Is.EqualTo(2));
            Assert.That(first.GetProperty("bytes").GetInt64(), Is.EqualTo(100_005));
            Assert.That(first.GetProperty("storedBytes").GetInt64(), Is.GreaterThan(100_000));
            Assert.That(first.GetProperty("unchanged").GetBoolean(), Is.False);
            Assert.That(first.GetProperty("seconds").ValueKind, Is.EqualTo(JsonValueKind.Number));
        }

        JsonElement same = (await _vers.OkAsync("commit", "datasets/d", "data", "--json", "-m", "first", "--metric", "rows=2")).Json;
        Assert.That((same.GetProperty("unchanged").GetBoolean(), same.GetProperty("number").GetInt64()), Is.EqualTo((true, 1L)));
        _vers.Write("data/a.txt", "hello again");
        await _vers.OkAsync("commit", "datasets/d", "data", "--json");

        JsonElement diff = (await _vers.OkAsync("diff", "datasets/d@1", "@2", "--json")).Json;
        JsonElement fetch = (await _vers.OkAsync("fetch", "datasets/d@1", "-o", "out", "--json")).Json;
        using (Assert.EnterMultipleScope())
        {
            Assert.That(Fields(diff), Is.EqualTo("changes"));
            Assert.That(diff.GetProperty("changes").EnumerateArray().Select(c => $"{Fields(c)} {c.GetProperty("change")} {c.GetProperty("path")}"), Is.EqualTo(new[] { "change,path,before,after modified a.txt" }));
            Assert.That(Fields(diff.GetProperty("changes")[0].GetProperty("before")), Is.EqualTo("path,kind,size,sha256"));
            Assert.That(Fields(fetch), Is.EqualTo("files,bytes,path,pin,written,seconds"));
            Assert.That(fetch.GetProperty("files").GetInt64(), Is.EqualTo(2));
            Assert.That(fetch.GetProperty("bytes").GetInt64(), Is.EqualTo(100_005));
            Assert.That(File.ReadAllText(Path.Combine(fetch.GetProperty("path").GetString()!, "a.txt")), Is.EqualTo("hello"));
            Assert.That(Fields((await _vers.OkAsync("show", "datasets/d@1", "--json")).Json), Is.EqualTo($"{Version},card"));
            Assert.That(Fields((await _vers.OkAsync("log", "datasets/d", "--json")).Json.GetProperty("versions")[0]), Is.EqualTo(Version));
            Assert.That(Fields((await _vers.OkAsync("ls", "--json")).Json.GetProperty("artifacts")[0]), Is.EqualTo("name,kind,latest,versions"));
            Assert.That(Fields((await _vers.OkAsync("ls", "datasets/d", "--json")).Json.GetProperty("files")[0]), Is.EqualTo("path,kind,size,sha256"));
            Assert.That(Fields((await _vers.OkAsync("tag", "datasets/d@1", "1.0.0", "--json")).Json), Is.EqualTo("pin,tag,unchanged"));
            Assert.That(Fields((await _vers.OkAsync("alias", "datasets/d", "prod", "1", "--json")).Json), Is.EqualTo("alias,pin"));
            Assert.That(Fields((await _vers.OkAsync("verify", "--json")).Json), Is.EqualTo("sound,objects,bytes,versions,includesUnreferenced,incomingUpTo,damages"));
            Assert.That(Fields((await _vers.OkAsync("audit", "--json")).Json.GetProperty("records")[0]), Is.EqualTo("sequence,index,entry,previous,time,author,tool,action,artifact,number,pin,label,from,to,message,commit,dirty,inputs,outputs,run,outcome,conditions,signedBy,description"));
            Assert.That(Fields((await _vers.OkAsync("init", "--json")).Json), Is.EqualTo("store,id,workspace"));
        }
    }

    [Test]
    public async Task Mirror_makes_a_replica_and_refuses_what_is_none()
    {
        await _vers.OkAsync("commit", "datasets/d", "data", "--tag", "one");
        JsonElement first = (await _vers.OkAsync("mirror", ".versions", "replica", "--json")).Json;
        JsonElement second = (await _vers.OkAsync("mirror", ".versions", "replica", "--json")).Json;
        Run text = await _vers.OkAsync("mirror", ".versions", "replica");
        using (Assert.EnterMultipleScope())
        {
            Assert.That(Fields(first), Is.EqualTo("from,to,id,position,objects,bytes,entries,seconds"));
            Assert.That((first.GetProperty("position").GetInt64(), first.GetProperty("entries").GetInt64()), Is.EqualTo((1L, 1L)));
            Assert.That((second.GetProperty("objects").GetInt64(), second.GetProperty("bytes").GetInt64()), Is.EqualTo((0L, 0L)));
            Assert.That(text.Text, Does.StartWith(".versions → replica · at entry 1 · 0 objects"));
            Assert.That((await _vers.OkAsync("verify", "--store", "replica", "--json")).Json.GetProperty("sound").GetBoolean(), Is.True);
            Assert.That((await _vers.OkAsync("show", "datasets/d@one", "--store", "replica")).Text, Is.EqualTo((await _vers.OkAsync("show", "datasets/d@one")).Text));
            await Fails(3, "mirror", "nowhere", "replica");
            await Fails(2, "mirror", ".versions");
            await _vers.OkAsync("tag", "datasets/d", "two", "--store", "replica");
            await Fails(5, "mirror", ".versions", "replica");
        }
    }

    [Test]
    public async Task Copy_brings_versions_with_their_inputs_and_tags()
    {
        await _vers.OkAsync("commit", "datasets/d", "data", "--tag", "one");
        await _vers.OkAsync("commit", "models/m", "data", "--input", "datasets/d", "--tag", "two");
        await Fails(3, "copy", "models/m", "--to", "other");
        Directory.CreateDirectory(_vers.At("elsewhere"));
        Assert.That((await _vers.RunInAsync("elsewhere", null, "init", "../other")).Exit, Is.Zero);
        JsonElement json = (await _vers.OkAsync("copy", "models/m", "--to", "other", "--with-inputs", "--tags", "--json")).Json;
        Run again = await _vers.OkAsync("copy", "models/m", "datasets/d@one", "--to", "other");
        using (Assert.EnterMultipleScope())
        {
            Assert.That(Fields(json), Is.EqualTo("to,versions,seconds"));
            Assert.That(json.GetProperty("versions").EnumerateArray().Select(Fields), Is.All.EqualTo("source,pin,unchanged,storedBytes,tags,tagsTaken"));
            Assert.That(json.GetProperty("versions").EnumerateArray().SelectMany(v => v.GetProperty("tags").EnumerateArray()).Select(t => t.GetString()), Is.EqualTo(new[] { "one", "two" }));
            Assert.That(again.Text, Does.Match("^models/m@1#sha256:[0-9a-f]{64} → models/m@1 · was there already\ndatasets/d@1#sha256:[0-9a-f]{64} → datasets/d@1 · was there already\n$"));
            Assert.That((await _vers.OkAsync("verify", "--store", "other", "--json")).Json.GetProperty("versions").GetInt64(), Is.EqualTo(2));
            await Fails(2, "copy", "models/m");
            await Fails(2, "copy", "--to", "other");
            await Fails(3, "copy", "models/none", "--to", "other");
        }
    }

    [Test]
    public async Task Doctor_examines_a_place_with_and_without_a_store()
    {
        JsonElement json = (await _vers.OkAsync("doctor", "--json", "--strict")).Json;
        Run text = await _vers.OkAsync("doctor", "--store", "new");
        _vers.Write("file", "in the way");
        Run unusable = await _vers.RunAsync("doctor", "--store", "file", "--json");
        Directory.CreateDirectory(_vers.At("wrong/format"));
        Run unreachable = await _vers.RunAsync("doctor", "--store", "wrong", "--json");
        using (Assert.EnterMultipleScope())
        {
            Assert.That(Fields(json), Is.EqualTo("store,status,findings"));
            Assert.That(json.GetProperty("status").GetString(), Is.EqualTo("fine"));
            Assert.That(json.GetProperty("findings").EnumerateArray().Select(Fields), Is.All.EqualTo("check,status,found,remedy"));
            Assert.That(text.Text, Does.Contain("fine\trace\t").And.Contain("no store here yet").And.Contain("vers init"));
            Assert.That((unusable.Exit, unusable.Json.GetProperty("status").GetString()), Is.EqualTo((1, "failed")), unusable.Text);
            Assert.That((unreachable.Exit, unreachable.Json.GetProperty("status").GetString()), Is.EqualTo((6, "failed")), unreachable.Text);
        }
    }

    [Test]
    public async Task Cat_gives_the_bytes_of_a_range()
    {
        await _vers.OkAsync("commit", "datasets/d", "data");
        byte[] all = Bytes(100_000, 1);
        using (Assert.EnterMultipleScope())
        {
            Assert.That((await _vers.OkAsync("cat", "datasets/d", "b.bin")).Out, Is.EqualTo(all));
            Assert.That((await _vers.OkAsync("cat", "datasets/d", "b.bin", "--range", "70000-70009")).Out, Is.EqualTo(all[70_000..70_010]));
            Assert.That((await _vers.OkAsync("cat", "datasets/d", "b.bin", "--range", "99990-")).Out, Is.EqualTo(all[99_990..]));
            Assert.That((await _vers.OkAsync("cat", "datasets/d", "b.bin", "--range", "-7")).Out, Is.EqualTo(all[^7..]));
            JsonElement json = (await _vers.OkAsync("cat", "datasets/d", "b.bin", "--range", "5-6", "--json")).Json;
            Assert.That(Fields(json), Is.EqualTo("offset,length,base64"));
            Assert.That(json.GetProperty("base64").GetBytesFromBase64(), Is.EqualTo(all[5..7]));
            Assert.That((await _vers.RunAsync("cat", "datasets/d", "b.bin", "--range", "9-5")).Exit, Is.EqualTo(2));
        }
    }

    [Test]
    public async Task Failures_have_their_exit_codes_and_one_error_document()
    {
        await _vers.OkAsync("commit", "datasets/d", "data", "--tag", "one");
        await _vers.OkAsync("fetch", "datasets/d", "-o", "out");
        _vers.Write("out/a.txt", "mine!");
        using (Assert.EnterMultipleScope())
        {
            await Fails(2, "commit", "datasets/d", "data", "--no-such-option");
            await Fails(2, "commit", "datasets/d", "data", "--metric", "a=b");
            await Fails(2, "commit", "datasets/d", "data", "--kind", "cake");
            await Fails(2, "show", "Not A Name@@");
            await Fails(2, "log", "datasets/d", "-n", "0");
            await Fails(2, "log", "datasets/d", "-n", "x");
            await Fails(2, "commit", "datasets/d", "data", "--expect-latest", "many");
            await Fails(2, "commit", "datasets/d", "data", "--meta", "a=1", "--meta", "a=2");
            await Fails(2, "log", "datasets/d@1");
            await Fails(2, "audit", "datasets/d@");
            await Fails(2, "alias", "datasets/d@1", "prod", "1");
            await Fails(2, "ls", "--store", "");
            await Fails(2, "comit", "datasets/d", "data");
            await Fails(2);
            await Fails(3, "show", "datasets/none");
            await Fails(3, "audit", "datasets/none");
            await Fails(3, "fetch", "datasets/d@9");
            await Fails(3, "cat", "datasets/d", "none.txt");
            await Fails(3, "commit", "datasets/d", "nowhere");
            await Fails(5, "fetch", "datasets/d", "-o", "out");
            await Fails(5, "commit", "datasets/d", "data", "--expect-latest", "7", "-m", "x");
            Assert.That(await File.ReadAllTextAsync(_vers.At("out/a.txt")), Is.EqualTo("mine!"), "A conflict leaves the file alone.");
        }

        await _vers.OkAsync("fetch", "datasets/d", "-o", "out", "--force");
        Assert.That(await File.ReadAllTextAsync(_vers.At("out/a.txt")), Is.EqualTo("hello"));
    }

    [Test]
    public async Task What_the_machine_refuses_is_no_defect_of_the_tool()
    {
        await _vers.OkAsync("commit", "datasets/d", "data");
        Run run = await _vers.RunAsync("fetch", "datasets/d", "-o", "data/a.txt/below", "--json");
        Assert.That(run.Exit, Is.EqualTo(1).Or.EqualTo(5), run.Text);
        Assert.That(run.Text, Does.Not.Contain("defect"));
    }

    [Test]
    public async Task A_flipped_byte_is_found_and_named()
    {
        await _vers.OkAsync("commit", "datasets/d", "data", "--no-compress");
        string pack = _vers.Packs.MaxBy(p => new FileInfo(p).Length)!;
        byte[] bytes = await File.ReadAllBytesAsync(pack);
        bytes[bytes.Length / 2] ^= 0x40;
        File.Delete(pack);
        await File.WriteAllBytesAsync(pack, bytes);

        await Fails(4, "fetch", "datasets/d", "-o", "out");
        Run verify = await _vers.RunAsync("verify", "--json");
        JsonElement damage = verify.Json.GetProperty("damages")[0];
        using (Assert.EnterMultipleScope())
        {
            Assert.That(verify.Exit, Is.EqualTo(4));
            Assert.That(Fields(damage), Is.EqualTo("object,problem,versions,files"));
            Assert.That(damage.GetProperty("object").GetString(), Is.EqualTo(Path.GetRelativePath(_vers.At(".versions"), pack).Replace('\\', '/')));
            Assert.That(damage.GetProperty("files").ToString(), Does.Contain("datasets/d@1 b.bin"));
            Assert.That(File.Exists(_vers.At("out/b.bin")), Is.False, "Nothing unverified lies in the target.");
        }
    }

    [Test]
    public async Task Quickstart_comes_to_its_end()
    {
        Run text = await _vers.OkAsync("quickstart");
        JsonElement json = (await _vers.OkAsync("quickstart", "--json")).Json;
        using (Assert.EnterMultipleScope())
        {
            Assert.That(text.Text, Does.Contain("$ vers audit").And.Contain("sound"));
            Assert.That(Fields(json), Is.EqualTo("folder,store,steps,removedRows,prediction"));
            Assert.That(json.GetProperty("steps").EnumerateArray().Select(s => s.GetProperty("accuracy").GetDouble()), Is.All.GreaterThan(0.9));
            Assert.That(json.GetProperty("prediction").GetProperty("species").GetString(), Is.EqualTo("versicolor"));
            Assert.That(json.GetProperty("folder").GetString(), Does.StartWith(_vers.Folder));
        }
    }

    [Test]
    public async Task Gates_let_through_what_meets_them_and_say_what_does_not()
    {
        await _vers.OkAsync("commit", "models/m", "data", "--metric", "f1=0.9");
        JsonElement first = (await _vers.OkAsync("promote", "models/m@1", "production", "--require", "metric.f1 >= production.metric.f1", "--json")).Json;
        _vers.Write("data/a.txt", "worse");
        await _vers.OkAsync("commit", "models/m", "data", "--metric", "f1=0.8");
        JsonElement policy = (await _vers.OkAsync("policy", "models/m@production", "--require", "metric.f1 >= 0.85", "--json")).Json;
        Run refused = await _vers.RunAsync("alias", "models/m", "production", "2");
        await Fails(2, "promote", "models/m@2", "production", "--require", "metric.f1 >=");
        await Fails(3, "rollback", "models/m@production");
        await Fails(2, "policy", "--clear");
        await Fails(2, "policy", "models/m@production", "--require", "f1 > 0.95");
        await _vers.OkAsync("policy", "models/m@production", "--clear");
        await _vers.OkAsync("promote", "models/m@2", "production");
        await _vers.OkAsync("policy", "models/m@production", "--require", "metric.f1 >= 0.95");
        Run notBack = await _vers.RunAsync("rollback", "models/m@production");
        await _vers.OkAsync("policy", "models/m@production", "--require", "metric.f1 > production.metric.f1 + 1");
        JsonElement back = (await _vers.OkAsync("rollback", "models/m@production", "--json")).Json;
        using (Assert.EnterMultipleScope())
        {
            Assert.That(Fields(first), Is.EqualTo("alias,before,pin,moved"));
            Assert.That(first.GetProperty("moved").GetBoolean(), Is.True);
            Assert.That(Fields(policy.GetProperty("policies")[0]), Is.EqualTo("name,alias,conditions"));
            Assert.That(refused.Exit, Is.EqualTo(5));
            Assert.That(refused.Error, Does.Contain("metric.f1 (0.8) >= 0.85 does not hold"));
            Assert.That(notBack.Exit, Is.EqualTo(5));
            Assert.That(notBack.Error, Does.Contain("was not moved back").And.Contain("metric.f1 (0.9) >= 0.95 does not hold").And.Contain("vers audit"));
            Assert.That(back.GetProperty("pin").GetString(), Does.StartWith("models/m@1#"));
            Assert.That((await _vers.OkAsync("runs", "--json")).Json.GetProperty("runs").GetArrayLength(), Is.Zero);
            Assert.That((await _vers.OkAsync("runs", "--open", "--json")).Json.GetProperty("open").GetArrayLength(), Is.Zero);
            Assert.That(Fields((await _vers.RunAsync("runs", "--lost", "x", "--json")).Json.GetProperty("error")), Is.EqualTo("code,message,hint"));
        }
    }

    [Test]
    public async Task Diff_looks_into_files_where_it_is_asked_to()
    {
        _vers.Write("data/t.csv", "id,price\n1,2\n");
        await _vers.OkAsync("commit", "datasets/d", "data");
        _vers.Write("data/a.txt", "hello again");
        _vers.Write("data/t.csv", "id,price,age\n1,2,3\n2,3,4\n");
        await _vers.OkAsync("commit", "datasets/d", "data");
        Run text = await _vers.OkAsync("diff", "datasets/d@1", "@2", "--content");
        JsonElement json = (await _vers.OkAsync("diff", "datasets/d@1", "@2", "--content", "--max-bytes", "1kB", "--json")).Json.GetProperty("changes");
        using (Assert.EnterMultipleScope())
        {
            Assert.That(text.Text, Is.EqualTo("M\ta.txt\nM\tt.csv\n\t~ rows 1 → 2\n\t~ columns 2 → 3\n\t+ column age\n"));
            Assert.That(json.EnumerateArray().Select(Fields), Is.All.EqualTo("change,path,before,after,content"));
            Assert.That(json[0].GetProperty("content").ValueKind, Is.EqualTo(JsonValueKind.Null));
            Assert.That(json[1].GetProperty("content").EnumerateArray().Select(Fields), Is.All.EqualTo("change,what,name,newName,before,after"));
            Assert.That(json[1].GetProperty("content").EnumerateArray().Select(c => string.Join('|', c.EnumerateObject().Select(p => p.Value))), Is.EqualTo(new[] { "modified|rows|||1|2", "modified|columns|||2|3", "added|column|age|||" }));
        }
    }

    [Test]
    public async Task Lineage_says_what_was_made_from_what_in_every_format()
    {
        await _vers.OkAsync("commit", "datasets/d", "data", "-m", "a \"quote\"\nand more");
        _vers.Write("out/m", "weights");
        await _vers.OkAsync("commit", "models/m", "out", "--input", "datasets/d@1", "--tag", "one");
        JsonElement up = (await _vers.OkAsync("lineage", "models/m", "--json")).Json;
        JsonElement file = (await _vers.OkAsync("lineage", "datasets/d@1", "--file", "a.txt", "--format", "json")).Json;
        Run disk = await _vers.OkAsync("lineage", "--file", "data/a.txt");
        Run none = await _vers.OkAsync("lineage", "--file", new string('0', 64));
        Run tree = await _vers.OkAsync("lineage", "models/m", "--format", "text");
        Run mermaid = await _vers.OkAsync("lineage", "datasets/d", "--down", "--format", "mermaid");
        Run dot = await _vers.OkAsync("lineage", "datasets/d", "--down", "--depth", "0", "--format", "dot");
        string data = up.GetProperty("nodes")[1].GetProperty("pin").GetString()!, model = up.GetProperty("nodes")[0].GetProperty("pin").GetString()!;
        using (Assert.EnterMultipleScope())
        {
            Assert.That(Fields(up), Is.EqualTo("direction,file,searched,unreadable,complete,nodes,edges"));
            Assert.That(Fields(up.GetProperty("nodes")[0]), Is.EqualTo("pin,depth,retired,pathCount,paths,version"));
            Assert.That(up.GetProperty("edges").EnumerateArray().Select(e => $"{e}"), Has.One.Items);
            Assert.That(Fields(up.GetProperty("edges")[0]), Is.EqualTo("from,to,kind"));
            Assert.That((up.GetProperty("edges")[0].GetProperty("from").GetString(), up.GetProperty("edges")[0].GetProperty("to").GetString()), Is.EqualTo((data, model)));
            Assert.That((file.GetProperty("searched").GetInt64(), file.GetProperty("nodes").GetArrayLength(), file.GetProperty("nodes")[0].GetProperty("paths")[0].GetString()), Is.EqualTo((1L, 2, "a.txt")));
            Assert.That(disk.Text, Does.Match("^0\tdatasets/d@1#sha256:[0-9a-f]{64}\tdataset\t\t\t\t1\ta.txt\ta \"quote\"\\\\nand more\n1\tmodels/m@1#sha256:[0-9a-f]{64}\tmodel\t"));
            Assert.That(disk.Error, Does.Match("vers: 2 versions searched for sha256:[0-9a-f]{64}; 1 version with it."));
            Assert.That((none.Text, none.Error), Is.EqualTo(("", $"vers: 2 versions searched for sha256:{new string('0', 64)}; 0 versions with it.{Environment.NewLine}")));
            Assert.That(tree.Text, Does.Match("^models/m@1 [0-9a-f]{12} · \\(one, latest\\)\n└ from datasets/d@1 [0-9a-f]{12} · \\(latest\\) · a \"quote\"\n$"));
            Assert.That(mermaid.Text, Is.EqualTo("flowchart LR\n  n0[\"datasets/d@1\"]\n  n1[[\"models/m@1\"]]\n  n0 --> n1\n"));
            Assert.That(dot.Text, Is.EqualTo("digraph lineage {\n  rankdir=LR;\n  n0 [label=\"datasets/d@1\", shape=box];\n}\n"));
            Assert.That(dot.Error, Does.Contain("more beyond --depth"));
            await Fails(2, "lineage");
            await Fails(2, "lineage", "models/m", "--up", "--down");
            await Fails(2, "lineage", "models/m", "--format", "picture");
            await Fails(3, "lineage", "models/none");
            await Fails(3, "lineage", "models/m", "--file", "nowhere");
        }
    }

    private async Task Fails(int exit, params string[] arguments)
    {
        Run run = await _vers.RunAsync([.. arguments, "--json"]);
        string what = $"vers {string.Join(' ', arguments)}\n{run.Text}{run.Error}";
        Assert.That(run.Exit, Is.EqualTo(exit), what);
        Assert.That(Fields(run.Json.GetProperty("error")), Is.EqualTo("code,message,hint"), what);
    }

    private static string Fields(JsonElement element) => string.Join(',', element.EnumerateObject().Select(p => p.Name));

    private static byte[] Bytes(int count, int seed)
    {
        byte[] bytes = new byte[count];
        new Random(seed).NextBytes(bytes);
        return bytes;
    }
}
