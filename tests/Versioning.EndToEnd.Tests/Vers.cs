using System.Diagnostics;
using System.Runtime.Versioning;
using System.Text;
using System.Text.Json;
using Versioning.Tests.Storage;

namespace Versioning.EndToEnd.Tests;

/// <summary>What one run of the tool gave.</summary>
internal sealed record Run(int Exit, byte[] Out, string Error)
{
    internal string Text => Encoding.UTF8.GetString(Out);

    internal JsonElement Json => JsonDocument.Parse(Out).RootElement;
}

/// <summary>A temporary folder in which the tool runs as a process, away from the user's store, cache and temporary files.</summary>
internal sealed class Vers : IDisposable
{
    private static readonly string Tool = Path.Combine(AppContext.BaseDirectory, "vers.dll"), Definition = $"vers() {{ dotnet '{Tool}' \"$@\"; }}";

    internal string Folder { get; } = TemporaryPlace.Create("vers-e2e");

    /// <summary>More that its processes find in their environment.</summary>
    internal Dictionary<string, string> Variables { get; } = [];

    internal string At(string path) => Path.Combine(Folder, path);

    internal string Write(string path, byte[] bytes)
    {
        string file = At(path);
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        File.WriteAllBytes(file, bytes);
        return file;
    }

    internal string Read(string path) => File.ReadAllText(At(path));

    internal string Write(string path, string text) => Write(path, Encoding.UTF8.GetBytes(text));

    internal string[] Packs => [.. Directory.EnumerateFiles(At(".versions/packs"), "*", SearchOption.AllDirectories)];

    internal Process Start(string[] arguments, string directory = "", (string Name, string Value)? variable = null) =>
        Start("dotnet", [Tool, .. arguments], directory, variable);

    /// <summary>The tool behind a shell, for what only a shell does to its files.</summary>
    internal Process StartShell(string commandLine) => Start("sh", ["-c", $"exec dotnet '{Tool}' {commandLine}"]);

    /// <summary>A script for sh in which <c>vers</c> is this tool.</summary>
    internal Process StartScript(string script) => Start("sh", ["-c", $"{Definition}\n{script}"]);

    /// <summary>Such a script in a terminal of its own, which types what is written to the process.</summary>
    internal Process StartTerminal(string script) => Start("script", ["-qec", $"sh '{Write("terminal.sh", $"{Definition}\n{script}\n")}'", "/dev/null"], withInput: true);

    /// <summary>Puts <c>vers</c> in PATH, for what a shell starts, and says who uses it to git.</summary>
    [UnsupportedOSPlatform("windows")]
    internal void Install(string author)
    {
        File.SetUnixFileMode(Write("bin/vers", $"#!/bin/sh\nexec dotnet '{Tool}' \"$@\"\n"), UnixFileMode.UserRead | UnixFileMode.UserExecute);
        Variables["PATH"] = $"{At("bin")}:{Environment.GetEnvironmentVariable("PATH")}";
        Variables["GIT_CONFIG_NOSYSTEM"] = "1";
        Variables["GIT_CONFIG_GLOBAL"] = Write("gitconfig", $"[user]\n\tname = {author}\n\temail = {author.ToLowerInvariant()}@example.org\n[init]\n\tdefaultBranch = main\n");

        // Programs of one file: what they are compiled to is kept there, by a compiler that is shared on the machine.
        Variables["XDG_DATA_HOME"] = Directory.CreateDirectory(At("data-home")).FullName;
        Variables["TMPDIR"] = Path.GetTempPath();
        Variables["DOTNET_NOLOGO"] = "1";
    }

    /// <summary>A process of its own that has a pinned version open; see <see cref="Holder"/>.</summary>
    internal async Task<Process> HoldAsync(string pin)
    {
        Process process = Start("dotnet", [typeof(Holder).Assembly.Location, pin]);
        string? line = await process.StandardOutput.ReadLineAsync();
        Assert.That(Directory.Exists(line), Is.True, $"{line} {(line is null ? await process.StandardError.ReadToEndAsync() : "")}");
        return process;
    }

    internal Process Start(string program, string[] arguments, string directory = "", (string Name, string Value)? variable = null, bool withInput = false)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            WorkingDirectory = At(directory),
            RedirectStandardInput = withInput,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        start.Environment.Remove("VERSIONING_STORE");
        start.Environment["VERSIONING_CACHE"] = At("cache");
        start.Environment["TMPDIR"] = Folder;
        foreach ((string name, string value) in Variables)
        {
            start.Environment[name] = value;
        }

        if (variable is { } set)
        {
            start.Environment[set.Name] = set.Value;
        }

        return Process.Start(start)!;
    }

    internal static async Task<Run> FinishAsync(Process process)
    {
        using var output = new MemoryStream();
        Task<string> error = process.StandardError.ReadToEndAsync();
        await process.StandardOutput.BaseStream.CopyToAsync(output);
        await process.WaitForExitAsync();
        return new Run(process.ExitCode, output.ToArray(), await error);
    }

    internal Task<Run> RunAsync(params string[] arguments) => RunInAsync("", null, arguments);

    internal async Task<Run> RunInAsync(string directory, (string Name, string Value)? variable, params string[] arguments)
    {
        using Process process = Start(arguments, directory, variable);
        return await FinishAsync(process);
    }

    /// <summary>A run that must succeed.</summary>
    internal async Task<Run> OkAsync(params string[] arguments)
    {
        Run run = await RunAsync(arguments);
        Assert.That(run.Exit, Is.Zero, $"vers {string.Join(' ', arguments)}\n{run.Text}{run.Error}");
        return run;
    }

    public void Dispose() => Directory.Delete(Folder, recursive: true);
}
