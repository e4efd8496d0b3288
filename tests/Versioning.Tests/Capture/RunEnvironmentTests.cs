using System.Globalization;
using NUnit.Framework;
using Versioning.Capture;
using Versioning.Tests.Architecture;
using Versioning.Tests.Files;

namespace Versioning.Tests.Capture;

[TestFixture]
[NonParallelizable]
internal sealed class RunEnvironmentTests
{
    private TemporaryFolder _folder = null!;

    [SetUp]
    public void SetUp() => _folder = new TemporaryFolder();

    [TearDown]
    public void TearDown() => _folder.Dispose();

    [Test]
    public void Take_TellsWhatInfluencesResults_AndNothingElse()
    {
        SortedDictionary<string, string> found = RunEnvironment.Take(_folder.Path, []);
        string[] always = ["architecture", "culture", "memory", "os", "processors", "runtime", "simd", "timezone", "tool"];
        string[] sometimes = ["container", "gpu", "gpu.driver", "processor", "sdk"];
        Assert.That(found.Keys, Is.SupersetOf(always));
        Assert.That(found.Keys, Is.SubsetOf(always.Concat(sometimes)));
        Assert.That(found.Keys, Is.Ordered.Using((IComparer<string>)StringComparer.Ordinal));
        Assert.That(found["tool"], Does.StartWith("Versioning "));
        Assert.That(long.Parse(found["memory"], CultureInfo.InvariantCulture), Is.Positive);
        Assert.That(found.Values, Has.None.Contains(Environment.MachineName), "A machine's name is nobody's business.");
    }

    [Test]
    public void Take_PackageFiles_AreHashedToASmallDepth()
    {
        _folder.Add("packages.lock.json", "abc");
        _folder.Add("src/App/packages.lock.json", "abc");
        _folder.Add("train/requirements.txt", "");
        foreach (string path in (string[])["a/b/c/d/uv.lock", "bin/uv.lock", "x/obj/uv.lock", "node_modules/x/package-lock.json", ".venv/requirements.txt", "x/other.lock"])
        {
            _folder.Add(path);
        }

        Directory.CreateSymbolicLink(Path.Join(_folder.Path, "loop"), _folder.Path);
        const string Abc = "sha256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
        Assert.That(RunEnvironment.Take(_folder.Path, []).Where(pair => pair.Key.StartsWith("packages", StringComparison.Ordinal)), Is.EqualTo(
            (KeyValuePair<string, string>[])[
                new("packages:packages.lock.json", Abc),
                new("packages:src/App/packages.lock.json", Abc),
                new("packages:train/requirements.txt", Digest.Of([]).ToString()),
            ]));
    }

    [Test]
    public void Take_MorePackageFilesThanAreLookedAt_SaysSo()
    {
        _folder.Run("mkdir -p $(seq -f 'd%g' 1 1100)");
        Assert.That(RunEnvironment.Take(_folder.Path, [])["packages"], Does.StartWith("not all"));
    }

    [Test]
    public void Take_FolderThatIsMissing_HasNoPackages() =>
        Assert.That(RunEnvironment.Take(Path.Join(_folder.Path, "missing"), []).Keys, Has.None.StartsWith("packages"));

    [Test]
    public void Take_Variables_OnlyThoseThatWereNamed_CredentialsMasked()
    {
        var set = new Dictionary<string, string>
        {
            ["VERSIONING_TEST_THREADS"] = "4",
            ["VERSIONING_TEST_API_KEY"] = "abc",
            ["VERSIONING_TEST_PROXY"] = "http://ada:hunter2@proxy",
            ["VERSIONING_TEST_LONG"] = new string('x', 5000),
            ["VERSIONING_OTHER"] = "x",
        };
        try
        {
            foreach ((string name, string value) in set)
            {
                Environment.SetEnvironmentVariable(name, value);
            }

            string[] texts = [.. RunEnvironment.Take(_folder.Path, ["VERSIONING_TEST_*", "MISSING"]).Where(pair => pair.Key.StartsWith("env:", StringComparison.Ordinal)).Select(pair => $"{pair.Key}={pair.Value}")];
            Assert.That(texts, Has.Length.EqualTo(4));
            Assert.That(texts[0], Is.EqualTo("env:VERSIONING_TEST_API_KEY=***"));
            Assert.That(texts[1], Does.StartWith("env:VERSIONING_TEST_LONG=sha256:").And.EndsWith(" of 5000 characters"));
            Assert.That(texts[2..], Is.EqualTo((string[])["env:VERSIONING_TEST_PROXY=***", "env:VERSIONING_TEST_THREADS=4"]));
        }
        finally
        {
            foreach (string name in set.Keys)
            {
                Environment.SetEnvironmentVariable(name, null);
            }
        }
    }

    [TestCase("*")]
    [TestCase("**")]
    [TestCase("?*")]
    [TestCase("")]
    public void Take_GlobOverAllVariables_IsRefused(string glob)
    {
        VersioningException e = Assert.Throws<VersioningException>(() => RunEnvironment.Take(_folder.Path, [glob]))!;
        Assert.That(e.Code, Is.EqualTo("invalid_option"));
        Assert.That(e.Hint, Is.Not.Null);
    }

    [Test]
    public void Compare_TellsWhatDiffers()
    {
        var recorded = new Dictionary<string, string> { ["os"] = "a", ["gpu"] = "b", ["env:X"] = "***", ["sdk"] = "1" };
        var now = new Dictionary<string, string> { ["os"] = "c", ["env:X"] = "***", ["sdk"] = "1", ["container"] = "docker" };
        Assert.That(RunEnvironment.Compare(recorded, now), Is.EqualTo((EnvironmentDifference[])[new("container", null, "docker"), new("gpu", "b", null), new("os", "a", "c")]));
        Assert.That(RunEnvironment.Compare(now, now), Is.Empty);
    }

    [Test]
    public void Sdk_OfThisRepository_IsTheOneThatDotnetSays() =>
        Assert.That(SdkVersion.Find(Repository.Root), Is.EqualTo(_folder.Run($"cd '{Repository.Root}' && dotnet --version").Trim()));

    [TestCase(null, "11.0.100-rc.10.1")]
    [TestCase("{}", "11.0.100-rc.10.1")]
    [TestCase("""{"sdk": {"allowPrerelease": false}}""", "10.0.401")]
    [TestCase("""{"sdk": {"version": "10.0.100"}}""", "10.0.105")]
    [TestCase("""{"sdk": {"version": "10.0.100", "rollForward": "disable"}}""", null)]
    [TestCase("""{"sdk": {"version": "10.0.102", "rollForward": "disable"}}""", "10.0.102")]
    [TestCase("""{"sdk": {"version": "10.0.102", "rollForward": "patch"}}""", "10.0.102")]
    [TestCase("""{"sdk": {"version": "10.0.103", "rollForward": "patch"}}""", "10.0.105")]
    [TestCase("""{"sdk": {"version": "10.0.110", "rollForward": "latestPatch"}}""", null)]
    [TestCase("""{"sdk": {"version": "10.0.110", "rollForward": "feature"}}""", "10.0.302")]
    [TestCase("""{"sdk": {"version": "10.0.100", "rollForward": "latestFeature"}}""", "10.0.401")]
    [TestCase("""{"sdk": {"version": "9.0.500", "rollForward": "minor"}}""", "9.1.100")]
    [TestCase("""{"sdk": {"version": "9.2.100", "rollForward": "minor"}}""", null)]
    [TestCase("""{"sdk": {"version": "9.2.100", "rollForward": "major"}}""", "10.0.105")]
    [TestCase("""{"sdk": {"version": "9.0.100", "rollForward": "latestMajor"}}""", "11.0.100-rc.10.1")]
    [TestCase("""{"sdk": {"version": "9.0.100", "rollForward": "latestMinor"}} // comment""", "9.1.100")]
    [TestCase("""{"sdk": {"version": "11.0.100-rc.9.1"}}""", "11.0.100-rc.10.1")]
    [TestCase("""{"sdk": {"version": "10.0.100", "paths": [".dotnet"]}}""", null)]
    [TestCase("""{"sdk": {"version": "10.0.100", "rollForward": "whatever"}}""", null)]
    [TestCase("""{"sdk": {"version": "ten"}}""", null)]
    [TestCase("not JSON", null)]
    public void Sdk_ByGlobalJson_FollowsItsPolicy(string? json, string? expected)
    {
        foreach (string version in (string[])["9.0.101", "9.1.100", "10.0.102", "10.0.105", "10.0.301", "10.0.302", "10.0.401", "11.0.100-rc.9.1", "11.0.100-rc.10.1", "NuGetFallbackFolder"])
        {
            Directory.CreateDirectory(Path.Join(_folder.Path, "sdk", version));
        }

        string folder = Directory.CreateDirectory(Path.Join(_folder.Path, "code", "below")).FullName;
        if (json is not null)
        {
            _folder.Add("code/global.json", json);
        }

        Assert.That(SdkVersion.Find(folder, Path.Join(_folder.Path, "sdk")), Is.EqualTo(expected));
    }

    [Test]
    public void Gpu_AsTheDriverShowsIt_IsRead()
    {
        _folder.Add("gpus/0000:17:00.0/information", "Model: \t\t NVIDIA A100-SXM4-40GB\nIRQ:   \t\t 12\n");
        _folder.Add("gpus/0000:65:00.0/information", "Model: \t\t NVIDIA L4\n");
        _folder.Add("version", "NVRM version: NVIDIA UNIX x86_64 Kernel Module  535.161.08  Sat Feb 24 22:41:43 UTC 2024\nGCC version:  gcc version 12\n");
        Assert.That(NvidiaDriver.Models(_folder.Path), Is.EqualTo("NVIDIA A100-SXM4-40GB, NVIDIA L4"));
        Assert.That(NvidiaDriver.Version(_folder.Path), Is.EqualTo("535.161.08"));
        Assert.That(NvidiaDriver.Models(Path.Join(_folder.Path, "missing")), Is.Null);
        Assert.That(NvidiaDriver.Version(Path.Join(_folder.Path, "missing")), Is.Null);
    }
}
