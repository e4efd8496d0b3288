using System.Diagnostics;

namespace Versioning.EndToEnd.Tests;

/// <summary>Ctrl-C in a terminal: the kernel sends it to the tool and to all that it started at once.</summary>
[Platform("Linux", Reason = "'script' of util-linux makes the terminal.")]
public sealed class InterruptTests
{
    private const char CtrlC = '\x03';

    private Vers _vers = null!;

    [SetUp]
    public async Task MakeWorkspace()
    {
        _vers = new Vers();
        await _vers.OkAsync("init");

        // What a shell starts with '&' does not hear Ctrl-C, and when the shell has ended from it, it is nobody's child.
        _vers.Write("versions.json", """
            { "store": ".versions", "stages": { "train": { "shell": "sleep 1000 & echo $! > deaf; sleep 2000 & echo $! > other; wait", "outputs": { "models/m": "out" } } } }
            """);
    }

    [TearDown]
    public void Remove() => _vers.Dispose();

    [Test]
    public async Task Ctrl_C_in_a_terminal_ends_all_that_a_stage_started_and_records_that()
    {
        if (!File.Exists("/usr/bin/script"))
        {
            Assert.Ignore("There is no /usr/bin/script here to make a terminal with.");
        }

        // The shell in the terminal outlives what it runs, as a user's does: the end of the terminal would end the rest.
        using Process terminal = _vers.StartTerminal("trap : INT; vers run; echo $? > exit; read line");
        Task<string> shown = terminal.StandardOutput.ReadToEndAsync();
        while (!terminal.HasExited && !(File.Exists(_vers.At("other")) && _vers.Read("other").EndsWith('\n')))
        {
            await Task.Delay(5);
        }

        await terminal.StandardInput.WriteAsync(CtrlC);
        await terminal.StandardInput.FlushAsync();
        while (!terminal.HasExited && !(File.Exists(_vers.At("exit")) && _vers.Read("exit").EndsWith('\n')))
        {
            await Task.Delay(5);
        }

        string[] left = [.. from name in (string[])["deaf", "other"] where IsAlive(_vers.Read(name).Trim()) select name];
        await terminal.StandardInput.WriteLineAsync();
        terminal.StandardInput.Close();
        await terminal.WaitForExitAsync();
        Run recorded = await _vers.OkAsync("show", "runs/train", "--json");
        using (Assert.EnterMultipleScope())
        {
            Assert.That(_vers.Read("exit").Trim(), Is.EqualTo("130"), await shown);
            Assert.That(recorded.Json.GetProperty("run").GetProperty("outcome").GetString(), Is.EqualTo("cancelled"));
            Assert.That(left, Is.Empty, "No child lives on.");
        }
    }

    /// <summary>One that has ended and that nobody asked for its exit code yet is as dead.</summary>
    private static bool IsAlive(string process)
    {
        try
        {
            return File.ReadAllText($"/proc/{process}/stat").Split(") ")[^1][0] != 'Z';
        }
        catch (IOException)
        {
            return false;
        }
    }
}
