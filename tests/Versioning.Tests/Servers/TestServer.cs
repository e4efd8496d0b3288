using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using NUnit.Framework;

namespace Versioning.Tests.Servers;

/// <summary>
/// A real server on loopback, started by a script of <c>tests/servers</c> when the first test asks for it and ended with
/// the run. The script ends its processes when its standard input ends, so also when this process is killed.
/// </summary>
internal sealed class TestServer : IDisposable
{
    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(120);

    private readonly Process _script;

    private TestServer(Process script, Uri endpoint, string account, string key) => (_script, Endpoint, Account, Key) = (script, endpoint, account, key);

    /// <summary>Where it answers.</summary>
    internal Uri Endpoint { get; }

    /// <summary>The access key or the account.</summary>
    internal string Account { get; }

    /// <summary>The secret that goes with it.</summary>
    internal string Key { get; }

    private static bool IsRequired => Environment.GetEnvironmentVariable("CI") == "true";

    /// <summary>The folder of the scripts.</summary>
    internal static string Scripts { get; } = Path.Join(Architecture.Repository.Root, "tests", "servers");

    /// <summary>A port with so many free ones behind it.</summary>
    internal static int FreePorts(int behind)
    {
        for (int attempt = 0; attempt < 100; attempt++)
        {
            int port = Random.Shared.Next(20_000, 30_000);
            if (Enumerable.Range(port, behind + 1).All(IsFree))
            {
                return port;
            }
        }

        throw new InvalidOperationException("No free ports were found.");
    }

    /// <summary>Starts a server; null, with the reason told to the test, where it is not installed. In CI that fails.</summary>
    /// <param name="name">What it is, for messages.</param>
    /// <param name="missing">What is not installed and how to get it, or null.</param>
    /// <param name="script">The script's name and its arguments.</param>
    internal static (TestServer? Server, string? Reason) Start(string name, string? missing, params string[] script)
    {
        if (!OperatingSystem.IsLinux())
        {
            return (null, $"{name} is started on Linux only.");
        }

        if (missing is not null)
        {
            return (null, $"{name} is not installed: {missing}");
        }

        var start = new ProcessStartInfo("bash", [Path.Join(Scripts, script[0]), .. script[1..]]) { RedirectStandardInput = true, RedirectStandardOutput = true };
        Process process = Process.Start(start)!;
        Task<string?> line = process.StandardOutput.ReadLineAsync();
        if (!line.Wait(StartLimit) || line.Result?.Split(' ') is not ["ready", string endpoint, string account, string key])
        {
            process.StandardInput.Close();
            return (null, string.Create(CultureInfo.InvariantCulture, $"{name} did not start within {StartLimit.TotalSeconds} s; its messages are above."));
        }

        return (new TestServer(process, new Uri(endpoint), account, key), null);
    }

    /// <summary>The server, or the end of the test: skipped with the reason, in CI failed.</summary>
    internal static TestServer Require((TestServer? Server, string? Reason) started)
    {
        if (started.Server is { } server)
        {
            return server;
        }

        if (IsRequired)
        {
            Assert.Fail(started.Reason!);
        }

        Assert.Ignore(started.Reason!);
        throw new InvalidOperationException(started.Reason);
    }

    /// <summary>Whether a command is on the path.</summary>
    internal static bool HasCommand(string name) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).Any(folder => File.Exists(Path.Join(folder, name)));

    /// <summary>Ends the server and waits for it.</summary>
    public void Dispose()
    {
        _script.StandardInput.Close();
        if (!_script.WaitForExit(TimeSpan.FromSeconds(20)))
        {
            _script.Kill(entireProcessTree: true);
        }

        _script.Dispose();
    }

    private static bool IsFree(int port)
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            socket.Bind(new IPEndPoint(IPAddress.Loopback, port));
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
