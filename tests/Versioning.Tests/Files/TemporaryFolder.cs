using System.Diagnostics;
using System.Text;
using NUnit.Framework;

namespace Versioning.Tests.Files;

/// <summary>A folder for one test; bash makes and removes what System.IO has no names for.</summary>
internal sealed class TemporaryFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("versioning-files-").FullName;

    public string Add(string path, string content = "")
    {
        string full = System.IO.Path.Join(Path, path);
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(full)!);
        File.WriteAllText(full, content);
        return full;
    }

    public string Run(string script) => Run("bash", "-c", script);

    public string Run(string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            WorkingDirectory = Path,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardOutputEncoding = Encoding.UTF8,
        };
        start.Environment["GIT_CONFIG_GLOBAL"] = "/dev/null";
        start.Environment["GIT_CONFIG_SYSTEM"] = "/dev/null";
        using Process process = Process.Start(start)!;
        Task<string> error = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.That(process.ExitCode, Is.LessThanOrEqualTo(1), () => error.Result);
        return output;
    }

    public void Dispose()
    {
        using Process process = Process.Start("rm", ["-rf", Path]);
        process.WaitForExit();
    }
}
