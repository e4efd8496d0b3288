using System.Diagnostics;
using System.Globalization;
using Versioning.Benchmarks.Measuring;

namespace Versioning.Benchmarks.Remote;

/// <summary>A real server on loopback, and how vers and rclone are told of it; started by a script of <c>tests/servers</c>, which ends it.</summary>
internal sealed class BenchServer : IDisposable
{
    /// <summary>What the server may hold in memory, in MiB.</summary>
    private const int Mebibytes = 9000;

    private readonly Process _script;
    private readonly string _scheme;
    private readonly string _url;

    private BenchServer(Process script, string scheme, string url, IReadOnlyDictionary<string, string> environment, string rcloneFlags) =>
        (_script, _scheme, _url, Environment, RcloneFlags) = (script, scheme, url, environment, rcloneFlags);

    /// <summary>Where it answers.</summary>
    public Uri Address => new(_url);

    public IReadOnlyDictionary<string, string> Environment { get; }

    /// <summary>Its options where it is tuned for this server.</summary>
    public string RcloneFlags { get; }

    /// <summary>The location of a store in a bucket or container.</summary>
    public string StoreIn(string bucket) => $"{_scheme}{bucket}/store";

    /// <summary>How vers and rclone are told of it where something stands before it.</summary>
    public Dictionary<string, string> EnvironmentThrough(Uri proxy) =>
        Environment.ToDictionary(variable => variable.Key, variable => variable.Value.Replace(_url, proxy.AbsoluteUri.TrimEnd('/'), StringComparison.Ordinal));

    public static BenchServer Start(string kind, string work)
    {
        string? root = AppContext.BaseDirectory;
        while (root is not null && !File.Exists(Path.Combine(root, "Versioning.sln")))
        {
            root = Path.GetDirectoryName(root);
        }

        string scripts = Path.Combine(root ?? throw new UsageException("The servers' scripts lie in a checkout, and this is none."), "tests", "servers");
        string port = (20_000 + (System.Environment.ProcessId % 80 * 100)).ToString(CultureInfo.InvariantCulture);
        ProcessStartInfo start = kind switch
        {
            "s3" => new("bash", [Path.Combine(scripts, "radosgw.sh"), Path.Combine(work, $"radosgw-{System.Environment.ProcessId}"), port]),
            "azure" => new("bash", [Path.Combine(scripts, "azurite.sh"), port]),
            _ => throw new UsageException("--server is s3 or azure."),
        };
        start.RedirectStandardInput = start.RedirectStandardOutput = start.RedirectStandardError = true;
        start.Environment["VERSIONING_TEST_S3_BYTES"] = (Mebibytes * 1024L * 1024).ToString(CultureInfo.InvariantCulture);
        start.Environment["VERSIONING_TEST_AZURE_MEGABYTES"] = Mebibytes.ToString(CultureInfo.InvariantCulture);
        Process script = Process.Start(start)!;
        script.ErrorDataReceived += (_, _) => { };
        script.BeginErrorReadLine();
        if (script.StandardOutput.ReadLine()?.Split(' ') is not ["ready", string url, string account, string key])
        {
            script.StandardInput.Close();
            throw new UsageException($"The {kind} server did not start: see docs/benchmarks.md for what has to be installed.");
        }

        return kind == "s3" ? S3(script, url, account, key) : Azure(script, url, account, key);
    }

    public void Dispose()
    {
        _script.StandardInput.Close();
        if (!_script.WaitForExit(TimeSpan.FromSeconds(20)))
        {
            _script.Kill(entireProcessTree: true);
        }

        _script.Dispose();
    }

    private static BenchServer S3(Process script, string url, string account, string key) => new(
        script,
        "s3://",
        url,
        new Dictionary<string, string>
        {
            ["AWS_ENDPOINT_URL_S3"] = url,
            ["AWS_ACCESS_KEY_ID"] = account,
            ["AWS_SECRET_ACCESS_KEY"] = key,

            // rclone fails where one is named, even over http.
            ["AWS_CA_BUNDLE"] = "",
            ["RCLONE_CONFIG_R_TYPE"] = "s3",
            ["RCLONE_CONFIG_R_PROVIDER"] = "Ceph",
            ["RCLONE_CONFIG_R_ENDPOINT"] = url,
            ["RCLONE_CONFIG_R_ACCESS_KEY_ID"] = account,
            ["RCLONE_CONFIG_R_SECRET_ACCESS_KEY"] = key,
        },
        "--transfers 16 --checkers 16 --fast-list --s3-upload-concurrency 8 --s3-chunk-size 16M --s3-no-check-bucket");

    private static BenchServer Azure(Process script, string url, string account, string key) => new(
        script,
        $"azure://{account}/",
        url,
        new Dictionary<string, string>
        {
            ["AZURE_STORAGE_CONNECTION_STRING"] = $"DefaultEndpointsProtocol=http;AccountName={account};AccountKey={key};BlobEndpoint={url};",
            ["RCLONE_CONFIG_R_TYPE"] = "azureblob",
            ["RCLONE_CONFIG_R_ACCOUNT"] = account,
            ["RCLONE_CONFIG_R_KEY"] = key,
            ["RCLONE_CONFIG_R_ENDPOINT"] = url,
            ["RCLONE_CONFIG_R_USE_EMULATOR"] = "true",
        },
        "--transfers 16 --checkers 16 --fast-list --azureblob-upload-concurrency 8 --azureblob-chunk-size 16M");
}
