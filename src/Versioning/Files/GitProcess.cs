using System.ComponentModel;
using System.Diagnostics;
using System.Text;

namespace Versioning.Files;

/// <summary>Runs git without a shell and without waiting for ever.</summary>
internal static class GitProcess
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(10);

    /// <summary>What git wrote, or null where it is missing, failed or took too long.</summary>
    public static string? Run(string folder, params ReadOnlySpan<string> arguments)
    {
        var start = new ProcessStartInfo("git")
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
            StandardOutputEncoding = Encoding.UTF8,
            UseShellExecute = false,
            CreateNoWindow = true,
        };
        start.ArgumentList.Add("-C");
        start.ArgumentList.Add(folder);

        // A repository may name a program to run on every status; it is not ours to trust.
        start.ArgumentList.Add("-c");
        start.ArgumentList.Add("core.fsmonitor=false");
        foreach (string argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        start.Environment["GIT_OPTIONAL_LOCKS"] = "0";
        start.Environment["GIT_TERMINAL_PROMPT"] = "0";
        try
        {
            using Process? process = Process.Start(start);
            return process is null ? null : Read(process);
        }
        catch (Exception e) when (e is Win32Exception or IOException or InvalidOperationException)
        {
            return null;
        }
    }

    private static string? Read(Process process)
    {
        process.StandardInput.Close();
        Task<string> output = process.StandardOutput.ReadToEndAsync();
        Task<string> error = process.StandardError.ReadToEndAsync();
        if (Task.WaitAll([output, error], Limit) && process.WaitForExit(Limit))
        {
            return process.ExitCode == 0 ? output.Result : null;
        }

        process.Kill(entireProcessTree: true);
        return null;
    }
}
