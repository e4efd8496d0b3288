namespace Versioning.EndToEnd.Tests.Builds;

/// <summary>One project whose workspace changes, breaks, or loses its store.</summary>
public sealed class BuildErrorTests
{
    private const string Out = "p/bin/Debug/net10.0/models/churn", Target = "-t:VersioningRestore";

    private BuildFolder _folder = null!;
    private string _lock = "", _json = "";

    [OneTimeSetUp]
    public async Task BuildOnce()
    {
        _folder = new BuildFolder();
        _folder.Vers.Write("model/weights.bin", "weights 1");
        _folder.Vers.Write("model/old.bin", "old");
        await _folder.Vers.OkAsync("init");
        await _folder.Vers.OkAsync("commit", "models/churn", "model");
        await _folder.Vers.OkAsync("pin", "models/churn");
        _folder.Library("p/p.csproj", """<VersionedModel Include="models/churn" /><VersionedData Include="datasets/odd" Condition="'$(Odd)' == 'true'" />""");
        await _folder.OkAsync("p", "build", "-nodeReuse:false");
    }

    [OneTimeTearDown]
    public void Remove() => _folder?.Dispose();

    [SetUp]
    public void Remember() => (_lock, _json) = (_folder.Read("versions.lock"), _folder.Read("versions.json"));

    [TearDown]
    public void Restore()
    {
        _folder.Vers.Write("versions.lock", _lock);
        _folder.Vers.Write("versions.json", _json);
    }

    [TestCase("digest = ", "VERS0004")]
    [TestCase("manifest = ", "VERS0004")]
    public async Task WrongDigest_FailsTheBuild_InItsLine(string key, string code)
    {
        int line = LineOf(key);
        string[] lines = _lock.Split('\n');
        lines[line - 1] = $"{key}\"sha256:{new string('0', 64)}\"";
        _folder.Vers.Write("versions.lock", string.Join('\n', lines));
        string said = await _folder.FailAsync("p", null);
        Assert.That(said, Does.Contain($"{_folder.Vers.At("versions.lock")}({LineOf("digest = ")}): error {code}: "));
        Assert.That(ErrorsOf(said), Has.Length.EqualTo(1), said);
    }

    [TestCase("number = 1", "number = x", "versions.lock(LINE): error VERS0007: ")]
    [TestCase("number = 1", "number = 7", "versions.lock(4): error VERS0003: ")]
    [TestCase("requested = \"models/churn\"", "requested = \"models/churn@2\"", "versions.lock(4): error VERS0005: ")]
    [TestCase("[\"models/churn\"]", "[\"models/other\"]", "versions.json : error VERS0005: ")]
    public async Task Lock_ThatDoesNotFit_IsToldByFileAndLine(string good, string bad, string expected)
    {
        string place = expected.Replace("LINE", LineOf(good).ToString(System.Globalization.CultureInfo.InvariantCulture), StringComparison.Ordinal);
        _folder.Vers.Write("versions.lock", _lock.Replace(good, bad, StringComparison.Ordinal));
        string said = await _folder.FailAsync("p", null, Target);
        Assert.That(said, Does.Contain(_folder.Vers.At(place)));
        Assert.That(ErrorsOf(said), Has.Length.EqualTo(1), said);
    }

    [Test]
    public async Task OfflineBuild_TakesTheMachinesCache_AndNothingElse()
    {
        Directory.Move(_folder.Vers.At(".versions"), _folder.Vers.At("away"));
        try
        {
            Forget();
            await _folder.BuildAsync("p", Target, "-p:VersioningOffline=true");
            Forget();
            await _folder.BuildAsync("p", Target);
            Forget();
            Assert.That(await _folder.FailAsync("p", ("VERSIONING_CACHE", _folder.Vers.At("empty")), Target, "-p:VersioningOffline=true"), Does.Contain("versions.lock(4): error VERS0006: ").And.Contain("without VersioningOffline."));
            Assert.That(await _folder.FailAsync("p", ("VERSIONING_CACHE", _folder.Vers.At("empty")), Target), Does.Contain("versions.lock(4): error VERS000"));
        }
        finally
        {
            Directory.Move(_folder.Vers.At("away"), _folder.Vers.At(".versions"));
        }

        await _folder.BuildAsync("p");
    }

    [Test]
    public async Task DamagedCache_IsNoticed_AndEverythingPutRight()
    {
        string damaged = Directory.EnumerateFiles(_folder.Vers.At("cache/content"), "*", SearchOption.AllDirectories).Single(f => File.ReadAllText(f) == "weights 1");
        File.SetAttributes(damaged, FileAttributes.Normal);
        File.WriteAllText(damaged, "garbage!!");
        await _folder.BuildAsync("p");
        Assert.That(_folder.Read($"{Out}/weights.bin"), Is.EqualTo("weights 1"));
        Assert.That(File.ReadAllText(damaged), Is.EqualTo("weights 1"));
    }

    [Test]
    public async Task NewLock_BringsTheNewFiles_AndTakesTheOldAway()
    {
        _folder.Vers.Write("model/weights.bin", "weights 2");
        File.Move(_folder.Vers.At("model/old.bin"), _folder.Vers.At("model/new.bin"));
        await _folder.Vers.OkAsync("commit", "models/churn", "model");
        await _folder.Vers.OkAsync("update");
        await _folder.BuildAsync("p");
        Assert.That((_folder.Read($"{Out}/weights.bin"), _folder.Has($"{Out}/new.bin"), _folder.Has($"{Out}/old.bin")), Is.EqualTo(("weights 2", true, false)));

        // What this machine had earlier counts as well as what it had later.
        _folder.Vers.Write("versions.lock", _lock);
        await _folder.BuildAsync("p");
        Assert.That((_folder.Read($"{Out}/weights.bin"), _folder.Has($"{Out}/new.bin"), _folder.Has($"{Out}/old.bin")), Is.EqualTo(("weights 1", false, true)));
    }

    [Test]
    [Platform("Linux,MacOsX")]
    public async Task Name_ThatABuildCannotTake_IsToldSo()
    {
        _folder.Vers.Write("odd/ends with a blank ", "odd");
        await _folder.Vers.OkAsync("commit", "datasets/odd", "odd");
        await _folder.Vers.OkAsync("pin", "datasets/odd");
        Assert.That(await _folder.FailAsync("p", null, Target, "-p:Odd=true"), Does.Contain("p.csproj : error VERS0009: Pin 'datasets/odd' has files"));
    }

    [Test]
    public async Task Project_OutsideOfAnyWorkspace_IsToldSo()
    {
        _folder.Vers.Write("versions.json.away", _json);
        File.Delete(_folder.Vers.At("versions.json"));
        Assert.That(await _folder.FailAsync("p", null, Target), Does.Contain("p.csproj : error VERS0003: "));
    }

    // MSBuild repeats them at the end.
    private static string[] ErrorsOf(string said) => [.. said.Split('\n').Where(line => line.Contains(": error ", StringComparison.Ordinal)).Select(line => line.Trim()).Distinct()];

    private void Forget() => Directory.Delete(_folder.Vers.At("p/obj/Debug/net10.0/.versioned"), recursive: true);

    private int LineOf(string start) => 1 + Array.FindIndex(_lock.Split('\n'), l => l.StartsWith(start, StringComparison.Ordinal));
}
